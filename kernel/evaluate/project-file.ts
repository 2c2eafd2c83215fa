// The project's own files that cells import: TypeScript and JavaScript, run as CommonJS and run anew when edited.
import { existsSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import * as vm from "node:vm";
import { isLoop, withCheck } from "./loop-check.js";
import type { StackTraces } from "./stack.js";
import type { Compiler, TypeScript } from "./tslab.js";

interface LoadedFile {
  modified: number;
  module: { exports: unknown };
  /** Project files that this one required. */
  requires: Set<string>;
}

/** What a project's file may ask of the kernel while it runs. */
export interface FileSurroundings {
  /** Resolves and loads what the file at `from` requires. */
  require(specifier: string, from: string): unknown;
  import(specifier: string, from: string): Promise<unknown>;
  /** Throws when the cell that the file is running for was stopped. */
  check(): void;
}

/** In the order TypeScript tries them: a .ts beside a .js is its source. */
const extensions = [".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".jsx", ".json"];
/** TypeScript sources import each other by the name of the output. */
const sourceOf: Record<string, string[]> = {
  ".js": [".ts", ".tsx"],
  ".mjs": [".mts"],
  ".cjs": [".cts"],
  ".jsx": [".tsx"],
};

const isFile = (file: string) => statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;

/** The file that a relative or absolute specifier means; undefined when there is none. */
export function findProjectFile(specifier: string, folder: string): string | undefined {
  const wanted = path.resolve(folder, specifier);
  const extension = path.extname(wanted);
  const stem = wanted.slice(0, wanted.length - extension.length);
  const candidates = [
    ...(sourceOf[extension] ?? []).map((source) => stem + source),
    wanted,
    ...extensions.map((added) => wanted + added),
    ...extensions.map((added) => path.join(wanted, `index${added}`)),
  ];
  return candidates.find(isFile);
}

export function isProjectSource(file: string): boolean {
  return extensions.includes(path.extname(file)) && !/[\\/]node_modules[\\/]/.test(file);
}

export class ProjectFiles {
  private readonly loaded = new Map<string, LoadedFile>();
  private readonly running: LoadedFile[] = [];

  constructor(
    private readonly ts: Compiler,
    private readonly stacks: StackTraces,
    private readonly surroundings: FileSurroundings,
  ) {}

  /** The exports of a project's file, run again when it or a file it requires has changed. */
  load(file: string): unknown {
    this.running.at(-1)?.requires.add(file);
    const known = this.loaded.get(file);
    // A file that is running already is part of a circle: it gets what is exported so far.
    if (known && (this.running.includes(known) || this.isFresh(file, new Set()))) return known.module.exports;
    return path.extname(file) === ".json" ? this.loadJson(file) : this.run(file);
  }

  private isFresh(file: string, visited: Set<string>): boolean {
    if (visited.has(file)) return true;
    visited.add(file);
    const known = this.loaded.get(file);
    if (!known || !existsSync(file) || statSync(file).mtimeMs !== known.modified) return false;
    return [...known.requires].every((required) => this.isFresh(required, visited));
  }

  private loadJson(file: string): unknown {
    const loaded = {
      modified: statSync(file).mtimeMs,
      module: { exports: {} as unknown },
      requires: new Set<string>(),
    };
    try {
      loaded.module.exports = JSON.parse(readFileSync(file, "utf8"));
    } catch (error) {
      throw new SyntaxError(
        `${path.basename(file)} is not JSON: ${error instanceof Error ? error.message : error}`,
      );
    }
    this.loaded.set(file, loaded);
    return loaded.module.exports;
  }

  private run(file: string): unknown {
    const loaded: LoadedFile = {
      modified: statSync(file).mtimeMs,
      module: { exports: {} },
      requires: new Set(),
    };
    const { surroundings } = this;
    const start = this.compile(file);
    const require = (specifier: string) => surroundings.require(specifier, file);
    const meta = { url: pathToFileURL(file).href, filename: file, dirname: path.dirname(file) };
    this.loaded.set(file, loaded);
    this.running.push(loaded);
    try {
      start(
        loaded.module.exports,
        require,
        loaded.module,
        file,
        path.dirname(file),
        (specifier: string) => surroundings.import(specifier, file),
        meta,
        () => surroundings.check(),
      );
      return loaded.module.exports;
    } catch (error) {
      this.loaded.delete(file);
      throw error;
    } finally {
      this.running.pop();
    }
  }

  private compile(file: string): (...values: unknown[]) => void {
    const { ts } = this;
    const text = readFileSync(file, "utf8");
    const { outputText, sourceMapText } = ts.transpileModule(text, {
      fileName: file,
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.CommonJS,
        esModuleInterop: true,
        experimentalDecorators: true,
        allowJs: true,
        jsx: ts.JsxEmit.React,
        sourceMap: true,
        newLine: ts.NewLineKind.LineFeed,
      },
      transformers: { before: [fileTransformer(ts)] },
    });
    this.stacks.add(file, { text, map: sourceMapText });
    return vm.compileFunction(
      outputText.replace(/\/\/# sourceMappingURL=.*\s*$/, ""),
      ["exports", "require", "module", "__filename", "__dirname", importName, metaName, checkName],
      { filename: file },
    ) as (...values: unknown[]) => void;
  }
}

const importName = "$import";
const metaName = "$meta";
const checkName = "$check";

/** `import()` and `import.meta` through the kernel, and a check in loops that await. */
function fileTransformer(ts: Compiler): TypeScript.TransformerFactory<TypeScript.SourceFile> {
  return (context) => {
    const { factory } = context;
    const visit = (node: TypeScript.Node): TypeScript.Node => {
      const visited = ts.visitEachChild(node, visit, context);
      if (ts.isCallExpression(visited) && visited.expression.kind === ts.SyntaxKind.ImportKeyword) {
        return factory.updateCallExpression(
          visited,
          factory.createIdentifier(importName),
          undefined,
          visited.arguments,
        );
      }
      if (ts.isMetaProperty(visited) && visited.keywordToken === ts.SyntaxKind.ImportKeyword) {
        return factory.createIdentifier(metaName);
      }
      return isLoop(ts, visited) ? withCheck(ts, visited, factory.createIdentifier(checkName)) : visited;
    };
    return (file) => ts.visitEachChild(file, visit, context);
  };
}
