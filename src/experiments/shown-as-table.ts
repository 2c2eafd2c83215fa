import { jupyterDisplay, type MimeBundle } from "../base/kernel.js";
import { table } from "../report/table.js";
import type { ExperimentResult } from "./result.js";

/** The results, which as the last value of a cell show themselves as a table: one row a run. They stay a plain array. */
export function shownAsTable(results: ExperimentResult[]): ExperimentResult[] {
  return Object.defineProperty(results, jupyterDisplay, {
    value: (): MimeBundle => table(results)[jupyterDisplay](),
  });
}
