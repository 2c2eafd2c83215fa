// The console of cells: text as Node writes it, since a notebook is to print the same on both hosts.
import { format, inspect } from "node-inspect-extracted";
import type { StreamName } from "../../session/transport.js";

type Print = (name: StreamName, text: string) => void;

const indentation = 2;

/** Replaces the console's methods; what they printed in the page's own console goes to the cell. */
export function capturePrinting(print: Print): void {
  let indent = "";
  const counts = new Map<string, number>();
  const starts = new Map<string, number>();
  const write = (name: StreamName, text: string) =>
    print(name, `${indent === "" ? text : text.replace(/^/gm, indent)}\n`);
  const out = (...args: unknown[]) => write("stdout", format(...args));
  const error = (...args: unknown[]) => write("stderr", format(...args));
  const passed = (label: string) => `${label}: ${durationOf(performance.now() - (starts.get(label) ?? 0))}`;
  const missing = (label: string) => error(`Warning: No such label '${label}' for console.time()`);
  const methods: Partial<Record<keyof Console, (...args: never[]) => void>> = {
    log: out,
    info: out,
    debug: out,
    error,
    warn: error,
    trace: (...args: unknown[]) => error(new Error(format(...args)).stack?.replace(/^Error/, "Trace") ?? ""),
    dir: (value: unknown, options?: object) =>
      write("stdout", inspect(value, { customInspect: false, ...options })),
    dirxml: out,
    assert: (isTrue: unknown, ...args: unknown[]) => {
      if (isTrue) return;
      const [first, ...rest] = args;
      if (args.length === 0) error("Assertion failed");
      else if (typeof first === "string") error(`Assertion failed: ${first}`, ...rest);
      else error("Assertion failed:", ...args);
    },
    group: (...args: unknown[]) => {
      if (args.length > 0) out(...args);
      indent += " ".repeat(indentation);
    },
    groupEnd: () => {
      indent = indent.slice(indentation);
    },
    count: (label = "default") => {
      const count = (counts.get(label) ?? 0) + 1;
      counts.set(label, count);
      out(`${label}: ${count}`);
    },
    countReset: (label = "default") => {
      counts.delete(label);
    },
    time: (label = "default") => {
      starts.set(label, performance.now());
    },
    timeLog: (label = "default", ...args: unknown[]) => {
      if (starts.has(label)) out(passed(label), ...args);
      else missing(label);
    },
    timeEnd: (label = "default") => {
      if (starts.has(label)) out(passed(label));
      else missing(label);
      starts.delete(label);
    },
    table: (data: unknown, columns?: readonly string[]) => {
      const rows = rowsOf(data, columns);
      if (rows === undefined) out(data);
      else write("stdout", tableOf(rows));
    },
    clear: () => {},
  };
  methods.groupCollapsed = methods.group;
  Object.assign(console, methods);
}

function durationOf(ms: number): string {
  return ms >= 1000 ? `${(ms / 1000).toFixed(3)}s` : `${ms.toFixed(3)}ms`;
}

/** The head and the rows of a table, as Node's console has them; undefined for what is no collection. */
function rowsOf(data: unknown, columns: readonly string[] | undefined): string[][] | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const entries: [unknown, unknown][] =
    data instanceof Map
      ? [...data.entries()].map((entry, at) => [at, { Key: entry[0], Values: entry[1] }])
      : data instanceof Set
        ? [...data].map((value, at) => [at, value])
        : Object.entries(data);
  const names = new Set<string>(columns);
  let hasValues = false;
  for (const [, value] of entries) {
    if (typeof value !== "object" || value === null) hasValues = true;
    else if (columns === undefined) for (const name of Object.keys(value)) names.add(name);
  }
  const shown = (value: unknown) => inspect(value, { depth: 0, breakLength: Number.POSITIVE_INFINITY });
  const isIterable = data instanceof Map || data instanceof Set;
  const head = [isIterable ? "(iteration index)" : "(index)", ...names, ...(hasValues ? ["Values"] : [])];
  const rows = entries.map(([key, value]) => {
    const isObject = typeof value === "object" && value !== null;
    const cells = [...names].map((name) =>
      isObject && Object.hasOwn(value, name) ? shown(Reflect.get(value, name)) : "",
    );
    return [String(key), ...cells, ...(hasValues ? [isObject ? "" : shown(value)] : [])];
  });
  return [head, ...rows];
}

function tableOf([head, ...rows]: string[][]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column].length + 2)));
  const rule = (left: string, middle: string, right: string) =>
    left + widths.map((width) => "─".repeat(width)).join(middle) + right;
  const line = (row: string[]) =>
    `│${row.map((cell, column) => ` ${cell}`.padEnd(widths[column])).join("│")}│`;
  return [rule("┌", "┬", "┐"), line(head), rule("├", "┼", "┤"), ...rows.map(line), rule("└", "┴", "┘")].join(
    "\n",
  );
}
