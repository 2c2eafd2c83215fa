/** The module in the stock tslab kernel, as a reader without normlab's kernel has it: a notebook run by nbconvert. */
import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const jupyter = join(root, ".venv", "bin", "jupyter");

interface Output {
  output_type: string;
  data?: Record<string, string | string[]>;
  text?: string | string[];
}

const cells = [
  'import { display, Figure, newProgress, plot, table } from "normlab";',
  [
    'display(plot.line({ x: { title: "step" }, y: { title: "loss (nats)" }, series: [{ name: "a", y: [1, 2] }] }));',
    "display([{ seed: 1, loss: 0.5 }]);",
    'display("words").update("other words");',
  ].join("\n"),
  [
    "const progress = newProgress();",
    'progress.start(2, "Training");',
    "progress.report(1, { loss: 0.5 });",
    "progress.finish();",
  ].join("\n"),
  'new Figure({ data: [{ y: [1, 3, 2] }], layout: { title: { text: "last value" } } })',
];

function notebook(): string {
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: "stock", display_name: "stock", language: "typescript" } },
    cells: cells.map((source, index) => {
      return { cell_type: "code", id: `c${index}`, metadata: {}, execution_count: null, outputs: [], source };
    }),
  });
}

function joined(text: string | string[] | undefined): string {
  return Array.isArray(text) ? text.join("") : (text ?? "");
}

describe("in the stock tslab kernel", () => {
  let folder: string;
  let outputs: Output[][];

  before(async function () {
    this.timeout(120_000);
    if (!existsSync(jupyter)) {
      console.log("      skipped: there is no .venv with Jupyter; npm run setup makes it");
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), "normlab-stock-"));
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(root, join(folder, "node_modules", "normlab"));
    const spec = join(folder, "kernels", "stock");
    mkdirSync(spec, { recursive: true });
    const argv = [
      process.execPath,
      join(root, "node_modules/tslab/bin/tslab"),
      "kernel",
      "--config-path={connection_file}",
    ];
    writeFileSync(
      join(spec, "kernel.json"),
      JSON.stringify({ argv, display_name: "stock", language: "typescript" }),
    );
    writeFileSync(join(folder, "stock.ipynb"), notebook());
    await promisify(execFile)(
      jupyter,
      ["nbconvert", "--to", "notebook", "--execute", "--output", "executed.ipynb", "stock.ipynb"],
      { cwd: folder, env: { ...process.env, JUPYTER_PATH: folder, HOME: folder } },
    );
    const executed = JSON.parse(readFileSync(join(folder, "executed.ipynb"), "utf8")) as {
      cells: { outputs: Output[] }[];
    };
    outputs = executed.cells.map((cell) => cell.outputs);
  });

  after(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  it("imports without a word", () => {
    expect(outputs[0]).to.deep.equal([]);
  });

  it("shows a figure as a picture, records as a table, and updates what was shown", () => {
    const [figure, records, words] = outputs[1];
    expect(joined(figure.data?.["image/svg+xml"]))
      .to.match(/^<svg /)
      .and.contain("loss (nats)");
    expect(joined(records.data?.["text/html"])).to.contain("<table>");
    expect(words.data).to.deep.equal({ "text/plain": ["other words"] });
    expect(outputs[1]).to.have.length(3);
  });

  it("shows a figure that is a cell's last value, and its text", () => {
    const [picture, text] = outputs[3];
    expect(joined(picture.data?.["image/svg+xml"])).to.match(/^<svg .*>last value<\/text>/s);
    expect(joined(text.text)).to.equal("Figure: last value. Line or scatter chart.\n");
  });

  it("leaves the summary of a progress", () => {
    expect(outputs[2]).to.have.length(1);
    expect(joined(outputs[2][0].data?.["text/html"])).to.contain("Training: 1 of 2, loss 0.5000");
  });
});
