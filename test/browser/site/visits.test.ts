// What a visit costs, and a visit without a network.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type BrowserContext, chromium } from "playwright-core";
import { chromiumOptions, findChromium } from "../chromium.js";
import { builtSite } from "./built.js";
import { execute, openNotebook } from "./lite.js";
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

  it("the first one, to a first result with normlab, takes at most 5 MB", async () => {
    const page = await context.newPage();
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
    // What the page loaded before the service worker was there is kept ten seconds after the kernel has begun.
    await page.waitForTimeout(12_000);
    await page.close();
  });

  it("a later one works with the server stopped", async () => {
    const page = await context.newPage();
    const began = performance.now();
    await openNotebook(page, host.address, "01-normalization.ipynb");
    await execute(page, "1 + 1");
    tellTime("second", began);
    await page.waitForTimeout(500);
    await page.close();
    await host.stop();
    const offline = await context.newPage();
    await openNotebook(offline, host.address, "01-normalization.ipynb");
    const code = 'import { digits } from "normlab"; digits({ seed: 1 }).train.size';
    expect(await execute(offline, code)).to.include({ status: "ok" });
  });
});
