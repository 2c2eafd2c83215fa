// What a start-up snapshot holds: the language with TypeScript in it, and a front end that has read and checked what every
// notebook needs. build-snapshot.ts runs this, packed into one script, in the process whose memory becomes the snapshot.
import { createEvaluator, rehearseFrontEnd } from "../language/evaluator.js";
import type { Platform } from "../language/host.js";
import { nodeFiles } from "./files.js";
import type { Snapshot } from "./snapshot.js";

export interface StartUp {
  platform: Platform;
  /** Cells to compile ahead, and the folder that they are in. */
  rehearsal: readonly string[];
  folder: string;
  /** What the snapshot is made from. */
  sources: string;
}

/** Puts the language where snapshot.ts finds it; gives the files that were read. */
export function hold({ platform, rehearsal, folder, sources }: StartUp, key: symbol): readonly string[] {
  const { frontEnd, files } = rehearseFrontEnd(platform, nodeFiles, rehearsal, folder);
  const snapshot: Snapshot = { sources, createEvaluator, frontEnd };
  Object.defineProperty(globalThis, key, { value: snapshot, configurable: true });
  return files;
}
