// Each program of programs/ prints the same as a module in plain Node, as one cell, and with a cell a statement.
import { expect } from "chai";
import { cataloguePrograms } from "./catalogue.js";
import { runCells } from "./cells.js";
import { separableParts } from "./cut.js";
import { describeOutcome } from "./outcome.js";
import { PlainNode } from "./plain-node.js";

describe("the catalogue of programs by language feature", () => {
  const plain = new PlainNode();
  after(() => plain.close());

  for (const { area, title, unchecked, javascript, isOneCell, code } of cataloguePrograms()) {
    it(`${area}: ${title}`, async () => {
      const expected = describeOutcome(await (javascript ? plain.runJavaScript(code) : plain.run(code)));
      const run = async (cells: readonly string[]) =>
        describeOutcome(await runCells(unchecked ? cells.map((cell) => `// @ts-nocheck\n${cell}`) : cells));
      expect(await run([code]), "as one cell").to.equal(expected);
      const parts = isOneCell ? [] : separableParts(code);
      if (parts.length > 1)
        expect(await run(parts), `as ${parts.length} cells:\n${parts.join("\n%%\n")}`).to.equal(expected);
    });
  }
});
