// Oracle: TypeScript's whole emit. Cells and generated programs, each alone.
import { expect } from "chai";
import fc from "fast-check";
import { emit } from "../../../kernel/language/emit.js";
import { FrontEnd } from "../../../kernel/language/front-end.js";
import { cellTransformers } from "../../../kernel/language/transform/cell.js";
import { emptyOutline } from "../../../kernel/language/transform/outline.js";
import { namesFor } from "../../../kernel/language/transform/rewriter.js";
import { NotebookSymbols } from "../../../kernel/language/transform/symbols.js";
import { nodeFiles } from "../../../kernel/node/files.js";
import { platform } from "../../../kernel/node/platform.js";
import { cataloguePrograms } from "./catalogue.js";
import { packageRoot } from "./notebook.js";
import { writeProgram } from "./program.js";

/** Without the map's name, which is the cell's. */
const withoutPlace = (js: string) => js.replace(/\/\/# sourceMappingURL=.*\s*$/, "");

describe("the emit of a cell", function () {
  this.timeout(120_000);
  const frontEnd = new FrontEnd(platform(packageRoot), nodeFiles);
  frontEnd.open("/normlab-notebook", nodeFiles);

  /** The script and its map, by one of the two; each from a tree of its own. */
  function emitted(text: string, how: "whole" | "ours"): string[] {
    const file = frontEnd.program.parse(text);
    const program = frontEnd.program.takeScratch(file);
    const notebook = new NotebookSymbols();
    notebook.add(file);
    const own = cellTransformers({
      checker: program.getTypeChecker(),
      outline: emptyOutline(),
      names: namesFor(file),
      notebook,
    });
    if (how === "ours") {
      const { js, map } = emit(program, file, own);
      return [withoutPlace(js), JSON.parse(map).mappings];
    }
    const written: Record<string, string> = {};
    const write = (name: string, output: string) => {
      written[name.endsWith(".map") ? "map" : "js"] = output;
    };
    program.emit(file, write, undefined, false, own);
    return [withoutPlace(written.js), JSON.parse(written.map).mappings];
  }

  // Those of classes that are written differently are right where plain Node says so (catalogue.test.ts).
  const hasClasses = (text: string) => /\bclass\b/.test(text);

  it("is the whole one's for the programs of the catalogue without classes", () => {
    const programs = cataloguePrograms().filter(({ code }) => !hasClasses(code));
    expect(programs.length).to.be.greaterThan(200);
    for (const { title, code } of programs)
      expect(emitted(code, "ours"), title).to.deep.equal(emitted(code, "whole"));
  });

  it("is the whole one's for generated programs without classes", () => {
    let compared = 0;
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.nat(250), { maxLength: 60, size: "max" }), { minLength: 1, maxLength: 6 }),
        (choices) => {
          const { text } = writeProgram(choices, true);
          if (hasClasses(text)) return;
          compared++;
          expect(emitted(text, "ours")).to.deep.equal(emitted(text, "whole"));
        },
      ),
      { numRuns: 150, seed: 1 },
    );
    expect(compared).to.be.greaterThan(30);
  });
});
