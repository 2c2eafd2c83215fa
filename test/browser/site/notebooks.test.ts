// npm run site -- --notebooks DIR: a teacher's folder as a website with the kernel inside, however its files are called.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import type { Browser } from "playwright-core";
import { setupModule } from "../../kernel/setup/modules.js";
import type { Cell } from "../../notebooks/notebook.js";
import { listen, startChromium } from "../chromium.js";
import { codeCell, markdownCell, saveNotebook, shown } from "../fixtures.js";
import { execute, openNotebook } from "./lite.js";
import { StaticHost } from "./server.js";

interface Site {
  buildSite(output: string, notebooks: string): Promise<void>;
}

const oddName = "teil eins/größe & co; 1 +2 (neu)'s.ipynb";

describe("a folder of notebooks as a site", function () {
  this.timeout(300_000);

  let folder: string;
  let notebooks: string;
  let site: Site;
  const output = () => join(folder, "site");
  const save = (place: string, cells: Cell[]) => {
    mkdirSync(dirname(join(notebooks, place)), { recursive: true });
    saveNotebook(join(notebooks, place), cells);
  };
  const refusal = (at = output()) =>
    site.buildSite(at, notebooks).then(
      () => "",
      (error: Error) => error.message,
    );

  before(async () => {
    site = await setupModule<Site>("site.js");
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "normlab-folder-"));
    notebooks = join(folder, "Übungen für alle");
    mkdirSync(join(notebooks, "leer"), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is refused without a notebook, with a broken one, and where it would replace something else", async () => {
    expect(await refusal()).to.match(/There is no notebook in .*Übungen für alle/);
    save("gut.ipynb", [codeCell("one", "1 + 1", [])]);
    writeFileSync(join(notebooks, "kaputt.ipynb"), "{");
    expect(await refusal()).to.match(/No notebook of format 4: .*kaputt\.ipynb\. Open it in Jupyter/);
    rmSync(join(notebooks, "kaputt.ipynb"));
    save("teil #1/100%.ipynb", []);
    expect(await refusal()).to.match(
      /JupyterLite cannot open a name with #, % or \? in it\. Rename: .*100%\.ipynb\./,
    );
    rmSync(join(notebooks, "teil #1"), { recursive: true });
    expect(await refusal(notebooks)).to.match(
      /holds something else than a site of normlab, and would be replaced/,
    );
    writeFileSync(output(), "a file");
    expect(await refusal()).to.match(/site is a file: name a folder/);
    expect(readdirSync(folder).sort()).to.deep.equal(["site", "Übungen für alle"]);
    expect(readdirSync(notebooks).sort()).to.deep.equal(["gut.ipynb", "leer"]);
  });

  it("lists what it holds, shows it, and runs what is TypeScript", async function () {
    const browser: Browser = await startChromium(this);
    writeFileSync(join(notebooks, "README.md"), "# Übungen & mehr\n");
    save("01 erste.ipynb", [
      markdownCell("title", "# Erste <Übung>\n\nOhne Ausgaben."),
      codeCell("one", "1 + 1", []),
    ]);
    save(oddName, [
      markdownCell("title", "# Größe"),
      codeCell("two", "const size: number = 6 * 7; size", []),
    ]);
    save("leere.ipynb", []);
    save("solutions/01 erste.ipynb", [codeCell("one", "2", [])]);
    for (const hidden of [".git/x.ipynb", "node_modules/x/x.ipynb", ".ipynb_checkpoints/y.ipynb"])
      save(hidden, [codeCell("one", "hidden", [])]);
    const python = {
      cells: [{ ...codeCell("one", "print(1)", [shown({ "text/plain": "1" })]) }],
      metadata: { kernelspec: { name: "python3", display_name: "Python 3", language: "python" } },
      nbformat: 4,
      nbformat_minor: 5,
    };
    writeFileSync(join(notebooks, "schlange.ipynb"), JSON.stringify(python));
    await site.buildSite(output(), notebooks);
    expect(existsSync(join(output(), "scoreboard.html"))).to.equal(false);
    const host = await StaticHost.start(output());
    try {
      const page = await (await browser.newContext()).newPage();
      page.setDefaultTimeout(120_000);
      const heard = listen(page);
      await page.goto(host.address);
      expect(await page.locator("h1").textContent()).to.equal("Übungen & mehr");
      const items = await page.locator("main li").allTextContents();
      expect(items).to.deep.equal([
        "Erste <Übung> Run it hereOhne Ausgaben.",
        "leere.ipynb Run it here",
        "schlange.ipynb",
        "Größe Run it here",
      ]);
      await page.getByRole("link", { name: "Größe" }).click();
      expect(await page.locator("h1").textContent()).to.contain("Größe");
      const run = await page.getByRole("link", { name: "Run this lesson here" }).getAttribute("href");
      expect(run).to.equal(`../../lite/lab/index.html?path=${encodeURIComponent(oddName)}`);
      await page.getByRole("link", { name: "Previous" }).click();
      expect(await page.getByRole("link", { name: "Run this lesson here" }).count()).to.equal(0);
      await page.getByRole("link", { name: "All notebooks" }).click();
      expect(await page.locator(".course a").count()).to.equal(4);
      await page.getByRole("link", { name: "Erste" }).click();
      await page.getByRole("link", { name: "Start page" }).click();
      await page.locator("h1", { hasText: "mehr" }).waitFor();
      expect(heard.errors).to.deep.equal([]);
      expect(host.sent.filter(({ status }) => status === 404)).to.deep.equal([]);

      await openNotebook(page, host.address, encodeURIComponent(oddName));
      const outcome = await execute(page, "const size: number = 6 * 7; size");
      expect(outcome).to.deep.equal({ status: "ok", shown: ["result 42"] });
    } finally {
      await browser.close();
      await host.stop();
    }
  });
});
