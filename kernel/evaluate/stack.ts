// Stack traces that speak of cells and source files. V8 asks `Error.prepareStackTrace` once for every error whose
// stack is read, so that what user code prints itself is mapped as well.
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";

interface Source {
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

/** The script through which all code of cells is called; see runner.ts. */
export const trampolineFile = "normlab-trampoline";

/** Frames that V8 collects. The kernel's own and a library's may hide the cell's among Node's usual ten. */
const frames = 50;

export class StackTraces {
  private readonly sources = new Map<string, Source>();
  private readonly kernelFolder: string;

  constructor(private readonly options: { cwd: string; packageRoot: string }) {
    this.kernelFolder = path.join(options.packageRoot, "dist", "kernel") + path.sep;
  }

  /** Makes every stack of this process mapped from now on; returns what undoes it. */
  install(): () => void {
    const before = Error.prepareStackTrace;
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = frames;
    Error.prepareStackTrace = (error, sites) => this.format(error, sites);
    return () => {
      Error.prepareStackTrace = before;
      Error.stackTraceLimit = limit;
    };
  }

  /** Tells of a script under the file name V8 knows it by. */
  add(file: string, source: Source): void {
    this.sources.set(file, source);
  }

  /** The code of a place that a stack line names, for a code frame. */
  textOf(label: string): string | undefined {
    for (const source of this.sources.values()) if (source.label === label) return source.text;
    return undefined;
  }

  private format(error: Error, sites: NodeJS.CallSite[]): string {
    const lines: string[] = [];
    for (const site of sites) {
      if (lines.length > 0 && this.startsCells(site)) break;
      const line = this.line(site);
      if (line !== undefined) lines.push(`    at ${line}`);
    }
    return [header(error), ...lines].join("\n");
  }

  /** Whether what is below this frame is whoever runs the kernel. */
  private startsCells(site: NodeJS.CallSite): boolean {
    const file = site.getFileName();
    return file === trampolineFile || (file?.endsWith("/dist/kernel/evaluate/runner.js") ?? false);
  }

  private line(site: NodeJS.CallSite): string | undefined {
    const file = site.getFileName() ?? site.getEvalOrigin();
    const line = site.getLineNumber();
    const column = site.getColumnNumber();
    if (!file) return site.isNative() || line === null ? undefined : String(site);
    if (line === null || column === null) return undefined;
    const position = this.position(file, line, column);
    if (!position) return undefined;
    return String(site).replace(`${file}:${line}:${column}`, describePosition(position));
  }

  /** Where a place of a running script comes from; undefined for the kernel's own and Node's. */
  position(file: string, line: number, column: number): Position | undefined {
    if (file.startsWith("node:") || file.startsWith("evalmachine.") || file === trampolineFile)
      return undefined;
    const known = file.startsWith("file:") ? fileURLToPath(file) : file;
    if (known.startsWith(this.kernelFolder)) return undefined;
    if (/[\\/]node_modules[\\/](tslab|@tslab)[\\/]/.test(known)) return undefined;
    const source = this.sources.get(known) ?? this.compiledFile(known);
    if (source?.map === undefined) return { label: source?.label ?? this.fileLabel(known), line, column };
    source.decoded ??= new TraceMap(source.map);
    const origin = originalPositionFor(source.decoded, { line, column: column - 1 });
    if (origin.line === null || origin.source === null) return undefined;
    const label = source.label ?? this.fileLabel(path.resolve(path.dirname(known), origin.source));
    return { label, line: origin.line, column: origin.column + 1, text: source.text };
  }

  /** A file of this package that the TypeScript compiler wrote, with its map beside it. */
  private compiledFile(file: string): Source | undefined {
    if (!file.startsWith(path.join(this.options.packageRoot, "dist") + path.sep)) return undefined;
    const mapFile = `${file}.map`;
    const map = existsSync(mapFile) ? readFileSync(mapFile, "utf8") : undefined;
    const source = { text: "", map };
    this.sources.set(file, source);
    return source;
  }

  /** A path that is the same on every machine: from the package, or relative to the working folder. */
  private fileLabel(file: string): string {
    const { cwd, packageRoot } = this.options;
    const installed = file.lastIndexOf(`${path.sep}node_modules${path.sep}`);
    let label = path.relative(cwd, file);
    if (installed >= 0) label = file.slice(installed + "/node_modules/".length);
    else if (file.startsWith(packageRoot + path.sep) && !file.startsWith(cwd + path.sep)) {
      label = path.join("normlab", path.relative(packageRoot, file));
    }
    return label.replaceAll(path.sep, "/");
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
