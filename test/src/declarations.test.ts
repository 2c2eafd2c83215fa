/**
 * tslab type-checks cells with its private TypeScript 5.0.4, which resolves modules as Node10 and knows no
 * typed arrays with type arguments. What it can't read of our declarations is `any` in every cell, without a
 * word; so they are read here as it reads them, with skipLibCheck off.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

interface Diagnostic {
  file?: { fileName: string; getLineAndCharacterOfPosition(position: number): { line: number } };
  start?: number;
  messageText: unknown;
}

interface SourceFile {
  fileName: string;
}

/** What we use of TypeScript 5.0.4's interface; its own declarations would clash with those of TypeScript 7. */
interface OldTypeScript {
  version: string;
  ScriptTarget: { ES2022: number };
  ModuleKind: { CommonJS: number };
  ModuleResolutionKind: { Node10: number };
  createCompilerHost(options: object): {
    getSourceFile(fileName: string, target: number): SourceFile | undefined;
    fileExists(fileName: string): boolean;
    readFile(fileName: string): string | undefined;
  };
  createSourceFile(fileName: string, text: string, target: number): SourceFile;
  createProgram(
    files: string[],
    options: object,
    host: object,
  ): {
    getSourceFiles(): readonly SourceFile[];
    getSemanticDiagnostics(file: SourceFile): readonly Diagnostic[];
    getSyntacticDiagnostics(file: SourceFile): readonly Diagnostic[];
  };
  flattenDiagnosticMessageText(message: unknown, newLine: string): string;
}

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const DECLARATIONS = path.join(ROOT, "dist/src");
const CELL = path.join(ROOT, "cell.ts");

const require = createRequire(import.meta.url);
const ts: OldTypeScript = require("@tslab/typescript-for-tslab");

/** What TypeScript 5.0.4 reads for a cell with this text. */
function programOf(text: string) {
  const options = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.CommonJS,
    moduleResolution: ts.ModuleResolutionKind.Node10,
    strict: true,
    esModuleInterop: true,
    skipLibCheck: false,
    noEmit: true,
    lib: ["lib.es2022.d.ts"],
    types: ["node"],
    baseUrl: ROOT,
    paths: { normlab: ["."], "normlab/course": ["dist/src/course"] },
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.getSourceFile = (fileName, target) =>
    fileName === CELL ? ts.createSourceFile(CELL, text, target) : getSourceFile.call(host, fileName, target);
  host.fileExists = (fileName) => fileName === CELL || fileExists.call(host, fileName);
  host.readFile = (fileName) => (fileName === CELL ? text : readFile.call(host, fileName));
  return ts.createProgram([CELL], options, host);
}

