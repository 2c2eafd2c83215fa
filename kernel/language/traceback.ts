// What a front end shows of something thrown: its name, its message, and the lines that it came through.
import { type CellDiagnostic, isCellDiagnostics } from "./diagnostics.js";
import type { ThrownDescription } from "./evaluator.js";
import type { Host } from "./host.js";
import type { StackTraces } from "./stack.js";

const colour = { red: 31, green: 32, cyan: 36, dim: 2, bold: 1 };
const paint = (text: string, ...names: (keyof typeof colour)[]) =>
  `${names.map((name) => `\x1b[${colour[name]}m`).join("")}${text}\x1b[0m`;

/** Lines shown before and after the one that an error points at. */
const context = 2;
const deepestCause = 8;
const mostErrors = 20;

export interface Showing {
  inspect: Host["inspect"];
  interrupt: unknown;
  stacks: StackTraces;
}

export function describeThrown(thrown: unknown, showing: Showing): ThrownDescription {
  const { inspect, interrupt } = showing;
  if (thrown === interrupt) {
    const evalue = "the cell was interrupted";
    return { ename: "KeyboardInterrupt", evalue, traceback: [headline("KeyboardInterrupt", evalue)] };
  }
  if (isCellDiagnostics(thrown)) {
    const traceback = [headline(thrown.name, `${count(thrown.diagnostics.length)} in ${thrown.label}`)];
    traceback.push(...thrown.diagnostics.flatMap((one) => diagnosticLines(one, thrown.label)));
    return { ename: thrown.name, evalue: thrown.message, traceback };
  }
  if (!isError(thrown)) {
    const evalue = inspect(thrown);
    return {
      ename: "Uncaught",
      evalue,
      traceback: [headline("Uncaught", inspect(thrown, { colors: true }))],
    };
  }
  return {
    ename: nameOf(thrown),
    evalue: messageOf(thrown),
    traceback: errorLines(thrown, showing, new Set(), ""),
  };
}

function diagnosticLines(diagnostic: CellDiagnostic, label: string): string[] {
  const { file, line, column, length, code, message, text, related } = diagnostic;
  const place = file ? `${file}:${line}:${column}` : `${label}, line ${line}:${column}`;
  return [
    `${paint(place, "cyan")} ${paint(`TS${code}`, "red", "bold")}: ${message}`,
    ...codeFrame(text, line, column, length),
    ...related.map((said) => `  ${said}`),
  ];
}

/** What is printed under a cell that runs all the same. */
export function describeWarnings(warnings: readonly CellDiagnostic[], label: string): string {
  const number = warnings.length === 1 ? "1 warning" : `${warnings.length} warnings`;
  const lines = [
    paint(`${number} in ${label}, which runs all the same`, "bold"),
    ...warnings.flatMap((one) => diagnosticLines(one, label)),
  ];
  return `${lines.join("\n")}\n`;
}

const count = (errors: number) => (errors === 1 ? "1 error" : `${errors} errors`);

const headline = (name: string, message: string) =>
  message === "" ? paint(name, "red", "bold") : `${paint(name, "red", "bold")}: ${message}`;

function isError(thrown: unknown): thrown is Error {
  if (thrown instanceof Error || Object.prototype.toString.call(thrown) === "[object Error]") return true;
  // A DOMException, or an error of another library.
  if (typeof thrown !== "object" || thrown === null) return false;
  const { name, message, stack } = thrown as Partial<Error>;
  return typeof name === "string" && typeof message === "string" && typeof stack === "string";
}

function nameOf(error: Error): string {
  const className = error.constructor?.name;
  const name = typeof error.name === "string" && error.name !== "" ? error.name : "Error";
  // A class that extends Error and sets no name is better known by its own.
  return name === "Error" && className ? className : name;
}

const messageOf = (error: Error): string => String(error.message);

function errorLines(error: Error, showing: Showing, seen: Set<unknown>, title: string): string[] {
  seen.add(error);
  const lines = [title + headline(nameOf(error), messageOf(error))];
  const frames = stackLines(error);
  const place = frames.map(cellPlace).find((found) => found !== undefined);
  const text = place && showing.stacks.textOf(place.label);
  if (place && text !== undefined) {
    lines.push(paint(`${place.label}, line ${place.line}`, "cyan"));
    lines.push(...codeFrame(text, place.line, place.column, 1));
  }
  lines.push(...frames.map((frame) => paint(frame, "dim")));
  if (error instanceof AggregateError) {
    error.errors.slice(0, mostErrors).forEach((inner, index) => {
      lines.push(...innerLines(inner, showing, seen, `[${index + 1} of ${error.errors.length}] `));
    });
  }
  if (error.cause !== undefined) lines.push(...innerLines(error.cause, showing, seen, "Caused by "));
  return lines;
}

function innerLines(inner: unknown, showing: Showing, seen: Set<unknown>, title: string): string[] {
  if (seen.has(inner) || seen.size > deepestCause + mostErrors) return [`${title}[shown above]`];
  return isError(inner)
    ? errorLines(inner, showing, seen, title)
    : [title + showing.inspect(inner, { colors: true })];
}

/** A frame of a module of the host: its file has a scheme, and not one of those that files of readers have. */
const isOfHost = /(?:\(|at )(?!file:|https?:|blob:|data:)[a-z]{2,}:[a-z]/;

function stackLines(error: Error): string[] {
  const { stack } = error;
  if (typeof stack !== "string") return [];
  return stack.split("\n").filter((line) => /^\s+at /.test(line) && !isOfHost.test(line));
}

function cellPlace(frame: string): { label: string; line: number; column: number } | undefined {
  const place = /(Cell \[[^\]]*\]), line (\d+):(\d+)/.exec(frame);
  return place ? { label: place[1], line: Number(place[2]), column: Number(place[3]) } : undefined;
}

/** The lines around one, with an arrow before it and a caret under the column. */
export function codeFrame(text: string, line: number, column: number, length: number): string[] {
  const source = text.split("\n");
  const first = Math.max(1, line - context);
  const last = Math.min(source.length, line + context);
  const width = String(last).length;
  const lines: string[] = [];
  for (let number = first; number <= last; number++) {
    const isIt = number === line;
    const margin = `${isIt ? "---->" : "     "} ${String(number).padStart(width)}`;
    lines.push(`${isIt ? paint(margin, "green") : margin} ${source[number - 1]}`.trimEnd());
    if (isIt) {
      const end = Math.max(1, Math.min(length, source[number - 1].length - column + 1));
      const before = source[number - 1].slice(0, column - 1).replaceAll(/[^\t]/g, " ");
      lines.push(" ".repeat(margin.length + 1) + before + paint("^".repeat(end), "red"));
    }
  }
  return lines;
}
