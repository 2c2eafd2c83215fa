// Where nothing may be written a command says so and leaves nothing behind, and a kernel runs all the same.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { packageRoot } from "../../../kernel/command/package.js";
import { codeNotebook } from "../../notebooks/notebook.js";
import { closedFolder, openFolder, unprivileged, whyNotUnprivileged } from "../../unprivileged.js";
import { ofType, printed, startKernel } from "../client.js";
import { program } from "./program.js";

describe("a folder that may only be read", function () {
  this.timeout(60_000);

  let folder: string;
  let closed: string;
  let environment: NodeJS.ProcessEnv;

  before(function () {
    if (whyNotUnprivileged()) this.skip();
  });
  beforeEach(() => {
    folder = openFolder(mkdtempSync(join(tmpdir(), "normlab clösed ")));
    closed = closedFolder(join(folder, "größe с пробелом 目录"));
    environment = {
      ...process.env,
      HOME: closed,
      XDG_CACHE_HOME: "",
      XDG_CONFIG_HOME: "",
      XDG_DATA_HOME: "",
    };
  });
  afterEach(() => {
    openFolder(closed);
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs a program as somebody without rights, standing in the closed folder. */
  function run(file: string, ...args: string[]): { status: number | null; output: string } {
    const { status, stdout, stderr } = spawnSync(file, args, {
      cwd: closed,
      encoding: "utf8",
      env: environment,
      ...unprivileged,
    });
    return { status, output: stdout + stderr };
  }
  const normlab = (...args: string[]) => run(process.execPath, program, ...args);

  for (const [args, words] of [
    [
      ["new", "course"],
      /^normlab: The course cannot be copied to .*目录\/course: you may not write there\.\n$/,
    ],
    [
      ["install", "--prefix", "."],
      /^normlab: The kernel cannot be put into .*目录\/share\/jupyter\/kernels\/normlab: you may not write there\. Choose another place/,
    ],
    [
      ["install", "--user"],
      /^normlab: The kernel cannot be put into .*: you may not write there\. Choose another place/,
    ],
  ] as const)
    it(`is named by normlab ${args.join(" ")}`, () => {
      const { status, output } = normlab(...args);
      expect(output).to.match(words);
      expect(status).to.equal(1);
      expect(readdirSync(closed)).to.deep.equal([]);
    });

  it("is named by normlab run before anything runs", () => {
    const spec = join(folder, "spec.json");
    const optimizer = { kind: "sgd", learningRate: 0.1 };
    writeFileSync(
      spec,
      JSON.stringify({ data: { set: "moons" }, network: { hidden: [4] }, optimizer, steps: 5 }),
    );
    const { status, output } = normlab("run", spec, "--out", "results.jsonl");
    expect(output).to.equal(
      "normlab run: results.jsonl: it was not written: you may not write there. Write to a folder of your own. Nothing that was there has changed.\n",
    );
    expect(status).to.equal(1);
  });

  it("is named by npm run notebooks before a notebook runs", () => {
    const notebook = join(folder, "own.ipynb");
    writeFileSync(notebook, JSON.stringify(codeNotebook(["1 + 1"])));
    environment.NORMLAB_SETUP = "done";
    const script = join(packageRoot, "kernel", "setup", "notebooks.js");
    const { status, output } = run(process.execPath, script, notebook, "--output", join(closed, "out"));
    expect(output).to.match(
      /The output folder .*目录\/out cannot be written to \(EACCES\): choose another with --output DIR\.\n$/,
    );
    expect(status).to.equal(1);
  });

  it("is enough for a kernel: as the home, where it was started, and for the caches", async () => {
    const { client, stop } = await startKernel({ cwd: closed, env: environment, ...unprivileged });
    try {
      const { reply, messages } = await client.execute(`
        import { BatchNorm, digits, plot, saveCheckpoint, saveTensors } from "normlab";
        const { train } = digits({ seed: 1 });
        const normalized = new BatchNorm(64).forward(train.inputs.slice(0, 32));
        try { saveTensors("state.safetensors", { normalized }); } catch (error) { console.log(error.message); }
        plot.histogram({ x: { title: "pixel" }, series: [{ name: "normalized", values: normalized.data }] })`);
      expect(reply.status, JSON.stringify(reply)).to.equal("ok");
      expect(printed(messages)).to.match(
        /^state\.safetensors: it was not written: you may not write there\./,
      );
      expect(ofType(messages, "execute_result")[0].content.data).to.include.keys("image/svg+xml");
    } finally {
      await stop();
    }
  });
});
