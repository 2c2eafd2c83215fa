// The part of the notebook format (4.5) that the tests look at, read from a file.
import { readFileSync } from "node:fs";

export interface Output {
  output_type: "stream" | "display_data" | "execute_result" | "error";
  name?: string;
  text?: string | string[];
  data?: Record<string, unknown>;
  metadata?: Record<string, unknown>;
  execution_count?: number | null;
  ename?: string;
  evalue?: string;
  traceback?: string[];
}

export interface Cell {
  id: string;
  cell_type: "code" | "markdown" | "raw";
  source: string | string[];
  metadata: { tags?: string[] } & Record<string, unknown>;
  execution_count?: number | null;
  outputs?: Output[];
}

export interface Notebook {
  cells: Cell[];
  metadata: Record<string, unknown>;
  nbformat: number;
  nbformat_minor: number;
}

export function readNotebook(file: string): Notebook {
  return JSON.parse(readFileSync(file, "utf8")) as Notebook;
}

/** The format allows a text as one string or as a list of lines; both mean the same. */
export function joined(text: string | readonly string[] | undefined): string {
  return typeof text === "string" ? text : (text ?? []).join("");
}

export const plotlyType = "application/vnd.plotly.v1+json";

/** Whether an output is a figure: interactive, with the static picture beside it. */
export function isFigure(output: Output): boolean {
  return output.data !== undefined && plotlyType in output.data && "image/svg+xml" in output.data;
}

/** A notebook that has not been run, with one code cell for each source. */
export function codeNotebook(sources: readonly string[], kernel = "normlab"): Notebook {
  const cells: Cell[] = sources.map((source, index) => ({
    id: `cell-${index + 1}`,
    cell_type: "code",
    source,
    metadata: {},
    execution_count: null,
    outputs: [],
  }));
  const kernelspec = { name: kernel, display_name: kernel };
  return { cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 };
}
