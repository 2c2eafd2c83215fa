// Split invariance: a generated program prints the same as a module in plain Node, as one cell, and cut into cells at any
// statements. NORMLAB_FULL=1 runs 20,000 programs instead of some hundreds. A failure prints a small program, and the seed
// and path that fast-check needs to make it again.
import { expect } from "chai";
import fc from "fast-check";
import { runCells } from "./cells.js";
import { separableParts } from "./cut.js";
import { describeOutcome } from "./outcome.js";
import { PlainNode } from "./plain-node.js";
import { writeProgram } from "./program.js";
import { typeErrors } from "./type-check.js";

const isFull = process.env.NORMLAB_FULL === "1";
const runs = isFull ? 10_000 : 120;

/** A row of choices for each statement at the top; see program.ts. */
const rows = fc.array(fc.array(fc.nat(250), { maxLength: 60, size: "max" }), {
  minLength: 1,
  maxLength: 10,
  size: "max",
});
/** Before which parts a new cell starts. */
const cuts = fc.array(fc.boolean(), { minLength: 12, maxLength: 12 });

describe("split invariance of generated programs", function () {
  this.timeout(isFull ? 0 : 60_000);
  const plain = new PlainNode();
  after(() => plain.close());

  async function compare(program: string, cut: readonly boolean[], isChecked: boolean): Promise<void> {
    const expected = describeOutcome(await plain.run(program));
    const parts = separableParts(program).reduce<string[]>((cells, part, index) => {
      if (index > 0 && !cut[index % cut.length]) cells[cells.length - 1] += part;
      else cells.push(part);
      return cells;
    }, []);
    for (const cells of parts.length > 1 ? [[program], parts] : [[program]]) {
      const outcome = await runCells(isChecked ? cells : cells.map((cell) => `// @ts-nocheck\n${cell}`));
      // Of a program that TypeScript itself refuses nothing is to be said.
      if (outcome.error?.startsWith("refused") && isChecked && typeErrors(program).length > 0) fc.pre(false);
      expect(describeOutcome(outcome), `as ${cells.length} cells:\n${cells.join("\n%%\n")}\n`).to.equal(
        expected,
      );
    }
  }

  const parameters = { numRuns: runs, seed: Number(process.env.NORMLAB_SEED ?? 1), endOnFailure: false };

  it("holds for programs that do what JavaScript lets them, unchecked", () =>
    fc.assert(
      fc.asyncProperty(rows, cuts, (choices, cut) => compare(writeProgram(choices, false).text, cut, false)),
      parameters,
    ));

  it("holds for programs that TypeScript checks", () =>
    fc.assert(
      fc.asyncProperty(rows, cuts, (choices, cut) => compare(writeProgram(choices, true).text, cut, true)),
      parameters,
    ));
});
