// What CI holds against a committed notebook: that running it again gives what it shows. Compared are each code
// cell's source, execution_count and outputs, byte by byte; not the metadata of the notebook and its cells.
//
// A cell is named by its place among the code cells, which is the number that Jupyter shows beside it.
import { findNodeAtLocation, type JSONPath, parseTree } from "jsonc-parser";
import { type Cell, isFigure, joined, type Notebook, type Output } from "./notebook.js";

/** Something that differs: where in the cell's JSON it stands, and what to say after "cell N". */
interface Difference {
  path: JSONPath;
  message: string;
}

const isText = (value: unknown): value is string | string[] =>
  typeof value === "string" || (Array.isArray(value) && value.every((line) => typeof line === "string"));

/** JSON with sorted keys: their order in a file carries no meaning. */
function canonical(value: unknown): string {
  return JSON.stringify(
    value,
    (_key, part: unknown) =>
      part !== null && typeof part === "object" && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
        : part,
    1,
  );
}

const textOf = (content: unknown) => (isText(content) ? joined(content) : canonical(content));

/** The comparable pieces of an output: where each stands in it, and its text. */
function pieces({ data = {}, ...rest }: Output): Map<string, { path: string[]; text: string }> {
  const all: [string, { path: string[]; text: string }][] = [];
  for (const [type, content] of Object.entries(data))
    all.push([type, { path: ["data", type], text: textOf(content) }]);
  for (const [key, content] of Object.entries(rest)) all.push([key, { path: [key], text: textOf(content) }]);
  return new Map(all.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** How much of a differing line a message shows. */
const shownWidth = 72;

/** The part of a line around the column where it differs. */
function around(line: string, column: number): string {
  const start = Math.max(0, column - shownWidth / 3);
  const end = start + shownWidth;
  return JSON.stringify(`${start > 0 ? "…" : ""}${line.slice(start, end)}${end < line.length ? "…" : ""}`);
}

/** The first line (counted from 0) in which two texts differ, and what each has there. */
function firstDifference(committed: string, executed: string): { line: number; message: string } {
  const before = committed.split("\n");
  const after = executed.split("\n");
  const found = before.findIndex((text, index) => text !== after[index]);
  const line = found < 0 ? before.length : found;
  const [old, now] = [before[line], after[line]];
  let column = 0;
  if (old !== undefined && now !== undefined) while (old[column] === now[column]) column++;
  const say = (text: string | undefined) => (text === undefined ? "nothing more" : around(text, column));
  return { line, message: `committed ${say(old)}, re-executed ${say(now)}` };
}

function compareOutput(committed: Output, executed: Output): Difference | undefined {
  const before = pieces(committed);
  const after = pieces(executed);
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [old, now] = [before.get(key), after.get(key)];
    if (old === undefined) return { path: [], message: `${key}: missing in the committed output` };
    if (now === undefined) return { path: old.path, message: `${key}: missing when re-executed` };
    if (old.text === now.text) continue;
    const { line, message } = firstDifference(old.text, now.text);
    return { path: [...old.path, line], message: `${key}, line ${line + 1}: ${message}` };
  }
  return undefined;
}

/** Says in a few words what an output is. */
function kindOf(output: Output): string {
  if (isFigure(output)) return "a figure";
  if (output.output_type === "stream") return `text on ${output.name}`;
  if (output.output_type === "error") return `the error ${output.ename}`;
  return Object.keys(output.data ?? {}).join(" + ");
}

function compareOutputs(committed: readonly Output[], executed: readonly Output[]): Difference | undefined {
  for (let at = 0; at < Math.max(committed.length, executed.length); at++) {
    const [old, now] = [committed[at], executed[at]];
    const path = ["outputs", at];
    const place = `, output ${at + 1}`;
    if (old === undefined)
      return { path, message: `${place}: re-execution shows ${kindOf(now)}, the committed cell does not` };
    if (now === undefined)
      return { path, message: `${place}: the committed cell shows ${kindOf(old)}, re-execution does not` };
    const difference = compareOutput(old, now);
    if (difference)
      return { path: [...path, ...difference.path], message: `${place}, ${difference.message}` };
  }
  return undefined;
}

function compareCell(committed: Cell, executed: Cell | undefined): Difference | undefined {
  if (executed === undefined || joined(executed.source) !== joined(committed.source))
    return { path: ["source"], message: ": the re-executed notebook has another cell in this place" };
  if (joined(committed.source).trim() === "") return { path: ["source"], message: " is empty: delete it" };
  const path = ["execution_count"];
  if (typeof committed.execution_count !== "number")
    return { path, message: " has no execution count: it was saved without having been run" };
  if (committed.execution_count !== executed.execution_count) {
    const counts = `committed ${committed.execution_count}, re-executed ${executed.execution_count}`;
    return { path, message: `, execution count: ${counts}` };
  }
  const before = committed.outputs ?? [];
  const after = executed.outputs ?? [];
  const figureExpected = before.some(isFigure) || committed.metadata.tags?.includes("figure");
  if (figureExpected && !after.some(isFigure))
    return { path: ["outputs"], message: ": a figure is expected, and running the cell shows none" };
  return compareOutputs(before, after);
}

/** Finds the line of a JSON path in a file's text; for a path that leads past what is there, that of its parent. */
function lineFinder(text: string): (path: JSONPath) => number {
  const tree = parseTree(text);
  return (path) => {
    for (let length = path.length; tree && length > 0; length--) {
      const node = findNodeAtLocation(tree, path.slice(0, length));
      if (node) return text.slice(0, node.offset).split("\n").length;
    }
    return 1;
  };
}

/**
 * Compares a committed notebook with its re-execution.
 * @param name how messages call the notebook
 * @param committedText the committed file's text: messages begin with the notebook and the line in it
 * @returns one message for each cell that differs; empty when the notebook shows what it does
 */
export function compareNotebooks(name: string, committedText: string, executed: Notebook): string[] {
  const committed = JSON.parse(committedText) as Notebook;
  const lineOf = lineFinder(committedText);
  const problems: string[] = [];
  let number = 0;
  for (const [index, cell] of committed.cells.entries()) {
    if (cell.cell_type !== "code") continue;
    number++;
    const difference = compareCell(cell, executed.cells[index]);
    if (!difference) continue;
    const line = lineOf(["cells", index, ...difference.path]);
    problems.push(`${name}:${line}, cell ${number}${difference.message}`);
  }
  return problems;
}
