// Where a specifier leads: one resolver, TypeScript's own, asked twice. The checker wants declarations (`types`), a cell
// that runs wants what can be run (`target`). Both read the same package.json files, `paths` and links, so an import that
// checks is the import that runs.
import type { HostFiles, Platform } from "./host.js";
import { type TypeScript, ts } from "./typescript.js";

/** What an import leads to when it runs. */
export type Target =
  /** A source of the project: TypeScript, JavaScript or JSON outside node_modules, or TypeScript that a package ships. */
  | { readonly kind: "project"; readonly file: string }
  /** A module of the platform: "normlab", "tslab". */
  | { readonly kind: "provided"; readonly name: string }
  /** What only the host can load: its own modules, and files of packages. */
  | { readonly kind: "host"; readonly specifier: string };

/** How a module is asked for: by `import`, or by `require`, for which packages may have another answer. */
export type Asking = "import" | "require";

const modes = { import: ts.ModuleKind.ESNext, require: ts.ModuleKind.CommonJS } as const;

/** What can be run of the project: everything that TypeScript resolves to, but declarations. */
const sources = /\.(?:[cm]?[jt]sx?|json)$/;

const inPackage = (file: string) => file.includes("/node_modules/");

export const isProjectFile = (file: string) =>
  sources.test(file) && !/\.d\.[cm]?ts$/.test(file) && !inPackage(file);

/** Files as TypeScript's resolver asks for them. */
export function resolutionHost(files: HostFiles): TypeScript.ModuleResolutionHost {
  return {
    fileExists: (file) => files.stat(file)?.kind === "file",
    readFile: (file) => files.read(file),
    directoryExists: (folder) => files.stat(folder)?.kind === "folder",
    getDirectories: (folder) =>
      files
        .list(folder)
        .filter(({ kind }) => kind === "folder")
        .map(({ name }) => name),
    realpath: (path) => files.realPath(path),
    useCaseSensitiveFileNames: true,
  };
}

export class Resolver {
  readonly #host: TypeScript.ModuleResolutionHost;
  readonly #builtins: ReadonlySet<string>;
  readonly #builtinScheme: string | undefined;
  readonly #provided: Platform["provided"];
  #options: TypeScript.CompilerOptions;

  constructor(platform: Platform, files: HostFiles, options: TypeScript.CompilerOptions) {
    this.#host = resolutionHost(files);
    this.#builtins = new Set(platform.builtins);
    this.#builtinScheme = platform.builtinScheme;
    this.#provided = platform.provided;
    this.#options = options;
  }

  /** What a tsconfig.json that was edited says from now on. */
  setOptions(options: TypeScript.CompilerOptions): void {
    this.#options = options;
  }

  isBuiltin(specifier: string): boolean {
    const scheme = this.#builtinScheme;
    return this.#builtins.has(specifier) || (scheme !== undefined && specifier.startsWith(scheme));
  }

  isProvided(specifier: string): boolean {
    return Object.hasOwn(this.#provided, specifier);
  }

  /** The declarations behind a specifier. `mode` is that of its place in the file; see ts.getModeForUsageLocation. */
  types(
    specifier: string,
    from: string,
    mode: TypeScript.ResolutionMode = modes.import,
    cache?: TypeScript.ModuleResolutionCache,
  ): TypeScript.ResolvedModuleWithFailedLookupLocations {
    return ts.resolveModuleName(specifier, from, this.#options, this.#host, cache, undefined, mode);
  }

  /** What runs for a specifier; undefined where there is nothing. `from` is the importing file. */
  target(
    specifier: string,
    from: string,
    asking: Asking,
    cache?: TypeScript.ModuleResolutionCache,
  ): Target | undefined {
    if (this.isProvided(specifier)) return { kind: "provided", name: specifier };
    if (this.isBuiltin(specifier)) return { kind: "host", specifier };
    const options = this.runtimeOptions();
    const { resolvedModule } = ts.resolveModuleName(
      specifier,
      from,
      options,
      this.#host,
      cache,
      undefined,
      modes[asking],
    );
    if (!resolvedModule) return this.#asset(specifier, from);
    const file = this.#runnable(resolvedModule.resolvedFileName);
    const isSource = isProjectFile(file) || /\.[cm]?tsx?$/.test(file);
    return isSource ? { kind: "project", file } : { kind: "host", specifier: file };
  }

  /** The options of `target`: also for a cache of its resolutions. */
  runtimeOptions(): TypeScript.CompilerOptions {
    const conditions = [...(this.#options.customConditions ?? []), "node"];
    // noDtsResolution is TypeScript's own for "go to source definition": what runs, and no declarations.
    return {
      ...this.#options,
      allowJs: true,
      resolveJsonModule: true,
      customConditions: conditions,
      noDtsResolution: true,
    } as TypeScript.CompilerOptions;
  }

  /** TypeScript takes a package's main.ts for its main.js where both are there; only the latter was made to run. */
  #runnable(file: string): string {
    if (!inPackage(file)) return file;
    const compiled = file.replace(/\.([cm]?)tsx?$/, ".$1js");
    return this.#host.fileExists(compiled) ? compiled : file;
  }

  /** A file of another kind that is named as a whole, such as `require("./addon.node")`. */
  #asset(specifier: string, from: string): Target | undefined {
    if (!/^\.{0,2}\//.test(specifier)) return undefined;
    const file = specifier.startsWith("/") ? specifier : joined(from, specifier);
    return this.#host.fileExists(file) ? { kind: "host", specifier: file } : undefined;
  }
}

/** A relative specifier as an absolute path. */
function joined(from: string, specifier: string): string {
  const parts = from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}
