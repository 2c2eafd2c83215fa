// The course in the program that it is read in: JupyterLab, with Plotly's own renderer and nothing of ours.

import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import type { Browser, Page } from "playwright-core";
import { isFigure, readNotebook } from "../notebooks/notebook.js";
import { root } from "../notebooks/run.js";
import { addressesOfLinks, listen, startChromium } from "./chromium.js";
import { figureBundles } from "./figures.js";
import { codeCell, hostile, saveNotebook, shown } from "./fixtures.js";
import { type Jupyter, startJupyter } from "./jupyter.js";

const course = join(root, "notebooks");
const all = existsSync(course)
  ? readdirSync(course)
      .filter((file) => file.endsWith(".ipynb"))
      .sort()
  : [];
/** The first lesson stands for the others, which take minutes: NORMLAB_FULL=1 opens each. */
const lessons = process.env.NORMLAB_FULL === "1" ? all : all.slice(0, 1);

/** The notebooks' code cells without what they showed, so that what is seen comes from running them. */
function copyWithoutOutputs(from: string, to: string): void {
  const notebook = readNotebook(from);
  for (const cell of notebook.cells)
    if (cell.cell_type === "code") Object.assign(cell, { outputs: [], execution_count: null });
  writeFileSync(to, JSON.stringify(notebook));
}

describe("JupyterLab", function () {
  this.timeout(180_000);
  let browser: Browser | undefined;
  let jupyter: Jupyter | undefined;
  let folder: string;

  async function open(
    file: string,
    program = jupyter,
  ): Promise<{ page: Page; heard: ReturnType<typeof listen> }> {
    assert.isDefined(browser);
    assert.isDefined(program);
    const page = await browser.newPage();
    page.setDefaultTimeout(60_000);
    const heard = listen(page);
    await page.goto(program.addressOf(file));
    await page.locator(".jp-Notebook .jp-CodeCell").first().waitFor();
    return { page, heard };
  }

  before(async function () {
    browser = await startChromium(this);
    folder = mkdtempSync(join(tmpdir(), "normlab-lab-"));
    for (const lesson of lessons) copyWithoutOutputs(join(course, lesson), join(folder, lesson));
    // Lessons read their long experiments' results from beside them.
    if (existsSync(join(course, "results")))
      cpSync(join(course, "results"), join(folder, "results"), { recursive: true });
    jupyter = await startJupyter(folder);
  });
  after(async () => {
    await browser?.close();
    await jupyter?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  for (const lesson of lessons)
    it(`runs all cells of ${lesson}: its figures are there, interactive, without an error`, async () => {
      const figures = readNotebook(join(course, lesson)).cells.flatMap((cell) =>
        (cell.outputs ?? []).filter(isFigure),
      ).length;
      assert.isAbove(figures, 0);
      const { page, heard } = await open(lesson);
      // JupyterLab asks for a kernel when cells are run before it knows that theirs is there.
      await page.getByText("TypeScript (normlab) | Idle").waitFor();
      await page.getByRole("menuitem", { name: "Run", exact: true }).click();
      await page.getByRole("menuitem", { name: "Run All Cells", exact: true }).click();
      const plots = page.locator(".jp-OutputArea .js-plotly-plot:has(.main-svg)");
      await plots.nth(figures - 1).waitFor();
      await page.locator(".jp-InputPrompt", { hasText: "[*]" }).first().waitFor({ state: "hidden" });
      const plot = plots.first();
      await plot.scrollIntoViewIfNeeded();
      await plot.hover();
      await plot.locator(".modebar-btn").first().waitFor();
      assert.equal(
        await page.locator('.jp-RenderedText[data-mime-type="application/vnd.jupyter.error"]').count(),
        0,
      );
      assert.isEmpty(heard.errors);
    });

  it("has a sibling, Notebook 7, in which cells run and figures are interactive, too", async () => {
    const file = "notebook.ipynb";
    const figure =
      'import { plot } from "normlab";\nplot.histogram({ x: { title: "x" }, series: [{ name: "a", values: [1, 2, 2] }] })';
    saveNotebook(join(folder, file), [codeCell("sum", "1 + 1", []), codeCell("figure", figure, [])]);
    const notebook = await startJupyter(folder, "Notebook");
    try {
      const { page } = await open(file, notebook);
      await page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').waitFor();
      const started = page.locator(".jp-InputPrompt", { hasText: /\[[*1]\]/ }).first();
      // Until the cells run: the page may say "idle" before it has its kernel.
      for (let runs = false; !runs; ) {
        await page.getByRole("menuitem", { name: "Run", exact: true }).click();
        await page.getByRole("menuitem", { name: "Run All Cells", exact: true }).click();
        runs = await started.waitFor({ timeout: 10_000 }).then(
          () => true,
          () => false,
        );
      }
      await page.locator(".jp-OutputArea .js-plotly-plot:has(.main-svg)").waitFor();
      assert.equal(await page.locator(".jp-OutputArea-executeResult").first().textContent(), "[1]:2");
    } finally {
      await notebook.stop();
    }
  });

  it("runs nothing that a figure or a file's name holds, and shows it as text", async () => {
    const bundles = await figureBundles();
    const file = "<img src=x onerror=window.hostile=1>.ipynb";
    saveNotebook(join(folder, file), [codeCell("hostile", "figure", [shown(bundles.hostile)])]);
    const { page, heard } = await open(file);
    const plot = page.locator(".jp-OutputArea .js-plotly-plot");
    const title = plot.locator(".g-gtitle");
    await title.waitFor({ state: "attached" });
    assert.include(await title.textContent(), hostile);
    assert.notMatch((await addressesOfLinks(plot)).join(" "), /javascript:/i);
    assert.isUndefined(await page.evaluate(() => Reflect.get(globalThis, "hostile")));
    assert.isEmpty(heard.dialogs);
    // Not trusted: it was written by no kernel of this Jupyter. The figure is drawn all the same.
    assert.notInclude(readFileSync(join(folder, file), "utf8"), '"trusted": true');
  });
});
