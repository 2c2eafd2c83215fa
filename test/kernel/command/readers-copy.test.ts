import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { readersCopy } from "../../../kernel/command/readers-copy.js";
import { root } from "../../notebooks/run.js";

const prediction = { output_type: "execute_result", data: { "application/vnd.normlab.predict+json": {} } };
const figure = { output_type: "execute_result", data: { "text/plain": "Figure" } };
const card = { output_type: "display_data", data: { "application/vnd.normlab.claim+json": {} } };

const code = (outputs: object[]) => ({
  cell_type: "code",
  execution_count: 7,
  metadata: { tags: ["figure"] },
  outputs,
  source: "x",
});
const text = { cell_type: "markdown", metadata: {}, source: "Text" };

const fileOf = (cells: object[]) => Buffer.from(`${JSON.stringify({ cells, nbformat: 4 }, null, 1)}\n`);
const copyOf = (cells: object[]) => JSON.parse(readersCopy("01.ipynb", fileOf(cells)).toString()).cells;

describe("the reader's copy of a notebook", () => {
  it("has no outputs below a question, and has those above it and the question itself", () => {
    const [above, question, below, after] = copyOf([
      code([figure]),
      code([prediction]),
      code([figure]),
      text,
    ]);
    expect([above, question]).to.deep.equal([code([figure]), code([prediction])]);
    expect(below).to.deep.equal({ ...code([]), execution_count: null });
    expect(after).to.deep.equal(text);
  });

  it("has its claims collapsed: the source, and outputs that no question took away", () => {
    const [shown] = copyOf([code([card])]);
    expect(shown.metadata).to.deep.equal({
      tags: ["figure"],
      collapsed: true,
      jupyter: { source_hidden: true },
    });
    expect(shown.outputs).to.deep.equal([card]);
    const [, cleared] = copyOf([code([prediction]), code([card])]);
    expect(cleared.metadata).to.deep.equal({ tags: ["figure"], jupyter: { source_hidden: true } });
    expect(cleared.outputs).to.deep.equal([]);
  });

  it("is the file itself, to the byte, where nothing is asked or claimed and where it is no notebook", () => {
    for (const content of ["{}", "[1", "null", '{"cells": 3}', '{"cells":[{"cell_type":"markdown"}]}'])
      expect(readersCopy("01.ipynb", Buffer.from(content)).toString()).to.equal(content);
    const data = Buffer.from([0xff, 0x00, 0x80]);
    expect(readersCopy("digits.gz", data)).to.equal(data);
  });

  it("of each lesson differs in outputs and marks alone", () => {
    const folder = join(root, "notebooks");
    for (const name of readdirSync(folder).filter((file) => file.endsWith(".ipynb"))) {
      const original = readFileSync(join(folder, name));
      const plain = (content: Buffer) =>
        JSON.parse(content.toString()).cells.map(({ source, id }: { source: unknown; id: string }) => ({
          source,
          id,
        }));
      expect(plain(readersCopy(name, original)), name).to.deep.equal(plain(original));
    }
  });
});
