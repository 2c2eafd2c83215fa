/**
 * npm run bench -- browser: training steps a second in a page of headless Chromium, beside TensorFlow.js and jax-js on WebAssembly,
 * in turns in one page, as medians of ratios.
 *
 *   --rounds=12   rounds; every round each net runs once on each side
 *   --slice=300   milliseconds each side trains in a round
 *   --nets=N1     only these nets
 *   --peers=tf    only the peers whose names contain one of these
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build as pack } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import { chromiumOptions, findChromium } from "../browser/chromium.js";
import { StaticHost } from "../browser/site/server.js";
import type { Report } from "./report.js";
import { compareLosses, compareSpeeds, isWanted, readOptions } from "./trainer/compare.js";
import { benchFolder, installWith, packageVersion } from "./trainer/install.js";
import { NETS, writeData } from "./trainer/nets.js";
import type { Side } from "./trainer/peer.js";
import type { Trainings } from "./trainer/trainings.js";

const own = "normlab";
/** Each side as reports name it, and as page.js does. */
const sides = { [own]: "normlab", "tfjs-wasm": "tfjs", "jax-js (wasm)": "jax" } as const;
const compared: readonly string[] = ["N1", "N2", "N3"];
const target = "target: ≥ 3 × each";

type SideKey = (typeof sides)[keyof typeof sides];

/** What page.js sets; functions that are sent to the page see it. */
interface BenchPage {
  readonly trainings: Promise<Record<SideKey, Trainings>>;
}

class PageSide implements Side {
  constructor(
    readonly name: string,
    private readonly key: SideKey,
    private readonly page: Page,
  ) {}

  losses(net: string): Promise<number[]> {
    return this.page.evaluate(
      async ([key, asked]) => {
        const { trainings } = globalThis as unknown as BenchPage;
        return (await trainings)[key].losses(asked);
      },
      [this.key, net] as const,
    );
  }

  async speed(net: string, milliseconds: number): Promise<number> {
    const { steps, ms } = await this.page.evaluate(
      async ([key, asked, time]) => {
        const { trainings } = globalThis as unknown as BenchPage;
        return (await trainings)[key].trainFor(asked, time);
      },
      [this.key, net, milliseconds] as const,
    );
    return (1000 * steps) / ms;
  }
}

export async function main(args: readonly string[], report: Report): Promise<void> {
  if (findChromium() === undefined)
    throw new Error("The browser's benchmark needs Chromium: install it, or name its program in CHROMIUM.");
  const options = readOptions("browser", args, 300);
  const peers = installPackages();
  const folder = mkdtempSync(join(tmpdir(), "normlab-bench-"));
  let browser: Browser | undefined;
  let host: StaticHost | undefined;
  try {
    await packPage(folder);
    writeData(join(folder, "data"));
    host = await StaticHost.start(folder, {
      folders: { "tfjs/": join(peers, "@tensorflow", "tfjs-backend-wasm", "dist") },
      pages: { "": '<!DOCTYPE html><title>bench</title><script type="module" src="page.js"></script>' },
    });
    browser = await chromium.launch(chromiumOptions());
    const page = await browser.newPage();
    page.on("pageerror", ({ message }) => console.error(message));
    await page.goto(host.address);
    report.version("Chromium", browser.version());
    for (const name of ["@tensorflow/tfjs", "@jax-js/jax"]) report.version(name, packageVersion(peers, name));
    const all = Object.entries(sides)
      .filter(([name]) => name === own || isWanted(name, options))
      .map(([name, key]) => new PageSide(name, key, page));
    for (const net of NETS.filter(({ name }) => (options.nets ?? compared).includes(name))) {
      await compareLosses(net.name, all);
      const title = `${net.name} in a page: ${net.sizes.join("-")}, ${net.activation}, batch ${net.batchSize} (${target})`;
      await compareSpeeds(net.name, title, all, { own: [own], base: own }, options, report);
    }
  } finally {
    await browser?.close();
    await host?.stop();
    rmSync(folder, { recursive: true });
  }
}

/** The peers' packages, which nothing but this benchmark uses; gives their folder. */
function installPackages(): string {
  const folder = join(benchFolder, "browser");
  const packages = join(folder, "node_modules");
  if (!existsSync(packages)) installWith("npm", ["ci", "--ignore-scripts", "--prefix", folder]);
  return packages;
}

/** All sides as one script, with the kernels that normlab reads beside it. */
async function packPage(folder: string): Promise<void> {
  const dist = fileURLToPath(new URL("../../", import.meta.url));
  mkdirSync(folder, { recursive: true });
  await pack({
    entryPoints: [join(benchFolder, "browser", "page.js")],
    outfile: join(folder, "page.js"),
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    conditions: ["browser"],
    alias: {
      "normlab-bench": join(dist, "test", "bench", "trainer"),
      "csv-parse/sync": "csv-parse/browser/esm/sync",
    },
    external: ["worker_threads", "os", "child_process"],
    logLevel: "error",
  });
  copyFileSync(join(dist, "browser", "kernels.wasm"), join(folder, "kernels.wasm"));
}
