// The oracle: the same program as a module in plain Node, by TypeScript's own translation of the whole.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { nameOfThrown, type Outcome, printed } from "./outcome.js";

/** What this Node cannot run without a translation. */
const tooNew = /\b(?:using|accessor)\b|^\s*@\w/m;

/**
 * As little of a translation as can be: TypeScript 6's for ES2022 is wrong where a class with private members names itself
 * in a static initializer (`class A { #p = new A(); static s = A.s }` reads a variable that is assigned after the class).
 */
const options = (program: string): ts.CompilerOptions => ({
  target: tooNew.test(program) ? ts.ScriptTarget.ES2022 : ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  verbatimModuleSyntax: false,
});

export class PlainNode {
  private readonly folder = mkdtempSync(path.join(tmpdir(), "normlab-plain-"));
  private count = 0;

  /** Runs a TypeScript program as a module; `export {}` makes one of a program without imports and exports. */
  run(program: string): Promise<Outcome> {
    return this.runJavaScript(
      ts.transpileModule(`${program}\nexport {};`, { compilerOptions: options(program) }).outputText,
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
