// The catalogues: small programs by language feature in programs/, notebooks of several cells in notebooks/. Each file
// holds many, apart by lines that start with `//#`.
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

/** `//# feature: what about it | unchecked` and the program below it. */
export interface CatalogueProgram {
  area: string;
  title: string;
  /** TypeScript refuses the program, or some cut of it, for reasons of types; JavaScript does not. */
  unchecked: boolean;
  /** It is not cut, since something between its cells would be seen. */
  isOneCell: boolean;
  /** Plain Node runs the text as it stands; of an unchecked program. */
  javascript: boolean;
  code: string;
}

const catalogues = path.resolve(import.meta.dirname, "../../../../test/kernel/language");

function sections(folder: string): { area: string; title: string; words: string[]; code: string }[] {
  return readdirSync(path.join(catalogues, folder))
    .sort()
    .flatMap((name) =>
      readFileSync(path.join(catalogues, folder, name), "utf8")
        .split(/^\/\/# /m)
        .slice(1)
        .map((section) => {
          const end = section.indexOf("\n");
          const [title, ...words] = section.slice(0, end).split(" | ");
          return { area: path.basename(name, ".ts"), title, words, code: section.slice(end + 1) };
        }),
    );
}

export function cataloguePrograms(): CatalogueProgram[] {
  return sections("programs").map(({ area, title, words, code }) => ({
    ...{ area, title, code },
    unchecked: words.includes("unchecked") || words.includes("javascript"),
    javascript: words.includes("javascript"),
    isOneCell: words.includes("one cell"),
  }));
}

/** One cell of a notebook of the catalogue, and what is to become of it. */
export interface CatalogueCell {
  code: string;
  /** "refused 2304" or "throws TypeError"; undefined when it runs. */
  error?: string;
}

export interface CatalogueNotebook {
  area: string;
  title: string;
  cells: CatalogueCell[];
  /** A program that prints in plain Node what the cells print. */
  equivalent: string;
}

/** `//# title`, cells apart by `//%%` (or `//%% refused 2304`, `//%% throws TypeError`), and `//=` before the equivalent. */
export function catalogueNotebooks(): CatalogueNotebook[] {
  return sections("notebooks").map(({ area, title, words, code }) => {
    const [notebook, equivalent] = code.split(/^\/\/=[ \t]*\n?/m);
    const isUnchecked = words.includes("unchecked");
    const cells = `//%%\n${notebook}`
      .split(/^\/\/%%/m)
      .slice(1)
      .map((text): CatalogueCell => {
        const end = text.indexOf("\n");
        const error = text.slice(0, end).trim();
        const source = text.slice(end + 1);
        return {
          code: isUnchecked ? `// @ts-nocheck\n${source}` : source,
          ...(error === "" ? {} : { error }),
        };
      })
      .filter((cell) => cell.code.trim() !== "");
    return { area, title, cells, equivalent };
  });
}
