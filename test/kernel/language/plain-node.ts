// The oracle: the same program as a module in plain Node, by TypeScript's own translation of the whole.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { nameOfThrown, type Outcome, printed } from "./outcome.js";

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  verbatimModuleSyntax: false,
};

export class PlainNode {
  private readonly folder = mkdtempSync(path.join(tmpdir(), "normlab-plain-"));
  private count = 0;

  /** Runs a TypeScript program as a module; `export {}` makes one of a program without imports and exports. */
  run(program: string): Promise<Outcome> {
    return this.runJavaScript(
      ts.transpileModule(`${program}\nexport {};`, { compilerOptions: options }).outputText,
    );
  }

  runJavaScript(program: string): Promise<Outcome> {
    const file = path.join(this.folder, `${++this.count}.mjs`);
    writeFileSync(file, program);
    return printed(async () => {
      try {
        await import(pathToFileURL(file).href);
        return undefined;
      } catch (thrown) {
        return nameOfThrown(thrown);
      }
    });
  }

  close(): void {
    rmSync(this.folder, { recursive: true });
  }
}
