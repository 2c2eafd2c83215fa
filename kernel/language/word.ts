// The word at a cursor: what an editor replaces, and what it asks about.
import { type TypeScript, ts } from "./typescript.js";

export interface Span {
  start: number;
  end: number;
}

const isPart = (text: string, at: number) => ts.isIdentifierPart(text.charCodeAt(at), ts.ScriptTarget.ES2022);

export function wordAt(text: string, cursor: number): Span {
  let start = cursor;
  while (start > 0 && isPart(text, start - 1)) start--;
  let end = cursor;
  while (end < text.length && isPart(text, end)) end++;
  return { start, end };
}

/** For TypeScript's functions that ask whether anybody still wants their answer. */
export const neverCancelled: TypeScript.CancellationToken & { throwIfCancellationRequested(): void } = {
  isCancellationRequested: () => false,
  throwIfCancellationRequested: () => {},
};
