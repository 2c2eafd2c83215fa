// The catalogue of notebooks: what cells mean to each other, where no single program says it. A notebook prints what its
// equivalent prints in plain Node; a cell that has to fail names its error.
import { expect } from "chai";
import { catalogueNotebooks } from "./catalogue.js";
import { NotebookCells } from "./cells.js";
import { PlainNode } from "./plain-node.js";

describe("the catalogue of notebooks", () => {
  const plain = new PlainNode();
  after(() => plain.close());

  for (const { area, title, cells, equivalent } of catalogueNotebooks()) {
    it(`${area}: ${title}`, async () => {
      const expected = await plain.run(equivalent);
      expect(expected.error, "the equivalent program fails").to.equal(undefined);
      const notebook = new NotebookCells();
      try {
        const lines: string[] = [];
        for (const { code, error } of cells) {
          const outcome = await notebook.run(code);
          lines.push(...outcome.lines);
          expect(firstError(outcome.error), `the error of\n${code}`).to.equal(error);
        }
        expect(lines).to.deep.equal(expected.lines);
      } finally {
        notebook.close();
      }
    });
  }
});

/** "refused 2304" of "refused 2304 2322", "throws TypeError" of "TypeError". */
function firstError(error: string | undefined): string | undefined {
  if (error === undefined) return undefined;
  return error.startsWith("refused") ? error.split(" ").slice(0, 2).join(" ") : `throws ${error}`;
}
