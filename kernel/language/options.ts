// How cells are checked: strictly, as `tsc --init` has it, with leniency for what is implicitly `any`; and as the
// tsconfig.json nearest to the notebook says, as far as it is about checking. How code is emitted is not its business.

import type { HostFiles, Platform } from "./host.js";
import { posix } from "./path.js";
import { type TypeScript, ts } from "./typescript.js";

export interface CellOptions {
  options: TypeScript.CompilerOptions;
  /** Whether the project asks for errors about what is implicitly `any`. */
  refusesImplicitAny: boolean;
  /** Whether the project asks for null to be told from other values: an error then, and else a warning. */
  refusesNull: boolean;
  /** Whether it asks for functions that take all that they are given. */
  refusesVariance: boolean;
  /** Whether the project says how JSX is written; its .tsx files may be imported in any case. */
  takesMarkup: boolean;
  /** The tsconfig.json, and those that it extends; undefined for none. */
  config: string | undefined;
}

function ownOptions({ libraries, types, typeRoots, provided }: Platform): TypeScript.CompilerOptions {
  const paths = Object.entries(provided).map(([specifier, file]) => [specifier, [file]]);
  return {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: [...libraries],
    types: [...types],
    typeRoots: [...typeRoots],
    paths: Object.fromEntries(paths),
    // A project's paths start elsewhere; these are absolute.
    pathsBasePath: "/",
    strict: true,
    // So that `const xs = []; xs.push(1)` gets its type from its use; what is implicitly any is let pass later.
    noImplicitAny: true,
    useUnknownInCatchVariables: false,
    esModuleInterop: true,
    jsx: ts.JsxEmit.React,
    resolveJsonModule: true,
    allowJs: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    preserveConstEnums: true,
    sourceMap: true,
    newLine: ts.NewLineKind.LineFeed,
    rootDir: "/",
    outDir: "/",
  };
}

/** What a project's configuration may say about cells. */
const checking = [
  "strict",
  "strictNullChecks",
  "strictFunctionTypes",
  "strictBindCallApply",
  "strictPropertyInitialization",
  "strictBuiltinIteratorReturn",
  "noImplicitThis",
  "useUnknownInCatchVariables",
  "exactOptionalPropertyTypes",
  "noUncheckedIndexedAccess",
  "noImplicitOverride",
  "noImplicitReturns",
  "noFallthroughCasesInSwitch",
  "noPropertyAccessFromIndexSignature",
  "allowUnreachableCode",
  "allowUnusedLabels",
  "lib",
  "baseUrl",
  "pathsBasePath",
  "rootDirs",
  "jsx",
  "jsxFactory",
  "jsxFragmentFactory",
  "jsxImportSource",
  "experimentalDecorators",
  "emitDecoratorMetadata",
  "useDefineForClassFields",
  "allowJs",
  "checkJs",
  "customConditions",
  "moduleSuffixes",
  "allowArbitraryExtensions",
] as const;

/** The options for cells of a notebook in `folder`. */
export function cellOptions(platform: Platform, files: HostFiles, folder: string): CellOptions {
  const own = ownOptions(platform);
  const config = nearestConfig(files, folder);
  const project = config === undefined ? undefined : projectOptions(files, config);
  if (config === undefined || project === undefined)
    return {
      options: own,
      refusesImplicitAny: false,
      refusesNull: false,
      refusesVariance: false,
      takesMarkup: false,
      config: undefined,
    };
  const said = Object.fromEntries(
    checking.filter((name) => project[name] !== undefined).map((name) => [name, project[name]]),
  );
  return {
    options: {
      ...own,
      ...said,
      noImplicitAny: project.noImplicitAny ?? (project.strict === false ? false : own.noImplicitAny),
      paths: { ...project.paths, ...own.paths },
      jsx: runnableJsx(project.jsx),
    },
    takesMarkup: project.jsx !== undefined,
    // `strict` alone is what cells have anyway.
    refusesImplicitAny: project.noImplicitAny === true,
    refusesNull: (project.strictNullChecks ?? project.strict) === true,
    refusesVariance: (project.strictFunctionTypes ?? project.strict) === true,
    config,
  };
}

/** What runs: a project that leaves JSX to another tool has it compiled as React's here. */
function runnableJsx(jsx: TypeScript.JsxEmit | undefined): TypeScript.JsxEmit {
  const isLeft = jsx === undefined || jsx === ts.JsxEmit.Preserve || jsx === ts.JsxEmit.ReactNative;
  return isLeft ? ts.JsxEmit.React : jsx;
}

function nearestConfig(files: HostFiles, folder: string): string | undefined {
  for (let at = folder; ; at = posix.dirname(at)) {
    const file = posix.join(at, "tsconfig.json");
    if (files.stat(file)?.kind === "file") return file;
    if (posix.dirname(at) === at) return undefined;
  }
}

function projectOptions(files: HostFiles, config: string): TypeScript.CompilerOptions | undefined {
  const { config: json } = ts.readConfigFile(config, (file) => files.read(file));
  if (json === undefined) return undefined;
  const host: TypeScript.ParseConfigHost = {
    useCaseSensitiveFileNames: true,
    readDirectory: () => [],
    fileExists: (file) => files.stat(file)?.kind === "file",
    readFile: (file) => files.read(file),
  };
  // No files: cells are none of the project's.
  const parsed = ts.parseJsonConfigFileContent(
    { ...json, files: [], include: [], references: [] },
    host,
    posix.dirname(config),
    undefined,
    config,
  );
  return parsed.options;
}