/** Its errors in a cell with this text and in all of our declarations that it pulls in. */
function errorsOf(text: string): string[] {
  const program = programOf(text);
  const ours = program
    .getSourceFiles()
    .filter(({ fileName }) => fileName === CELL || path.normalize(fileName).startsWith(DECLARATIONS));
  return ours.flatMap((file) =>
    [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map((diagnostic) => {
      const line = diagnostic.file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? 0;
      const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n");
      return `${path.relative(ROOT, file.fileName)}:${line + 1} ${message}`;
    }),
  );
}

describe("our declarations under tslab's TypeScript", function () {
  this.timeout(60_000);

  it("is version 5.0.4", () => {
    expect(ts.version).to.equal("5.0.4");
  });

  it("are accepted as a whole, and a cell that uses them is typed", () => {
    const cell = `
      import * as normlab from "normlab";
      import { check } from "normlab/course";
      import { BatchNorm, Tensor, crossEntropy, mlp, tensor } from "normlab";
      const x: Tensor = tensor([[1, 2], [3, 4]], undefined, "float64");
      const output: Tensor = new BatchNorm(2, { dtype: "float64" }).forward(x);
      const first: number = output.data[0];
      const sum: number = output.data.reduce((a, b) => a + b);
      const norm: number = Math.sqrt(output.data.reduce((total, value) => total + value * value, 0));
      const largest: number = Math.max(...output.data.map(Math.abs));
      const again: Tensor = tensor(output.data.slice(0, 2), [1, 2], output.dtype);
      const loss: number = crossEntropy(mlp({ inputs: 2, hidden: [3], classes: 2 }).forward(x), [0, 1]).loss;
      const explained: normlab.BackwardTrace = new BatchNorm(2).explain();
      const rates: normlab.Schedule = normlab.schedule.warmup(5, normlab.schedule.cosine(10));
      const classes: Int32Array = normlab.predict(mlp({ inputs: 2, hidden: [3], classes: 2 }), x).labels;
      const groups = [{ parameters: new BatchNorm(2).parameters(), weightDecay: 0 }];
      const rate: number = new normlab.SGD(groups, { learningRate: 0.1 }).groups[0].learningRate;
      const spec: normlab.ExperimentSpec = {
        data: { set: "moons" },
        network: { hidden: [3] as const },
        optimizer: { kind: "sgd", learningRate: rate },
        steps: 1,
        schedule: rates,
      };
      export { classes, explained, spec };
      export { again, check, first, largest, loss, norm, normlab, sum };
    `;
    expect(errorsOf(cell)).to.deep.equal([]);
  });

  it("are really read: a wrong use is an error, not any", () => {
    const [error] = errorsOf(`import { BatchNorm } from "normlab"; new BatchNorm("3");`);
    expect(error).to.match(/^cell\.ts:1 .*'string' is not assignable to parameter of type 'number'/);
    const [inSpec] = errorsOf(
      `import { grid } from "normlab"; grid({ data: { set: "moons" }, network: { hidden: ["3"] }, optimizer: { kind: "adam", learningRate: 1 } }, {});`,
    );
    expect(inSpec).to.match(/^cell\.ts:1 Type 'string' is not assignable to type 'number'/);
  });

  it("lead to no other package's, which an older TypeScript might not read", () => {
    const files = programOf('import * as normlab from "normlab"; export { normlab };').getSourceFiles();
    const packages = files.map(({ fileName }) => /.*node_modules\/((@[^/]+\/)?[^/]+)/.exec(fileName)?.[1]);
    const expected = ["@types/node", "@tslab/typescript-for-tslab", "undici-types"];
    expect(packages.filter((name) => name !== undefined && !expected.includes(name))).to.deep.equal([]);
  });

  it("say of a spec what its schema infers", async () => {
    const folder = mkdtempSync(path.join(ROOT, "dist", "spec-types-"));
    try {
      const file = path.join(folder, "same.ts");
      writeFileSync(
        file,
        `import type * as z from "zod/mini";
         import type { spec } from "../../src/experiments/spec.js";
         import type { CheckedSpec, ExperimentSpec } from "../src/experiments/spec.js";
         type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : "less than the schema") : "more than the schema";
         export const input: Same<ExperimentSpec, z.input<typeof spec>> = true;
         export const output: Same<CheckedSpec, z.output<typeof spec>> = true;
         // Both would hold of any, too.
         export const typed: Same<ExperimentSpec, CheckedSpec> = true;`,
      );
      const options = [
        "--noEmit",
        "--strict",
        "--module",
        "nodenext",
        "--target",
        "es2022",
        "--skipLibCheck",
      ];
      const compiler = path.join(ROOT, "node_modules/typescript/bin/tsc");
      const { stdout } = spawnSync(process.execPath, [compiler, ...options, "--ignoreConfig", file], {
        encoding: "utf8",
        cwd: ROOT,
      });
      const errors = stdout.split("\n").filter((line) => line.includes("error TS"));
      expect(errors, stdout).lengthOf(1);
      expect(errors[0]).match(/same\.ts\(8,.*"(less|more) than the schema"/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
