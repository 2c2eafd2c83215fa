// What is kept of a run: counts, by directory and by cause.
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import type { TestResult } from "./main.js";
import type { Suite } from "./suite.js";

export interface Counts {
  test262: string;
  node: string;
  typescript: string;
  /** One test in so many was run; 1 for all. */
  every: number;
  /** Tests that say nothing of cells, by reason. */
  aside: Record<string, number>;
  /** Passed as strict modules in plain Node: all that follows is of these. */
  plain: number;
  whole: Share;
  split: Share;
  directories: Record<string, { plain: number; whole: number; split: number }>;
}

export interface Share {
  passed: number;
  percent: number;
  /** Why the others failed. */
  causes: Record<string, number>;
}

export function countsOf(
  { aside, root }: Suite,
  results: readonly TestResult[],
  versions: { commit: string; node: string; typescript: string; every: number },
): Counts {
  const plain = results.filter(({ isPlain }) => isPlain);
  const directories: Counts["directories"] = {};
  for (const { file, whole, split } of plain) {
    const directory = file.split("/").slice(2, -1).slice(0, 2).join("/");
    directories[directory] ??= { plain: 0, whole: 0, split: 0 };
    const counts = directories[directory];
    counts.plain++;
    if (whole === undefined) counts.whole++;
    if (split === undefined) counts.split++;
  }
  return {
    test262: versions.commit,
    node: versions.node,
    typescript: versions.typescript,
    every: versions.every,
    aside,
    plain: plain.length,
    whole: shareOf(root, plain, ({ whole }) => whole),
    split: shareOf(root, plain, ({ split }) => split),
    directories: sorted(directories),
  };
}

function shareOf(
  root: string,
  results: readonly TestResult[],
  failure: (result: TestResult) => string | undefined,
): Share {
  const causes: Record<string, number> = {};
  let passed = 0;
  for (const result of results) {
    const why = failure(result);
    if (why === undefined) {
      passed++;
      continue;
    }
    const cause = knownCause(root, result.file, why) ?? messageOf(why);
    causes[cause] = (causes[cause] ?? 0) + 1;
  }
  const percent = Number(((100 * passed) / Math.max(1, results.length)).toFixed(2));
  return {
    passed,
    percent,
    causes: Object.fromEntries(Object.entries(causes).sort(([, a], [, b]) => b - a)),
  };
}

/** What cannot hold for a cell, and what is TypeScript's. */
function knownCause(root: string, file: string, why: string): string | undefined {
  if (why.startsWith("TypeScriptError: TS1127"))
    return "TypeScript 6 does not know identifiers of Unicode 16 and 17 (TS1127)";
  if (why.startsWith("TypeScriptError: TS1") && file.includes("await-expr-obj-literal"))
    return "TypeScript 6 does not parse `await { function() {} }` at the top of a module";
  return importsItself(root, file) ? "imports itself by its name, which a cell has not" : undefined;
}

/** Whether a test, or a file that it imports, names the test. */
function importsItself(root: string, test: string): boolean {
  const start = path.join(root, test);
  const seen = new Set<string>();
  const todo = [start];
  for (let file = todo.pop(); file !== undefined; file = todo.pop()) {
    if (seen.has(file) || !existsSync(file)) continue;
    seen.add(file);
    const names = readFileSync(file, "utf8").matchAll(/["'](\.\.?\/[^"'\n]+\.js)["']/g);
    for (const [, name] of names) {
      const named = path.join(path.dirname(file), name);
      if (named === start) return true;
      todo.push(named);
    }
  }
  return false;
}

/** Messages without what differs from test to test: names, numbers, values. */
function messageOf(failure: string): string {
  return failure
    .replace(/'[^']*'|"[^"]*"|«[^»]*»|`[^`]*`/g, "…")
    .replace(/\(line \d+.*\)/, "")
    .replace(/\bReferenceError: \S+ is not defined/, "ReferenceError: … is not defined")
    .replace(/\d{5,}/g, "…")
    .replace(/\/\S+/g, "…")
    .slice(0, 100)
    .trim();
}

const sorted = <T>(record: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));

export function describeCounts(counts: Counts): string {
  const { whole, split, plain } = counts;
  const lines = [
    `test262 ${counts.test262}, Node ${counts.node}, TypeScript ${counts.typescript}, one test in ${counts.every}`,
    ...Object.entries(counts.aside).map(([reason, count]) => `${count} aside: ${reason}`),
    `${plain} pass as a module in plain Node`,
    `${whole.passed} of them pass as one cell (${whole.percent} %), ${split.passed} with a cell a statement (${split.percent} %)`,
    "",
    "directory: plain, one cell, a cell a statement",
    ...Object.entries(counts.directories)
      .filter(([, count]) => count.whole < count.plain || count.split < count.plain)
      .map(([directory, count]) => `  ${directory}: ${count.plain}, ${count.whole}, ${count.split}`),
  ];
  for (const [title, { causes }] of [
    ["one cell", whole],
    ["a cell a statement", split],
  ] as const) {
    lines.push(
      "",
      `causes, ${title}:`,
      ...Object.entries(causes).map(([cause, count]) => `  ${count} ${cause}`),
    );
  }
  return lines.join("\n");
}
