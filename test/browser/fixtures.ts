// Executed notebooks with figures, as the browser tests show them.
import { writeFileSync } from "node:fs";
import type { Cell, Notebook, Output } from "../notebooks/notebook.js";

/** Runs where text is taken for HTML: sets `window.hostile`. */
export const hostile = '</script><img src=x onerror="window.hostile=1"><script>window.hostile=1</script>';
/** Plotly reads links in its labels. */
export const hostileLink = '<a href="javascript:window.hostile=1">a link</a>';

export type Bundle = Record<string, unknown>;

export function codeCell(id: string, source: string, outputs: Output[]): Cell {
  return { id, cell_type: "code", source, metadata: {}, execution_count: 1, outputs };
}

export const shown = (data: Bundle): Output => ({ output_type: "display_data", data, metadata: {} });

export const markdownCell = (id: string, source: string): Cell => ({
  id,
  cell_type: "markdown",
  source,
  metadata: {},
});

export function saveNotebook(file: string, cells: Cell[]): void {
  const kernelspec = { name: "normlab", display_name: "TypeScript (normlab)", language: "typescript" };
  const notebook: Notebook = {
    cells,
    metadata: { kernelspec, language_info: { name: "typescript", file_extension: ".ts" } },
    nbformat: 4,
    nbformat_minor: 5,
  };
  writeFileSync(file, JSON.stringify(notebook, null, 1));
}
