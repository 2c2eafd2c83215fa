// A host for tests that run thousands of cells in this process: Node's files and modules, and a realm that the test names.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { builtinModules, createRequire } from "node:module";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import * as vm from "node:vm";
import type { FolderEntry, Host, Platform, RunningCell } from "../../../kernel/language/host.js";

export const packageRoot = path.resolve(import.meta.dirname, "../../../..");

const require = createRequire(import.meta.url);

export const platform: Platform = {
  library: path.dirname(require.resolve("typescript")),
  libraries: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts", "lib.esnext.decorators.d.ts"],
  types: ["node"],
  typeRoots: [path.join(packageRoot, "node_modules", "@types")],
  provided: {},
  builtins: builtinModules,
};

const kindOf = (entry: { isDirectory(): boolean }) => (entry.isDirectory() ? "folder" : "file");

const files: Host["files"] = {
  read: (file) => (existsSync(file) ? readFileSync(file, "utf8") : undefined),
  stat: (file) => {
    const stat = statSync(file, { throwIfNoEntry: false });
    return stat && { kind: kindOf(stat), version: stat.mtimeMs };
  },
  list: (folder) =>
    existsSync(folder)
      ? readdirSync(folder, { withFileTypes: true }).map(
          (entry): FolderEntry => ({ name: entry.name, kind: kindOf(entry) }),
        )
      : [],
  realPath: (file) => file,
};

/** Those on disk, and others. */
function withFiles(others: Readonly<Record<string, string>>): Host["files"] {
  const has = (file: string) => Object.hasOwn(others, file);
  return {
    ...files,
    read: (file) => (has(file) ? others[file] : files.read(file)),
    stat: (file) => (has(file) ? { kind: "file", version: 0 } : files.stat(file)),
  };
}

/** `context` is the realm of the cells; without one they share that of the test. */
export function testHost(context?: vm.Context, others: Readonly<Record<string, string>> = {}): Host {
  let current: RunningCell | undefined;
  return {
    platform,
    files: withFiles(others),
    modules: {
      import: (specifier, from) =>
        import(
          specifier.startsWith(".") || path.isAbsolute(specifier)
            ? pathToFileURL(path.resolve(path.dirname(from), specifier)).href
            : specifier
        ),
      require: (specifier, from) => createRequire(from)(specifier),
      resolve: (specifier, from) => createRequire(from).resolve(specifier),
      meta: (file) =>
        Object.assign(Object.create(null), {
          url: pathToFileURL(file).href,
          filename: file,
          dirname: path.dirname(file),
        }),
    },
    stop: { begin: () => {}, requested: new Int32Array(1), isRequested: () => false },
    now: () => performance.now(),
    runScript: (code, name) => {
      const script = new vm.Script(code, { filename: name });
      return context === undefined ? script.runInThisContext() : script.runInContext(context);
    },
    interruptible: (call) => call(),
    runAs: (cell, code) => {
      const before = current;
      current = cell;
      try {
        return code();
      } finally {
        current = before;
      }
    },
    get currentCell() {
      return current;
    },
    inspect: (value) => inspect(value),
  };
}
