// Stack traces that speak of cells and source files. V8 asks `Error.prepareStackTrace` once for every error whose
// stack is read, so that what user code prints itself is mapped as well.
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import type { HostFiles } from "./host.js";
import { posix } from "./path.js";

export interface Source {
  /** What a reader knows the source by: `Cell [4]`, or undefined for a file, which is known by its path. */
  label?: string;
  text: string;
  map: string | undefined;
  decoded?: TraceMap;
}

export interface Position {
  /** `Cell [4]`, or a path relative to the working folder. */
  label: string;
  line: number;
  column: number;
  /** The whole source, when it is known, for a code frame. */
  text?: string;
}

/** The script through which all code of cells is called: what is below it in a stack is whoever runs the kernel. */
export const trampolineName = "normlab-cells";

/** How V8 describes a frame, as far as this file looks at it. */
interface CallSite {
  getFileName(): string | null | undefined;
  /** The name that a text gives itself by `//# sourceURL=`, where it was evaluated. */
  getScriptNameOrSourceURL(): string | null | undefined;
  getFunctionName(): string | null;
  getEvalOrigin(): string | undefined;
  getLineNumber(): number | null;
  getColumnNumber(): number | null;
  isNative(): boolean;
}

/** V8's own members of Error. */
interface V8Error {
  prepareStackTrace?: ((error: Error, sites: CallSite[]) => unknown) | undefined;
  stackTraceLimit: number;
}

/** Files of scripts that are no reader's: the host's modules, which have a scheme, and what is made in passing. */
const isInside = /^(?:(?!file:|https?:|blob:|data:)[a-z]{2,}:|evalmachine\.|normlab-)/;

/** Frames that V8 collects. The kernel's own and a library's may hide the cell's among the usual ten. */
const frames = 50;

export class StackTraces {
  readonly #sources = new Map<string, Source>();
  readonly #kernelFolder: string;
  readonly #kernelFiles = new Set<string>();

  constructor(private readonly options: { files: HostFiles; folder: string; packageRoot: string }) {
    this.#kernelFolder = posix.join(options.packageRoot, "dist", "kernel", "/");
    // In a start-up snapshot this code is in a script of another name.
    const own = ownScript();
    if (own !== undefined) this.#kernelFiles.add(normal(own));
  }

  /** Makes every stack of this process mapped from now on; returns what undoes it. */
  install(): () => void {
    const errors = Error as unknown as V8Error;
    const { prepareStackTrace, stackTraceLimit } = errors;
    errors.stackTraceLimit = frames;
    errors.prepareStackTrace = (error, sites) => this.#format(error, sites);
    return () => {
      errors.prepareStackTrace = prepareStackTrace;
      errors.stackTraceLimit = stackTraceLimit;
    };
  }

  /** Tells of a script under the name V8 knows it by. */
  add(name: string, source: Source): void {
    this.#sources.set(name, source);
  }

  /** The code of a place that a stack line names, for a code frame. */
  textOf(label: string): string | undefined {
    for (const source of this.#sources.values()) if (source.label === label) return source.text;
    return undefined;
  }

  #format(error: Error, sites: CallSite[]): string {
    const lines: string[] = [];
    for (const site of sites) {
      if (lines.length > 0 && this.#startsCells(site)) break;
      const line = this.#line(site);
      if (line !== undefined) lines.push(`    at ${line}`);
    }
    return [header(error), ...lines].join("\n");
  }

  /** Whether what is below this frame is whoever runs the kernel. */
  #startsCells(site: CallSite): boolean {
    const file = scriptOf(site);
    if (file === trampolineName) return true;
    return site.getFunctionName() === "startCell" && typeof file === "string" && this.#isKernel(normal(file));
  }

  #isKernel(file: string): boolean {
    return file.startsWith(this.#kernelFolder) || this.#kernelFiles.has(file);
  }

  #line(site: CallSite): string | undefined {
    const file = scriptOf(site) ?? site.getEvalOrigin();
    const line = site.getLineNumber();
    const column = site.getColumnNumber();
    if (!file) return site.isNative() || line === null ? undefined : String(site);
    if (line === null || column === null) return undefined;
    const position = this.#position(file, line, column);
    if (!position) return undefined;
    return String(site).replace(`${file}:${line}:${column}`, describePosition(position));
  }

  /** Where a place of a running script comes from; undefined for the kernel's own and the host's. */
  #position(file: string, line: number, column: number): Position | undefined {
    if (isInside.test(file) && !this.#sources.has(file)) return undefined;
    const known = normal(file);
    if (this.#isKernel(known)) return undefined;
    if (/\/node_modules\/(tslab|@tslab|typescript)\//.test(known)) return undefined;
    const source = this.#sources.get(known) ?? this.#compiledFile(known);
    if (source?.map === undefined) return { label: source?.label ?? this.#fileLabel(known), line, column };
    source.decoded ??= new TraceMap(source.map);
    // The function around a compiled text takes a line of its own.
    const mapped = source.label === undefined ? line : line - 1;
    if (mapped < 1) return undefined;
    const origin = originalPositionFor(source.decoded, { line: mapped, column: column - 1 });
    if (origin.line === null) return undefined;
    const label = source.label ?? this.#fileLabel(this.#originOf(known, origin.source));
    return { label, line: origin.line, column: origin.column + 1, text: source.text };
  }

  /** The map of a project's source names it in whatever way; one that tsc wrote is relative to the output. */
  #originOf(file: string, source: string | null): string {
    return this.#isPackaged(file) && source !== null ? posix.join(posix.dirname(file), source) : file;
  }

  #isPackaged(file: string): boolean {
    return file.startsWith(posix.join(this.options.packageRoot, "dist", "/"));
  }

  /** A file of this package that the TypeScript compiler wrote, with its map beside it. */
  #compiledFile(file: string): Source | undefined {
    if (!this.#isPackaged(file)) return undefined;
    const source = { text: "", map: this.options.files.read(`${file}.map`) };
    this.#sources.set(file, source);
    return source;
  }

  /** A path that is the same on every machine: from the package, or relative to the working folder. */
  #fileLabel(file: string): string {
    const { folder, packageRoot } = this.options;
    const installed = file.lastIndexOf("/node_modules/");
    if (installed >= 0) return file.slice(installed + "/node_modules/".length);
    if (file.startsWith(`${packageRoot}/`) && !file.startsWith(`${folder}/`)) {
      return posix.join("normlab", posix.relative(packageRoot, file));
    }
    return posix.relative(folder, file);
  }
}

export function describePosition({ label, line, column }: Position): string {
  return label.startsWith("Cell [") ? `${label}, line ${line}:${column}` : `${label}:${line}:${column}`;
}

function header(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}

/** A host without scripts evaluates cells, and names them in their text. */
const scriptOf = (site: CallSite) => site.getFileName() ?? site.getScriptNameOrSourceURL();

/** A script's name as a path. */
const normal = (file: string) => (file.startsWith("file:") ? pathOf(file) : file.replaceAll("\\", "/"));

/** The path of a file: URL. */
function pathOf(url: string): string {
  const path = decodeURIComponent(new URL(url).pathname);
  return /^\/[A-Za-z]:\//.test(path) ? path.slice(1) : path;
}

/** The name of the script that this function is in. */
function ownScript(): string | undefined {
  const errors = Error as unknown as V8Error;
  const { prepareStackTrace } = errors;
  errors.prepareStackTrace = (_, sites) => sites[0]?.getFileName();
  const name: unknown = new Error("where is this script").stack;
  errors.prepareStackTrace = prepareStackTrace;
  return typeof name === "string" ? name : undefined;
}
