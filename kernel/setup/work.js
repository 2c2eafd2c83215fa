// work/: the reader's copy of notebooks/. Files are copied when they are new or the reader has not touched the
// copy; an edited copy is never overwritten.
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { filesBelow, hashOf, readIfThere, writeAtomically } from "./files.js";

const ledgerName = ".normlab-copies.json";

/**
 * Copies `from` into `to` and remembers what was copied.
 * @param readersCopy (name, content): the file as its reader gets it
 * @returns the names (relative to `to`) that were left alone because the reader edited them while the original changed.
 */
export function refreshCopy(from, to, readersCopy = (_name, content) => content) {
  const ledgerFile = join(to, ledgerName);
  const ledger = JSON.parse(readIfThere(ledgerFile) ?? "{}");
  const kept = [];
  for (const source of filesBelow(from, [".ipynb_checkpoints"])) {
    const name = relative(from, source).replaceAll("\\", "/");
    const target = join(to, name);
    const content = readersCopy(name, readFileSync(source));
    const original = hashOf(content);
    const present = readIfThere(target);
    const current = present === undefined ? undefined : hashOf(present);
    if (current === original) {
      ledger[name] = original;
      continue;
    }
    if (current !== undefined && current !== ledger[name]) {
      if (ledger[name] !== original) kept.push(name);
      continue;
    }
    writeAtomically(target, content);
    ledger[name] = original;
  }
  writeAtomically(ledgerFile, `${JSON.stringify(ledger, null, 2)}\n`);
  return kept;
}
