// A headless Chromium for the tests that need a browser. Where none is installed they are skipped, with a word.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium, type LaunchOptions, type Locator, type Page } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "chrome", "chrome.exe", "msedge.exe"];

/** Chromium's program, or undefined when none is installed. */
export function findChromium(): string | undefined {
  const chosen = process.env.CHROMIUM;
  const folders = (process.env.PATH ?? "").split(delimiter);
  const found = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  found.push("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");
  return [...(chosen ? [chosen] : []), ...found].find((file) => existsSync(file));
}

/** Starts Chromium for a suite, or skips the suite and says so. Call it in `before`, end the browser in `after`. */
export async function startChromium(suite: Mocha.Context): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) {
    console.log("    skipped: Chromium is not installed (CHROMIUM can name it)");
    return suite.skip();
  }
  return chromium.launch(chromiumOptions(executablePath));
}

/** How tests start it: it speaks to nobody but them, and places letters as their outlines say, whatever the screen. */
export function chromiumOptions(executablePath = findChromium()): LaunchOptions {
  return {
    executablePath,
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
      "--font-render-hinting=none",
    ],
  };
}

/** What a page complains about, or asks for from elsewhere; each test says that it stays empty. */
export function listen(page: Page): { errors: string[]; requests: string[]; dialogs: string[] } {
  const heard = { errors: [] as string[], requests: [] as string[], dialogs: [] as string[] };
  page.on("console", (message) => {
    if (message.type() === "error") heard.errors.push(message.text());
  });
  page.on("pageerror", (error) => heard.errors.push(error.message));
  page.on("request", (request) => {
    if (!/^(data|blob):/.test(request.url())) heard.requests.push(request.url());
  });
  page.on("dialog", (dialog) => {
    heard.dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  return heard;
}

/** Where the links inside of something lead, HTML's and SVG's. */
export async function addressesOfLinks(place: Locator): Promise<string[]> {
  const addresses: string[] = [];
  for (const link of await place.locator("a").all())
    addresses.push((await link.getAttribute("href")) ?? (await link.getAttribute("xlink:href")) ?? "");
  return addresses;
}
