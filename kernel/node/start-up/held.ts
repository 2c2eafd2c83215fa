// What the start-up snapshot holds, and what it is made of.
import type * as language from "../../language/evaluator.js";
import type { Platform } from "../../language/host.js";

export const startUpKey = Symbol.for("normlab.start-up");

export type FrontEnd = ReturnType<typeof language.rehearseFrontEnd>["frontEnd"];

/** What a snapshot holds. */
export interface StartUp {
  /** What it was made from; see `languageSources`. */
  readonly sources: string;
  readonly createEvaluator: typeof language.createEvaluator;
  readonly frontEnd: FrontEnd;
}

/** What a snapshot is to be made of; plain data. */
export interface Rehearsal {
  readonly platform: Platform;
  /** Cells to compile: what they make V8 compile and TypeScript look up is in the snapshot. */
  readonly cells: readonly string[];
  readonly folder: string;
  readonly sources: string;
  /** Where to write the names of the files that it holds. */
  readonly list: string;
}
