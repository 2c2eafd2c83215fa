// A lesson survives its reader: cells that throw, loop for ever or take a shared name, run between the lesson's own, leave
// it usable. "Usable" means that every cell of the lesson still gives the committed outputs; after a name was taken, cells
// that use nothing of the cell that defines it do so at once, the others when that cell was run again.
//
// NORMLAB_FULL=1 tries all lessons.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { type Execution, type KernelClient, startKernel } from "../kernel/client.js";
import { compareNotebooks } from "./compare.js";
import { type Cell, joined, type Notebook, type Output } from "./notebook.js";
import { root } from "./run.js";

const folder = join(root, "notebooks");
const all = readdirSync(folder).filter((file) => /^\d\d-.*\.ipynb$/.test(file));
/** Of the lessons that run in seconds, those whose cells share the most names. */
const few = ["01-normalization.ipynb", "09-when-it-fails.ipynb"];
const lessons = process.env.NORMLAB_FULL === "1" ? all : few;

/** What nbconvert saves of a cell: streams in one piece, and what was displayed as its last update left it. */
function outputsOf({ messages }: Execution): Output[] {
  const outputs: Output[] = [];
  const displayed = new Map<unknown, Output>();
  for (const { header, content } of messages) {
    const { execution_count, transient, ...output } = content as unknown as Output & {
      transient?: { display_id?: string };
    };
    const last = outputs[outputs.length - 1];
    if (header.msg_type === "update_display_data")
      Object.assign(displayed.get(transient?.display_id) ?? {}, output);
    else if (header.msg_type === "stream" && last?.output_type === "stream" && last.name === output.name)
      last.text = joined(last.text) + joined(output.text);
    else if (["stream", "display_data", "execute_result", "error"].includes(header.msg_type)) {
      const made = { ...output, output_type: header.msg_type } as Output;
      if (header.msg_type === "execute_result") made.execution_count = execution_count;
      outputs.push(made);
      if (transient?.display_id !== undefined) displayed.set(transient.display_id, made);
    }
  }
  return outputs;
}

/** The names that a cell gives to the cells after it: its imports, and what it declares outside of any block. */
function declaredBy(source: string): string[] {
  const declarations = source.matchAll(
    /^(?:async )?(?:const|let|function|class) (\w+|[{[][^=]*[}\]]) ?[=(<:{]/gm,
  );
  const imports = source.matchAll(/^import (?:type )?(\{[^}]*\}) from/gm);
  return [...declarations, ...imports].flatMap(([, names]) => names.match(/\w+(?=\s*[,}\]]|$)/g) ?? []);
}

/** Whether a cell uses one of these names: anywhere but in a word, in quotes, or as a property after a dot. */
const mentions = (source: string, names: readonly string[]) =>
  names.some((name) => new RegExp(`(?<![\\w"]|(?<!\\.\\.)\\.)${name}(?![\\w"])`).test(source));

/** A lesson in a kernel of its own, which counts what its cells give for its outputs. */
class Reading {
  readonly #text: string;
  readonly #notebook: Notebook;
  readonly cells: Cell[];

  constructor(
    readonly file: string,
    readonly client: KernelClient,
  ) {
    this.#text = readFileSync(join(folder, file), "utf8");
    this.#notebook = JSON.parse(this.#text) as Notebook;
    this.cells = this.#notebook.cells.filter(({ cell_type }) => cell_type === "code");
  }

  source(place: number): string {
    return joined(this.cells[place].source);
  }

  /** Runs a cell of the lesson, which must show what is committed. */
  async run(place: number): Promise<void> {
    const execution = await this.client.execute(this.source(place));
    const committed = this.cells[place];
    const { status, ename, evalue } = execution.reply;
    assert.equal(status, "ok", `${this.file}, cell ${committed.execution_count}: ${ename}: ${evalue}`);
    const outputs = outputsOf(execution);
    const executed = structuredClone(this.#notebook);
    const cell = executed.cells.find(({ id }) => id === committed.id);
    if (cell === undefined) throw new Error(`${this.file} has no cell ${committed.id}`);
    // Cells in between and cells run twice are counted as well: the numbers say nothing here.
    for (const output of outputs)
      if (output.output_type === "execute_result") output.execution_count = committed.execution_count;
    cell.outputs = outputs;
    const problems = compareNotebooks(`notebooks/${this.file}`, this.#text, executed);
    assert.isEmpty(problems, problems.join("\n"));
  }
}

describe("a lesson survives a cell of its reader's", function () {
  this.timeout(120_000);
  let kernel: Awaited<ReturnType<typeof startKernel>>;
  beforeEach(async () => {
    kernel = await startKernel({ cwd: folder });
  });
  afterEach(() => kernel.stop());

  for (const file of lessons) {
    it(`that throws, or loops until it is interrupted: ${file}`, async () => {
      const { client } = kernel;
      const lesson = new Reading(file, client);
      for (const place of lesson.cells.keys()) {
        await lesson.run(place);
        const thrown = await client.execute(`const mine = ${place};\nthrow new RangeError("mine");`);
        assert.equal(thrown.reply.ename, "RangeError");
        const id = client.sendCell('console.log("started");\nwhile (true) {}');
        await client.publication(
          ({ header, parentHeader }) => parentHeader.msg_id === id && header.msg_type === "stream",
        );
        await client.interrupt();
        const { reply } = await client.executed(id);
        assert.equal(reply.ename, "KeyboardInterrupt");
      }
    });

    it(`that takes a name: ${file}`, async () => {
      const { client } = kernel;
      const lesson = new Reading(file, client);
      /** The cells one of whose names is taken. */
      let robbed: number[] = [];
      let unharmed = 0;
      let mended = 0;
      for (const place of lesson.cells.keys()) {
        const needed = robbed.filter((cell) =>
          mentions(lesson.source(place), declaredBy(lesson.source(cell))),
        );
        for (const cell of needed) await lesson.run(cell);
        robbed = robbed.filter((cell) => !needed.includes(cell));
        mended += needed.length;
        unharmed += robbed.length > 0 ? 1 : 0;
        await lesson.run(place);
        const [name] = declaredBy(lesson.source(place));
        if (name === undefined) continue;
        const taken = await client.execute(`const ${name} = 1;`);
        assert.equal(taken.reply.status, "ok", `${name}: ${taken.reply.evalue}`);
        robbed.push(place);
      }
      assert.isAbove(unharmed, 0, "cells that use nothing of the one whose name is taken");
      assert.isAbove(mended, 0, "cells that were run again");
    });
  }
});
