// A notebook without a front end: cells are run one after the other in this process.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { createEvaluator, type Evaluator } from "../../../kernel/language/evaluator.js";
import { NodeHost } from "../../../kernel/node/host.js";
import { platform } from "../../../kernel/node/platform.js";

export const packageRoot = path.resolve(import.meta.dirname, "../../../..");

export class Notebook {
  readonly folder: string;
  readonly evaluator: Evaluator;
  private cells = 0;
  /** What TypeScript had against cells that ran all the same, without colours. */
  warnings: string[] = [];
  /** The latest cell; setting `isStopped` interrupts it. */
  cell = { number: 0, isStopped: false };

  constructor(files: Record<string, string> = {}) {
    const root = mkdtempSync(path.join(tmpdir(), "normlab-language-"));
    this.folder = path.join(root, "course");
    mkdirSync(this.folder);
    for (const [name, text] of Object.entries(files)) this.write(name, text);
    this.evaluator = createEvaluator({
      host: new NodeHost({
        platform: platform(packageRoot),
        packageRoot,
        stopRequested: new Int32Array(1),
        endProcesses: () => {},
      }),
      folder: this.folder,
      packageRoot,
    });
  }

  /** Writes a file beside the notebook; `../x.ts` is one folder up. */
  write(name: string, text: string): void {
    const file = path.join(this.folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  async run(code: string): Promise<unknown> {
    this.cell = { number: ++this.cells, isStopped: false };
    const { value } = await this.evaluator.evaluate(code, this.cell, (text) => {
      this.warnings.push(stripVTControlCharacters(text));
    });
    return value;
  }

  /** What a cell that has to fail shows, without colours. */
  async fail(code: string): Promise<{ ename: string; evalue: string; traceback: string }> {
    let value: unknown;
    try {
      value = await this.run(code);
    } catch (error) {
      const { ename, evalue, traceback } = this.evaluator.describe(error);
      return { ename, evalue, traceback: stripVTControlCharacters(traceback.join("\n")) };
    }
    throw new Error(`The cell did not fail; its value is ${String(value)}.`);
  }

  close(): void {
    this.evaluator.close();
    rmSync(path.dirname(this.folder), { recursive: true });
  }
}
