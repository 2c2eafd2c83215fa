// The cells of README.md and src/README.md run as they stand there, one after the other in one notebook.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { Notebook, packageRoot } from "./notebook.js";

describe("the cells in README.md and src/README.md", () => {
  it("run, types checked", async () => {
    const pages = ["README.md", "src/README.md"].map((name) => readFileSync(join(packageRoot, name), "utf8"));
    const cells = Array.from(pages.join("\n").matchAll(/```ts\n([\s\S]*?)```/g), ([, code]) => code);
    assert.isAbove(cells.length, 2);
    const notebook = new Notebook();
    try {
      const values: unknown[] = [];
      // What a cell writes lies beside the notebook, which here is a folder of its own and not the working folder.
      for (const code of cells)
        values.push(
          await notebook.run(code.replace(/"(\w+\.(?:jsonl|safetensors))"/g, `"${notebook.folder}/$1"`)),
        );
      assert.include(String(values[0]), "[32, 64]");
      const history = values[1] as { validationAccuracy: Float64Array };
      assert.isAbove(history.validationAccuracy.at(-1) ?? 0, 0.95);
      assert.lengthOf((await notebook.run("results")) as unknown[], 6);
    } finally {
      notebook.close();
    }
  });
});
