/** The figures that notebooks hold in their outputs. */
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { FigureJson } from "../../../src/figure/schema.js";
import { readNotebook } from "../../notebooks/notebook.js";

const plotlyType = "application/vnd.plotly.v1+json";
const root = fileURLToPath(new URL("../../../../", import.meta.url));

/** The figures in a notebook's outputs, by their number. */
export function figuresOf(file: string): [name: string, figure: FigureJson][] {
  const { cells } = readNotebook(file);
  const bundles = cells.flatMap(({ outputs = [] }) => outputs.map(({ data = {} }) => data[plotlyType]));
  const figures = bundles.filter((bundle) => bundle !== undefined) as FigureJson[];
  return figures.map((figure, i) => [`${relative(root, file)} figure ${i + 1}`, figure]);
}

/** The course's notebooks, its solutions too. */
export function notebooks(): string[] {
  const files = readdirSync(join(root, "notebooks"), { recursive: true, encoding: "utf8" });
  return files.filter((file) => file.endsWith(".ipynb")).map((file) => join(root, "notebooks", file));
}
