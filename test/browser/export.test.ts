// What a reader of an exported notebook meets: figures that answer without a network, pictures without JavaScript,
// words for those who do not see them, and nothing that runs because of what a notebook holds.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { assert } from "chai";
import type { Browser, Page } from "playwright-core";
import { type Exported, exportPages } from "../../kernel/command/export/pages.js";
import { isFigure, readNotebook } from "../notebooks/notebook.js";
import { python, root } from "../notebooks/run.js";
import { addressesOfLinks, listen, startChromium } from "./chromium.js";
import { figureBundles, figures } from "./figures.js";
import { codeCell, hostile, hostileLink, markdownCell, saveNotebook, shown } from "./fixtures.js";

const exported = (notebooks: Exported[], output: string, complain: (message: string) => void) =>
  exportPages({ packageRoot: root, python, notebooks, output, complain });

describe("an exported notebook", function () {
  this.timeout(120_000);
  let browser: Browser | undefined;
  let folder: string;
  const complaints: string[] = [];
  const all = Object.keys(figures).length;
  /** The page with the figures, opened once; what a test changes in it, the others do not look at. */
  let page: Page;
  let heard: ReturnType<typeof listen>;

  /** Opens an exported page with the network off. */
  async function open(file: string, options: { javaScriptEnabled?: boolean } = {}) {
    assert.isDefined(browser);
    const context = await browser.newContext({ offline: true, ...options });
    const page = await context.newPage();
    const heard = listen(page);
    await page.goto(pathToFileURL(join(folder, file)).href);
    return { page, heard };
  }
  const drawn = (page: Page) => page.locator("figure .plot.drawn");

  before(async function () {
    browser = await startChromium(this);
    folder = mkdtempSync(join(tmpdir(), "normlab-export-"));
    mkdirSync(join(folder, "part"));
    const bundles = await figureBundles();
    const cells = {
      "01-figures.ipynb": [
        markdownCell(
          "title",
          "# Figures\n\nThe mean is $\\mu_B$ and\n\n$$\\hat{x} = \\frac{x - \\mu_B}{\\sigma}$$",
        ),
        ...Object.entries(bundles).map(([name, bundle]) => codeCell(name, name, [shown(bundle)])),
        markdownCell("end", "See [the next](part/02-text.ipynb#part)."),
      ],
      "part/02-text.ipynb": [
        markdownCell("title", "# Text\n\nWithout a figure. Back to [the first](../01-figures.ipynb)."),
      ],
    };
    const jobs = Object.entries(cells).map(([place, content]) => {
      const file = join(folder, place);
      saveNotebook(file, content);
      return { file, source: file, place };
    });
    await exported(jobs, folder, (message) => complaints.push(message));
    ({ page, heard } = await open("01-figures.html"));
    await drawn(page)
      .nth(all - 1)
      .waitFor();
  });
  after(async () => {
    await browser?.close();
    if (folder) rmSync(folder, { recursive: true });
  });

  it("draws every figure with the network off, without an error", async () => {
    assert.equal(await drawn(page).count(), all);
    for (const figure of await page.locator("figure").all())
      assert.isAbove(
        await figure.locator(".main-svg :is(.point, .js-line, .js-fill, .hm image, .annotation)").count(),
        0,
      );
    assert.deepEqual(heard, { errors: [], requests: [page.url()], dialogs: [] });
    assert.isEmpty(complaints);
  });

  it("has figures that answer: a point tells its values", async () => {
    const plot = page.locator("#figure-line-1 .nsewdrag").first();
    await plot.scrollIntoViewIfNeeded();
    await plot.hover();
    await page.locator("#figure-line-1 .hoverlayer .hovertext").first().waitFor();
    assert.isEmpty(heard.errors);
  });

  it("offers no way to send a figure to a server", async () => {
    const buttons = page.locator("#figure-line-1 .modebar-btn");
    const titles = await buttons.evaluateAll((all) => all.map((button) => button.ariaLabel));
    assert.include(titles, "Zoom");
    assert.notMatch(titles.join(), /share|cloud|edit/i);
  });

  it("has a slider that moves, by mouse and by keys", async () => {
    const figure = page.locator("#figure-slider-1");
    const line = figure.locator(".scatterlayer .trace path.js-line");
    /** Waits until the line has another shape than `before`, and gives it. */
    const moved = async (before: string | null) => {
      await figure.locator(`.scatterlayer .trace path.js-line:not([d="${before}"])`).waitFor();
      return line.getAttribute("d");
    };
    const last = await line.getAttribute("d");
    await figure.focus();
    await page.keyboard.press("Home");
    const first = await moved(last);
    await page.keyboard.press("End");
    assert.equal(await moved(first), last);
    const rail = figure.locator(".slider-rail-touch-rect");
    await rail.click({ position: { x: 2, y: 5 } });
    assert.equal(await moved(last), first);
    assert.isEmpty(heard.errors);
  });

  it("shows every figure's SVG where JavaScript is off", async () => {
    const { page } = await open("01-figures.html", { javaScriptEnabled: false });
    const pictures = await page.locator("figure noscript img, figure .plot img").all();
    assert.lengthOf(pictures, all);
    for (const picture of pictures) {
      assert.match((await picture.getAttribute("src")) ?? "", /^data:image\/svg\+xml;base64,/);
      assert.isTrue(await picture.isVisible());
      assert.isAbove((await picture.boundingBox())?.height ?? 0, 100);
      assert.isAbove(((await picture.getAttribute("alt")) ?? "").length, 9);
    }
  });

  it("shows the SVG of a figure that Plotly cannot draw", async () => {
    const file = join(folder, "undrawable.ipynb");
    const bundle = { ...(await figureBundles(["line"])).line, "application/vnd.plotly.v1+json": null };
    saveNotebook(file, [codeCell("line", "line", [shown(bundle)])]);
    const output = join(folder, "undrawable");
    await exported([{ file, source: file, place: "undrawable.ipynb" }], output, assert.fail);
    const { page } = await open("undrawable/undrawable.html");
    const picture = page.locator("figure .plot img");
    await picture.waitFor();
    assert.isAbove((await picture.boundingBox())?.height ?? 0, 100);
  });

  it("tells each figure in words, to screen readers and by keyboard", async () => {
    const snapshot = await page.locator("#figure-line-1").ariaSnapshot();
    assert.match(snapshot, /figure "Which network learns faster\?/);
    const words = page.locator("#figure-line-1 figcaption p").first();
    assert.isFalse(await words.isVisible());
    await page.locator("#figure-line-1 summary").focus();
    await page.keyboard.press("Enter");
    assert.isTrue(await words.isVisible());
    assert.match(await words.innerText(), /step/);
  });

  it("draws formulas into the page", async () => {
    const { page } = await open("01-figures.html", { javaScriptEnabled: false });
    assert.equal(await page.locator(".katex").count(), 2);
    assert.equal(await page.locator(".katex-display math").count(), 1);
    const fonts = await page.evaluate(
      "document.fonts.ready.then(() => document.fonts.check('1em KaTeX_Math'))",
    );
    assert.isTrue(fonts, "the font of the formulas is not in the page");
  });

  it("runs nothing that a label, a title, a name or data hold, and shows them as text", async () => {
    const figure = page.locator("#figure-hostile-1");
    assert.include(await figure.locator(".g-gtitle").textContent(), "<script>window.hostile=1</script>");
    const addresses = await addressesOfLinks(figure);
    assert.isNotEmpty(addresses);
    assert.notMatch(addresses.join(" "), /javascript:/i);
    assert.isUndefined(await page.evaluate(() => Reflect.get(globalThis, "hostile")));
    assert.isEmpty(heard.errors);
  });

  it("lists the notebooks in index.html, whose links lead to the pages and back", async () => {
    const { page, heard } = await open("index.html");
    assert.deepEqual(await page.locator(".course a").allInnerTexts(), ["Figures", "Text"]);
    await page.getByRole("link", { name: "Text" }).click();
    assert.equal(
      await page
        .locator("h1")
        .innerText()
        .then((text) => text.replace("¶", "")),
      "Text",
    );
    await page.getByRole("link", { name: "the first" }).click();
    await page.getByRole("link", { name: "the next" }).click();
    await page.getByRole("link", { name: "All notebooks" }).click();
    assert.equal(await page.locator(".course a").count(), 2);
    assert.isEmpty(heard.errors);
  });

  it("holds plotly.js once where there are figures, not where there are none, and its licence", () => {
    const withFigures = readFileSync(join(folder, "01-figures.html"), "utf8");
    assert.equal(withFigures.split('id="plotly"').length - 1, 1);
    assert.match(withFigures, /<h2>plotly\.js-dist [\d.]+<\/h2>/);
    assert.include(withFigures, "Permission is hereby granted, free of charge");
    assert.isBelow(withFigures.length, 4_000_000);
    assert.isBelow(readFileSync(join(folder, "part", "02-text.html")).length, 50_000);
  });
});

const course = join(root, "notebooks");
/** A short one, the one with the largest figures, and each kind of figure once; all with NORMLAB_FULL=1. */
const drawnAlways = /^(01-|10-|cheat-sheet)/;
const lessons = existsSync(course)
  ? readdirSync(course).filter(
      (file) => file.endsWith(".ipynb") && (process.env.NORMLAB_FULL === "1" || drawnAlways.test(file)),
    )
  : [];

describe("the course, exported", function () {
  this.timeout(120_000);
  let browser: Browser | undefined;
  let folder: string;
  before(async function () {
    browser = await startChromium(this);
    folder = mkdtempSync(join(tmpdir(), "normlab-course-pages-"));
    const jobs = lessons.map((place) => ({ file: join(course, place), source: join(course, place), place }));
    await exported(jobs, folder, (message) => assert.fail(message));
  });
  after(async () => {
    await browser?.close();
    if (folder) rmSync(folder, { recursive: true });
  });

  for (const lesson of lessons)
    it(`${lesson}: every figure is drawn without a network, and a picture without JavaScript`, async () => {
      assert.isDefined(browser);
      const outputs = readNotebook(join(course, lesson)).cells.flatMap((cell) => cell.outputs ?? []);
      const figures = outputs.filter(isFigure).length;
      const address = pathToFileURL(join(folder, lesson.replace(/\.ipynb$/, ".html"))).href;
      for (const javaScriptEnabled of [true, false]) {
        const context = await browser.newContext({ offline: true, javaScriptEnabled });
        const page = await context.newPage();
        const heard = listen(page);
        await page.goto(address);
        for (const folded of await page.locator("details.answer > summary").all()) await folded.click();
        const shown = page.locator(javaScriptEnabled ? "figure .plot.drawn" : "figure .plot img");
        if (figures > 0) await shown.nth(figures - 1).waitFor();
        assert.equal(await shown.count(), figures);
        assert.deepEqual(heard, { errors: [], requests: [address], dialogs: [] });
        await context.close();
      }
    });
});

describe("an answer, exported", function () {
  this.timeout(120_000);
  let browser: Browser | undefined;
  let folder: string;
  before(async function () {
    browser = await startChromium(this);
    folder = mkdtempSync(join(tmpdir(), "normlab-answer-"));
  });
  after(async () => {
    await browser?.close();
    if (folder) rmSync(folder, { recursive: true });
  });

  it("is folded away, from the question to the next text, and its figure is as wide as others once it is opened", async () => {
    assert.isDefined(browser);
    const { line } = await figureBundles();
    const question = { "application/vnd.normlab.predict+json": {}, "text/plain": "? Predict" };
    const file = join(folder, "question.ipynb");
    saveNotebook(file, [
      codeCell("above", "x", [shown(line)]),
      codeCell("question", "x", [shown(question)]),
      codeCell("answer", "x", [shown(line)]),
      markdownCell("text", "So much for that."),
      codeCell("after", "x", [shown({ "text/plain": "after" })]),
    ]);
    await exported([{ file, source: file, place: "question.ipynb" }], folder, (message) =>
      assert.fail(message),
    );
    const page = await browser.newPage();
    await page.goto(pathToFileURL(join(folder, "question.html")).href);
    assert.equal(await page.locator("details.answer").count(), 1);
    await page.locator("#figure-above-1 .plot.drawn").waitFor();
    const plot = page.locator("#figure-answer-1 .plot.drawn");
    await plot.waitFor({ state: "attached" });
    assert.isFalse(await plot.isVisible());
    await page.locator("details.answer > summary").click();
    await plot.waitFor();
    const widthOf = async (figure: string) =>
      (await page.locator(`#figure-${figure}-1 .main-svg`).first().boundingBox())?.width;
    const due = await widthOf("above");
    for (let look = 0; look < 50 && (await widthOf("answer")) !== due; look++) await page.waitForTimeout(100);
    assert.equal(await widthOf("answer"), due);
    await page.close();
  });
});

describe("a hostile notebook, exported", function () {
  this.timeout(120_000);
  let browser: Browser | undefined;
  let folder: string;
  before(async function () {
    browser = await startChromium(this);
    folder = mkdtempSync(join(tmpdir(), "normlab-hostile-"));
  });
  after(async () => {
    await browser?.close();
    if (folder) rmSync(folder, { recursive: true });
  });

  it("runs nothing: not its file name, its title, its Markdown, nor any output", async () => {
    const name = '"><img src=x onerror=window.hostile=1>.ipynb';
    const file = join(folder, name);
    saveNotebook(file, [
      markdownCell(
        "title",
        `# ${hostile}\n\n${hostile} ${hostileLink} [a](javascript:window.hostile=1)\n\n$${hostile}$`,
      ),
      codeCell("html", hostile, [shown({ "text/html": `${hostile}${hostileLink}`, "text/plain": hostile })]),
      codeCell("script", "x", [
        shown({ "application/javascript": "window.hostile=1", "text/plain": hostile }),
      ]),
      codeCell("svg", "x", [
        shown({
          "image/svg+xml": `<svg xmlns="http://www.w3.org/2000/svg"><script>window.hostile=1</script></svg>`,
        }),
      ]),
      codeCell("stream", "x", [{ output_type: "stream", name: "stdout", text: hostile }]),
      codeCell("error", "x", [
        { output_type: "error", ename: hostile, evalue: hostile, traceback: [hostile] },
      ]),
    ]);
    await exportPages({
      packageRoot: root,
      python,
      notebooks: [{ file, source: file, place: name }],
      output: folder,
      complain: () => {},
      listsOne: true,
    });
    assert.isDefined(browser);
    const page = await browser.newPage();
    const heard = listen(page);
    await page.goto(pathToFileURL(join(folder, "index.html")).href);
    await page.locator(".course a").click();
    await page.locator("main").waitFor();
    for (const link of await page.locator('a[href^="javascript"]').all()) await link.dispatchEvent("click");
    assert.isUndefined(await page.evaluate(() => Reflect.get(globalThis, "hostile")));
    assert.isEmpty(heard.dialogs);
    assert.isTrue(
      heard.requests.every((address) => address.startsWith("file:")),
      heard.requests.join("\n"),
    );
    for (const id of ["stream", "error"])
      assert.include(
        await page.locator(`#cell-${id} .output`).innerText(),
        "<script>window.hostile=1</script>",
      );
  });

  it("runs nothing in a figure's SVG, opened by itself, and shows the text", async () => {
    assert.isDefined(browser);
    for (const name of ["labels", "hostile"]) {
      const file = join(folder, `${name}.svg`);
      writeFileSync(file, await figures[name]().toSVG());
      const page = await browser.newPage();
      const heard = listen(page);
      await page.goto(pathToFileURL(file).href);
      assert.include(await page.locator("svg").first().textContent(), "<script>window.hostile=1</script>");
      assert.notMatch((await addressesOfLinks(page.locator("svg").first())).join(" "), /javascript:/i);
      assert.isUndefined(await page.evaluate(() => Reflect.get(globalThis, "hostile")));
      assert.deepEqual(heard, { errors: [], requests: [page.url()], dialogs: [] });
    }
  });
});
