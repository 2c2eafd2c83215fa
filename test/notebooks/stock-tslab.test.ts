/**
 * The lessons in the stock tslab kernel: every cell says the same there, with the packed module and without normlab's kernel. One lesson
 * is executed here; NORMLAB_FULL=1 does all of them.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { assert } from "chai";
import { type Cell, joined, type Output, readNotebook } from "./notebook.js";
import { python, root } from "./run.js";

const course = join(root, "notebooks");
const lessons = readdirSync(course).filter((file) => /^\d\d-.*\.ipynb$/.test(file));
const executed =
  process.env.NORMLAB_FULL === "1" ? lessons : lessons.filter((file) => file.startsWith("03-"));

const words = (text: string) => text.split(/\s+/).filter((word) => word !== "");

/** What a cell says: its last value and what it prints as text, what it displays as HTML. tslab prints the text of a last value. */
function saidBy({ outputs = [] }: Cell): string[] {
  const textOf = (output: Output) => {
    if (output.output_type === "error") return `${output.ename}: ${output.evalue}`;
    if (output.output_type === "stream") return joined(output.text).replace(/^Figure: /gm, "");
    const kind = output.output_type === "execute_result" ? "text/plain" : "text/html";
    return joined(output.data?.[kind] as string | string[] | undefined);
  };
  return words(outputs.map(textOf).join("\n"));
}

describe("the course in the stock tslab kernel", function () {
  this.timeout(600_000);
  let folder: string;

  before(function () {
    if (!existsSync(python)) {
      console.log("      skipped: there is no .venv with Jupyter; npm run setup makes it");
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), "normlab-stock-"));
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(root, join(folder, "node_modules", "normlab"), "junction");
    symlinkSync(join(course, "results"), join(folder, "results"), "junction");
    const spec = join(folder, "kernels", "stock");
    mkdirSync(spec, { recursive: true });
    const tslab = join(root, "node_modules", "tslab", "bin", "tslab");
    const argv = [process.execPath, tslab, "kernel", "--config-path={connection_file}"];
    writeFileSync(
      join(spec, "kernel.json"),
      JSON.stringify({ argv, display_name: "stock", language: "typescript" }),
    );
  });
  after(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  for (const file of executed)
    it(`notebooks/${file}`, async () => {
      const { cells, ...lesson } = readNotebook(join(course, file));
      const cleared = cells.map((cell) =>
        cell.cell_type === "code" ? { ...cell, outputs: [], execution_count: null } : cell,
      );
      const kernelspec = { name: "stock", display_name: "stock", language: "typescript" };
      writeFileSync(
        join(folder, file),
        JSON.stringify({ ...lesson, metadata: { kernelspec }, cells: cleared }),
      );
      const call = ["-m", "nbconvert", "--to", "notebook", "--execute", "--allow-errors", "--inplace", file];
      await promisify(execFile)(python, call, {
        cwd: folder,
        env: { ...process.env, JUPYTER_PATH: folder, HOME: folder },
      });
      const { cells: there } = readNotebook(join(folder, file));
      for (const [place, cell] of cells.entries())
        assert.equal(saidBy(there[place]).join(" "), saidBy(cell).join(" "), `cell ${place + 1} of ${file}`);
    });
});
