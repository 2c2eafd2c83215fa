// The playground: it trains, and a link gives the same bits to whoever opens it.
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { listen, startChromium } from "../chromium.js";
import { builtSite } from "./built.js";
import { StaticHost } from "./server.js";

const hashOf = (page: Page) => page.locator("#hash").getAttribute("data-whole");

/** Waits until the training stands, and gives the hash of all weights. */
async function standing(page: Page): Promise<string> {
  await page.waitForFunction(() => {
    const whole: string | null | undefined = (
      globalThis as unknown as { document: { getElementById(id: string): { dataset: { whole?: string } } } }
    ).document.getElementById("hash").dataset.whole;
    return whole !== undefined && whole !== "";
  });
  return (await hashOf(page)) ?? "";
}

const stepOf = async (page: Page) => Number(await page.locator("#steps").textContent());

describe("the playground", function () {
  this.timeout(180_000);
  let browser: Browser;
  let host: StaticHost;
  let page: Page;
  let heard: ReturnType<typeof listen>;

  before(async function () {
    if (process.env.NORMLAB_FULL !== "1") return this.skip();
    browser = await startChromium(this);
    host = await StaticHost.start(await builtSite());
    page = await browser.newPage();
    page.setDefaultTimeout(90_000);
    heard = listen(page);
  });

  after(async () => {
    await browser?.close();
    await host?.stop();
  });

  it("trains when it is asked to, and stands when it is paused", async () => {
    await page.goto(`${host.address}playground.html#data=moons&depth=3&width=8`);
    const before = await standing(page);
    await page.locator("#play").click();
    await page.waitForFunction(
      () =>
        Number(
          (
            globalThis as unknown as { document: { getElementById(id: string): { textContent: string } } }
          ).document.getElementById("steps").textContent,
        ) > 20,
    );
    await page.locator("#play").click();
    expect(await standing(page)).not.to.equal(before);
    expect(page.url()).to.include(`steps=${await stepOf(page)}`);
  });

  it("gives the same hash to who opens its link", async () => {
    const hash = await standing(page);
    const steps = await stepOf(page);
    const other = await browser.newPage();
    await other.goto(page.url());
    await other.waitForFunction(
      (wanted) =>
        (
          globalThis as unknown as { document: { getElementById(id: string): { textContent: string } } }
        ).document.getElementById("steps").textContent === String(wanted),
      steps,
    );
    expect(await standing(other)).to.equal(hash);
    await other.close();
  });

  it("makes one step, and begins anew", async () => {
    const before = await stepOf(page);
    await page.locator("#step").click();
    await page.waitForFunction(
      (old) =>
        (
          globalThis as unknown as { document: { getElementById(id: string): { textContent: string } } }
        ).document.getElementById("steps").textContent !== String(old),
      before,
    );
    expect(await stepOf(page)).to.equal(before + 1);
  });

  it("says in a sentence why a training diverged, and which network goes on", async () => {
    await page.goto(`${host.address}playground.html#data=moons&activation=relu&rate=100&scale=5&steps=60`);
    await page.reload();
    await page.locator("#happened", { hasText: "diverged" }).waitFor();
    expect(await page.locator("#happened").textContent()).to.match(
      /^The plain network: Training diverged.* The normalized one goes on|^Both diverged/,
    );
  });

  it("asks no other host for anything, and complains of nothing", () => {
    expect(heard.errors).to.deep.equal([]);
    expect(
      heard.requests.filter((url) => !url.startsWith(host.address.replace("course/", ""))),
    ).to.deep.equal([]);
  });
});
