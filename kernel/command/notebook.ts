// Notebooks as the commands and the set-up read them: any file of the format's look.
import { readFileSync } from "node:fs";

export interface Cell {
  readonly id?: string;
  readonly cell_type: string;
  readonly source?: string | readonly string[];
  readonly outputs?: readonly {
    readonly data?: Readonly<Record<string, unknown>>;
    /** Of an error: its name and message. */
    readonly ename?: unknown;
    readonly evalue?: unknown;
  }[];
}

export interface Notebook {
  readonly cells: readonly Cell[];
}

/** The notebook in a file, or undefined where it holds none. */
export function readNotebook(file: string): Notebook | undefined {
  try {
    const notebook = JSON.parse(readFileSync(file, "utf8").replace(/^\uFEFF/, ""));
    const isCell = (cell: unknown) => typeof cell === "object" && cell !== null;
    return Array.isArray(notebook?.cells) && notebook.cells.every(isCell) ? notebook : undefined;
  } catch {
    return undefined;
  }
}

export const sourceOf = ({ source = "" }: Cell) => [source].flat().join("");
