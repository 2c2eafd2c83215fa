// TypeScript's own verdict on a whole program: what it refuses, cells may refuse, too.
import * as path from "node:path";
import ts from "typescript";

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ["lib.es2023.d.ts"],
  types: ["node"],
  strict: true,
  noImplicitAny: false,
  useUnknownInCatchVariables: false,
  noEmit: true,
};

const name = path.join(import.meta.dirname, "program.ts");
const host = ts.createCompilerHost(options);
const libraries = new Map<string, ts.SourceFile | undefined>();
let previous: ts.Program | undefined;

/** The codes of what TypeScript has against a program, in order. */
export function typeErrors(program: string): number[] {
  const file = ts.createSourceFile(name, `${program}\nexport {};`, ts.ScriptTarget.ES2022);
  previous = ts.createProgram({
    rootNames: [name],
    options,
    oldProgram: previous,
    host: {
      ...host,
      fileExists: (asked) => asked === name || host.fileExists(asked),
      getSourceFile: (asked, version) => {
        if (asked === name) return file;
        if (!libraries.has(asked)) libraries.set(asked, host.getSourceFile(asked, version));
        return libraries.get(asked);
      },
    },
  });
  return [...previous.getSyntacticDiagnostics(file), ...previous.getSemanticDiagnostics(file)].map(
    ({ code }) => code,
  );
}
