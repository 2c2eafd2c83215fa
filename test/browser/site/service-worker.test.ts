// A service worker that comes late, that passes the page over, and that never comes: by it alone a kernel reaches files and
// hears of an interrupt in a loop. The host decides when it comes; the page's own clock is put forward where it would wait.
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { startChromium } from "../chromium.js";
import { builtSite } from "./built.js";
import { execute, openNotebook, restart, untilShown } from "./lite.js";
import { StaticHost } from "./server.js";

const lesson = "01-normalization.ipynb";

/** What a kernel with a service worker can do: read a file beside the notebook, and end a loop. */
const reading = 'import { readResults } from "normlab"; readResults("results/01-cure.jsonl").length';

/** Another page of the site, which has the service worker take over all pages. */
const otherPage =
  '<!DOCTYPE html><script>navigator.serviceWorker.register("service-worker.js?enableCache=true")</script>';

declare const navigator: { readonly serviceWorker: { readonly controller: object | null } };

/** Resolves when it is told to. */
class Gate {
  open: () => void = () => {};
  readonly opened: Promise<void> = new Promise((resolve) => {
    this.open = resolve;
  });
}

describe("a page whose service worker", function () {
  this.timeout(120_000);
  let browser: Browser;
  let site: string;
  let host: StaticHost | undefined;
  let page: Page;

  before(async function () {
    browser = await startChromium(this);
    site = await builtSite();
  });
  beforeEach(async () => {
    page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(90_000);
  });
  afterEach(async () => {
    await page.context().close();
    await host?.stop();
    host = undefined;
  });
  after(() => browser?.close());

  /** Opens the lesson, whose page shows it, before the host gives the service worker; the page's clock is the test's. */
  async function openBefore(): Promise<{ worker: Gate; opened: Promise<void> }> {
    const worker = new Gate();
    host = await StaticHost.start(site, {
      holds: (path) => (path.endsWith("/lite/service-worker.js") ? worker.opened : undefined),
    });
    await page.clock.install();
    const opened = openNotebook(page, host.address, lesson);
    await untilShown(page);
    return { worker, opened };
  }

  async function expectWhole(): Promise<void> {
    const read = await execute(page, reading);
    expect(read).to.deep.include({ status: "ok" });
    expect(read.shown.join()).to.match(/^result \d+$/);
    const loop = await execute(page, "while (true) {}", { interruptAfter: 300 });
    expect(loop.shown.join()).to.match(/KeyboardInterrupt/);
  }

  async function expectWithout(): Promise<void> {
    expect(await execute(page, "6 * 7")).to.deep.equal({ status: "ok", shown: ["result 42"] });
    const read = await execute(page, reading);
    expect(read.status).to.equal("error");
    expect(read.shown.join()).to.match(/results\/01-cure\.jsonl: .*by its service worker.*open the page/i);
  }

  it("comes ten seconds late reaches files, and its loops end", async () => {
    const { worker, opened } = await openBefore();
    await page.clock.fastForward(10_000);
    worker.open();
    await opened;
    await expectWhole();
  });

  it("took over the pages while this one was being made asks for it", async () => {
    const worker = new Gate();
    const asked = new Gate();
    const made = new Gate();
    host = await StaticHost.start(site, {
      pages: { "lite/other.html": otherPage },
      holds: (path) => {
        if (path.endsWith("/lite/service-worker.js")) return worker.opened;
        if (!path.endsWith("/lite/lab/index.html")) return undefined;
        asked.open();
        return made.opened;
      },
    });
    const other = await page.context().newPage();
    await other.goto(`${host.address}lite/other.html`);
    const opened = openNotebook(page, host.address, lesson);
    await asked.opened;
    worker.open();
    await other.waitForFunction(() => navigator.serviceWorker.controller !== null);
    made.open();
    await opened;
    await expectWhole();
  });

  it("is not there starts its kernel, which says what it cannot do without", async () => {
    host = await StaticHost.start(site, { folders: { "lite/service-worker.js": "nothing" } });
    await openNotebook(page, host.address, lesson);
    await expectWithout();
    const loop = execute(page, "while (true) {}", { interruptAfter: 300 }).catch(() => {});
    await page.getByText("a loop does not hear of the interrupt. Restart the kernel").first().waitFor();
    await restart(page);
    expect(await execute(page, "6 * 7")).to.deep.equal({ status: "ok", shown: ["result 42"] });
    await loop;
  });

  it("does not come for half a minute starts its kernel without; the next one has it when it came after all", async () => {
    const { worker, opened } = await openBefore();
    await page.clock.fastForward(30_000);
    await opened;
    await expectWithout();
    // The next kernel's worker is made meanwhile.
    await page.clock.fastForward(10_000);
    worker.open();
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await restart(page);
    await expectWhole();
  });
});
