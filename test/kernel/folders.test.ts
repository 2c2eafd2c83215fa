// Which folder of kernel/ may import which, and that what a notebook means knows neither Node nor a page: DESIGN.md's
// table.
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import ts from "typescript";

const kernel = fileURLToPath(new URL("../../../kernel/", import.meta.url));

/** Folders of kernel/ have a slash at the end, packages have none. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  language: ["typescript", "@jridgewell/trace-mapping", "@jridgewell/remapping", "fastest-levenshtein"],
  display: [],
  session: ["language/", "display/"],
  node: ["language/", "display/", "session/", "zeromq", "esbuild"],
  // The playground is a page that uses the module as anybody's page does, by its name.
  browser: ["language/", "display/", "session/", "node-inspect-extracted", "normlab", "uplot"],
};
const hostFree = ["language", "display", "session"];

/** What is taken for granted of every host beyond the language itself. */
const everywhere = `
interface AbortSignal { readonly aborted: boolean; readonly reason: unknown }
declare class AbortController { readonly signal: AbortSignal; abort(reason?: unknown): void }
declare const crypto: { randomUUID(): string };
declare function btoa(bytes: string): string;
declare class URL { constructor(url: string, base?: string); readonly href: string; readonly pathname: string; readonly protocol: string }
interface ErrorConstructor {
  stackTraceLimit: number;
  prepareStackTrace?(error: Error, sites: NodeJS.CallSite[]): unknown;
}
declare namespace NodeJS {
  /** V8's, under the name that its declarations have. */
  interface CallSite {
    getFileName(): string | null | undefined;
    getLineNumber(): number | null;
    getColumnNumber(): number | null;
    getFunctionName(): string | null;
    getEvalOrigin(): string | undefined;
    getScriptNameOrSourceURL(): string;
    isNative(): boolean;
    isEval(): boolean;
  }
}
`;

function sourcesOf(folder: string): string[] {
  return readdirSync(path.join(kernel, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => path.join(kernel, folder, name));
}

/** "typescript", or "session/" for a file of that folder. */
function importedName(specifier: string, from: string): string {
  if (!specifier.startsWith("."))
    return specifier.startsWith("@") ? specifier.split("/").slice(0, 2).join("/") : specifier.split("/")[0];
  const [folder] = path.relative(kernel, path.resolve(path.dirname(from), specifier)).split(path.sep);
  return `${folder}/`;
}

describe("the folders of kernel/", () => {
  for (const folder of hostFree)
    it(`${folder}/ has no word of Node's modules`, () => {
      const naming = sourcesOf(folder).filter((file) => readFileSync(file, "utf8").includes("node:"));
      expect(naming).to.deep.equal([]);
    });

  for (const [folder, others] of Object.entries(mayImport))
    it(`${folder}/ imports ${others.join(", ") || "nothing"}`, () => {
      const allowed = [`${folder}/`, ...others];
      const strangers = sourcesOf(folder).flatMap((file) =>
        ts
          .preProcessFile(readFileSync(file, "utf8"), true, true)
          .importedFiles.map(({ fileName }) => importedName(fileName, file))
          .filter((name) => !allowed.includes(name) && !(folder === "node" && name.startsWith("node:")))
          .map((name) => `${path.relative(kernel, file)} imports ${name}`),
      );
      expect(strangers).to.deep.equal([]);
    });

  it("take nothing of Node or a page for granted but in node/", function () {
    this.timeout(60_000);
    const ambient = path.join(kernel, "everywhere.d.ts");
    const options: ts.CompilerOptions = {
      target: ts.ScriptTarget.ES2022,
      lib: ["lib.es2023.d.ts"],
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      types: [],
      strict: true,
      esModuleInterop: true,
      skipLibCheck: true,
      noEmit: true,
    };
    const host = ts.createCompilerHost(options);
    const { getSourceFile, fileExists } = host;
    host.fileExists = (name) => name === ambient || fileExists(name);
    host.getSourceFile = (name, target) =>
      name === ambient ? ts.createSourceFile(name, everywhere, target) : getSourceFile(name, target);
    const program = ts.createProgram([ambient, ...hostFree.flatMap(sourcesOf)], options, host);
    const missing = ts
      .getPreEmitDiagnostics(program)
      .map(
        ({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
      );
    expect(missing).to.deep.equal([]);
  });
});
