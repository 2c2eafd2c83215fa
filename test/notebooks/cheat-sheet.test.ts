// The cheat sheet shows everything once: each public name of the module, each plot and kind of probe, in cells that fit a screen.
import { join } from "node:path";
import { assert } from "chai";
import * as normlab from "../../src/index.js";
import { joined, readNotebook } from "./notebook.js";
import { root } from "./run.js";

const { cells } = readNotebook(join(root, "notebooks", "cheat-sheet.ipynb"));
const code = cells.filter(({ cell_type }) => cell_type === "code").map(({ source }) => joined(source));
const words = new Set(
  code
    .join("\n")
    .match(/[\w.]+/g)
    ?.flatMap((word) => [word, ...word.split(".")]),
);

describe("the cheat sheet", () => {
  it("has every name that normlab exports", () => {
    assert.deepEqual(
      Object.keys(normlab).filter((name) => !words.has(name)),
      [],
    );
  });

  it("has every plot", () => {
    assert.deepEqual(
      Object.keys(normlab.plot).filter((name) => !words.has(`plot.${name}`)),
      [],
    );
  });

  it("has cells that fit a screen, a heading for each topic, and a link to it on top", () => {
    for (const source of code) assert.isAtMost(source.split("\n").length, 30, source);
    const texts = cells
      .filter(({ cell_type }) => cell_type === "markdown")
      .map(({ source }) => joined(source));
    const topics = texts.flatMap((text) => text.match(/^## .+$/m)?.map((line) => line.slice(3)) ?? []);
    const links = [...texts[0].matchAll(/\[([^\]]+)\]\(#([^)]+)\)/g)];
    assert.deepEqual(
      links.map(([, title]) => title),
      topics,
    );
    for (const [, title, anchor] of links) assert.equal(anchor, title.replaceAll(" ", "-"));
  });
});
