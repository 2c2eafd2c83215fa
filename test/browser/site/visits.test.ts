// What a visit costs, and a visit without a network.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type BrowserContext, chromium } from "playwright-core";
import { chromiumOptions, findChromium } from "../chromium.js";
import { builtSite } from "./built.js";
import { execute, openNotebook, untilKept } from "./lite.js";
import { StaticHost } from "./server.js";

/** What the first visit may take over the wire. */
const mostBytes = 5e6;

/** Times depend on what else the machine does: they are told, not tested. */
function tellTime(visit: string, began: number): void {
  if (process.env.NORMLAB_FIGURES)
    console.log(
      `    ${visit} visit: ${((performance.now() - began) / 1000).toFixed(1)} s to the first result`,
    );
}

describe("visits of the site", function () {
  this.timeout(240_000);
  let host: StaticHost;
  let context: BrowserContext;
  const profile = mkdtempSync(join(tmpdir(), "normlab-visits-"));

  before(async function () {
    if (process.env.NORMLAB_FULL !== "1") return this.skip();
    if (findChromium() === undefined) return this.skip();
    host = await StaticHost.start(await builtSite());
    context = await chromium.launchPersistentContext(profile, chromiumOptions());
    context.setDefaultTimeout(120_000);
  });

  after(async () => {
    await context?.close();
    await host?.stop();
    rmSync(profile, { recursive: true, force: true });
  });

  /** A page of a browser that has come to rest after its own start. */
  async function blankPage() {
    const page = await context.newPage();
    await page.goto("about:blank");
    await page.waitForTimeout(2000);
    return page;
  }

  it("the first one, to a first result with normlab and all that is kept for later, takes at most 5 MB", async () => {
    const page = await blankPage();
    const began = performance.now();
    await openNotebook(page, host.address, "01-normalization.ipynb");
    const code = 'import { digits } from "normlab"; digits({ seed: 1 }).train.size';
    expect((await execute(page, code)).status).to.equal("ok");
    tellTime("first", began);
    const missing = host.sent.filter(({ status }) => status === 404).map(({ path }) => path);
    if (process.env.NORMLAB_FIGURES)
      console.log(
        `    ${(host.bytes / 1e6).toFixed(2)} MB, ${host.sent.length} requests; not there: ${missing.join(" ")}`,
      );
    expect(host.bytes).to.be.below(mostBytes);
    await untilKept(page);
    if (process.env.NORMLAB_FIGURES)
      console.log(`    ${(host.bytes / 1e6).toFixed(2)} MB with what is kept for later`);
    expect(host.bytes).to.be.below(mostBytes);
    await page.close();
  });

  it("later ones work, with the server and without it", async () => {
    const code = 'import { digits } from "normlab"; digits({ seed: 1 }).train.size';
    for (const visit of ["second", "third", "fourth, without the server"]) {
      if (visit.startsWith("fourth")) await host.stop();
      const page = await blankPage();
      const began = performance.now();
      await openNotebook(page, host.address, "01-normalization.ipynb");
      expect(await execute(page, code)).to.include({ status: "ok" });
      tellTime(visit, began);
      await page.waitForTimeout(500);
      await page.close();
    }
  });
});
