// A folder with a project in it, whose modules are loaded as those of a notebook's cells are.
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { inspect } from "node:util";
import * as vm from "node:vm";
import type { Host, HostFiles } from "../../../kernel/language/host.js";
import { Modules } from "../../../kernel/language/modules.js";
import { Resolver } from "../../../kernel/language/resolve.js";
import { createTslab } from "../../../kernel/language/tslab.js";
import { type TypeScript, ts } from "../../../kernel/language/typescript.js";
import { NodeModules } from "../../../kernel/node/modules.js";

const files: HostFiles = {
  read: (file) => {
    try {
      return readFileSync(file, "utf8");
    } catch {
      return undefined;
    }
  },
  stat: (name) => {
    const found = statSync(name, { throwIfNoEntry: false });
    return found && { kind: found.isDirectory() ? "folder" : "file", version: found.mtimeMs };
  },
  list: (folder) =>
    readdirSync(folder, { withFileTypes: true }).map((entry) => ({
      name: entry.name,
      kind: entry.isDirectory() ? "folder" : "file",
    })),
  realPath: (name) => realpathSync(name),
};

export class Project {
  readonly folder = realpathSync(mkdtempSync(path.join(tmpdir(), "normlab-project-")));
  readonly modules: Modules;
  #edits = 0;

  constructor(texts: Readonly<Record<string, string>>, options: TypeScript.CompilerOptions = {}) {
    for (const [name, text] of Object.entries(texts)) this.write(name, text);
    const platform = {
      library: "",
      libraries: [],
      types: [],
      typeRoots: [],
      provided: {},
      builtins: builtinModules,
    };
    const host: Host = {
      platform,
      files,
      modules: new NodeModules(""),
      stop: { begin: () => {}, requested: new Int32Array(1), isRequested: () => false },
      now: () => performance.now(),
      runScript: (code, filename) => new vm.Script(code, { filename }).runInThisContext(),
      interruptible: (call) => call(),
      runAs: (_cell, code) => code(),
      currentCell: undefined,
      inspect: (value) => inspect(value),
    };
    const all: TypeScript.CompilerOptions = {
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      allowJs: true,
      resolveJsonModule: true,
      allowImportingTsExtensions: true,
      pathsBasePath: this.folder,
      ...options,
    };
    this.modules = new Modules({
      host,
      resolver: new Resolver(platform, files, all),
      notebook: path.join(this.folder, "notebook.ts"),
      provided: { tslab: createTslab(process.version) },
      options: () => all,
      loops: { stop: new Int32Array(1), check: () => {}, checkCell: () => {} },
      addSource: () => {},
    });
  }

  write(name: string, text: string): void {
    const file = path.join(this.folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** Writes a file so that its time of change differs, however coarse the file system's clock is. */
  edit(name: string, text: string): void {
    this.write(name, text);
    const later = new Date(Date.UTC(2030, 0, 1, 0, 0, ++this.#edits));
    utimesSync(path.join(this.folder, name), later, later);
  }

  async import(specifier: string): Promise<Record<string, unknown>> {
    const loaded = await this.modules.load([specifier]);
    return loaded[specifier].namespace() as Record<string, unknown>;
  }

  close(): void {
    rmSync(this.folder, { recursive: true });
  }
}
