// The package as its reader gets it: packed, installed from the tarball into an empty folder, put into the Jupyter of a
// fresh virtual environment outside the repository, used there, and removed again. All paths have spaces and letters of several scripts.
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect } from "chai";

const repository = fileURLToPath(new URL("../../../", import.meta.url));

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  /** Both streams, for a message. */
  readonly output: string;
}

interface Cell {
  readonly cell_type: string;
  readonly outputs: readonly { readonly output_type: string; readonly data?: Record<string, unknown> }[];
}

/** What the reader writes: float32 in WebAssembly, a data set from the package's files, and a figure. */
const ownCells = [
  'import { BatchNorm, digits, plot } from "normlab";\nconst { train } = digits({ seed: 1 });',
  'const normalized = new BatchNorm(64).forward(train.inputs.slice(0, 32));\nnormalized.shape.join(" × ")',
  'plot.histogram({ x: { title: "pixel" }, series: [{ name: "normalized", values: normalized.data }] })',
];

const ownNotebook = {
  cells: ownCells.map((source, at) => ({
    cell_type: "code",
    id: `own-${at}`,
    metadata: {},
    execution_count: null,
    outputs: [],
    source,
  })),
  metadata: { kernelspec: { name: "normlab", display_name: "TypeScript (normlab)", language: "typescript" } },
  nbformat: 4,
  nbformat_minor: 5,
};

/** Every name below a folder, so that two moments can be compared. */
function namesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
}

describe("the package, installed elsewhere", function () {
  this.timeout(300_000);

  let folder = "";
  let project: string;
  let environment: string;
  let packed: { filename: string; files: { path: string; size: number }[] };
  let variables: NodeJS.ProcessEnv;

  function start(program: string, args: readonly string[], cwd: string, env = variables): Promise<Ran> {
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
      let [stdout, output] = ["", ""];
      child.stdout.setEncoding("utf8").on("data", (text) => {
        stdout += text;
        output += text;
      });
      child.stderr.setEncoding("utf8").on("data", (text) => {
        output += text;
      });
      child.on("error", reject);
      child.on("close", (code) => resolve({ code, stdout, output }));
    });
  }

  async function succeed(program: string, args: readonly string[], cwd: string): Promise<string> {
    const { code, stdout, output } = await start(program, args, cwd);
    expect(code, `${program} ${args.join(" ")}\n${output}`).to.equal(0);
    return stdout;
  }

  /** npm, as the one that runs the tests when one does. */
  function npm(args: readonly string[], cwd: string): Promise<string> {
    const script = process.env.npm_execpath;
    if (script?.endsWith(".js")) return succeed(process.execPath, [script, ...args], cwd);
    return succeed("npm", args, cwd);
  }

  const command = () => join(project, "node_modules", ".bin", "normlab");
  const normlab = (...args: string[]) => succeed(command(), args, project);
  const python = () => join(environment, "bin", "python");

  /**
   * A virtual environment of its own that finds the repository's Jupyter: one of its own would be a download. For the Python
   * that npm run test:python-versions names there is one.
   */
  async function makeEnvironment(): Promise<void> {
    const named = process.env.NORMLAB_PACKAGE_PYTHON;
    if (named !== undefined) {
      await succeed(named, ["-m", "venv", environment], folder);
      const locked = join(repository, "kernel", "setup", "requirements.txt");
      const pip = ["-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "-r", locked];
      await succeed(python(), pip, folder);
      return;
    }
    const ownPython = join(repository, ".venv", "bin", "python");
    await succeed(ownPython, ["-m", "venv", "--without-pip", environment], folder);
    const where = "import sysconfig; print(sysconfig.get_path('purelib'))";
    const from = (await succeed(ownPython, ["-c", where], folder)).trim();
    const to = (await succeed(python(), ["-c", where], folder)).trim();
    writeFileSync(join(to, "jupyter.pth"), `${from}\n`);
    // nbconvert's templates are no part of its Python package.
    const shared = join("share", "jupyter");
    mkdirSync(join(environment, shared), { recursive: true });
    symlinkSync(join(repository, ".venv", shared, "nbconvert"), join(environment, shared, "nbconvert"));
  }

  async function execute(notebook: string): Promise<readonly Cell[]> {
    const words = ["-m", "nbconvert", "--to", "notebook", "--execute", "--inplace", notebook];
    await succeed(python(), words, join(folder, "my coürse"));
    const { cells } = JSON.parse(readFileSync(join(folder, "my coürse", notebook), "utf8"));
    return (cells as Cell[]).filter(({ cell_type }) => cell_type === "code");
  }

  before(async function () {
    if (process.platform === "win32") this.skip();
    folder = realpathSync(mkdtempSync(join(tmpdir(), "normlab größe с пробелом 目录 ")));
    [project, environment] = [join(folder, "project"), join(folder, "environment")];
    mkdirSync(project);
    writeFileSync(join(project, "package.json"), '{ "private": true }\n');
    // What npm tells the scripts that it runs is about the repository; what Jupyter and the cache keep stays in here.
    const inherited = Object.entries(process.env).filter(
      ([name]) =>
        !/^npm_(package|lifecycle|config_(local_)?prefix)|^INIT_CWD$|^PYTHON|^VIRTUAL_ENV$/i.test(name),
    );
    variables = {
      ...Object.fromEntries(inherited),
      JUPYTER_DATA_DIR: join(folder, "jupyter"),
      JUPYTER_CONFIG_DIR: join(folder, "jupyter"),
      JUPYTER_RUNTIME_DIR: join(folder, "jupyter", "runtime"),
      XDG_CACHE_HOME: join(folder, "cache"),
      // npm keeps its cache where it has it.
      npm_config_cache: process.env.npm_config_cache,
    };
    if (variables.npm_config_cache === undefined) delete variables.npm_config_cache;
    // The tests run from a build: packing it again in the middle of them would change files under the others.
    const pack = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
    const listed = JSON.parse(await npm(pack, repository));
    packed = Array.isArray(listed) ? listed[0] : Object.values(listed)[0];
    const quiet = ["--prefer-offline", "--no-audit", "--no-fund"];
    await Promise.all([
      npm(["install", ...quiet, "--prefix", project, join(folder, packed.filename)], project),
      makeEnvironment(),
    ]);
  });
  after(() => {
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  it("has what runs, the course and the types, no sources or tests, and at most 2.5 MB of our own beside the build for browsers", () => {
    const paths = packed.files.map(({ path }) => path);
    expect(paths).to.include.members([
      "package.json",
      "LICENSE",
      "README.md",
      "kernel/README.md",
      "kernel/teaching.md",
      "src/README.md",
      "src/experiments/README.md",
      "dist/packed/index.js",
      "dist/packed/course.js",
      "dist/packed/LICENCES.txt",
      "dist/src/index.d.ts",
      "dist/src/course/index.d.ts",
      "dist/src/tensor/wasm/kernels.wasm",
      "dist/src/figure/libraries/plotly.js",
      "dist/src/figure/libraries/LICENCES.txt",
      "dist/kernel/command/main.js",
      "kernel/spec/start.sh",
      "kernel/template/normlab/index.html.j2",
      "kernel/jupyter/export.py",
      "kernel/jupyter/execute.py",
      "notebooks/01-normalization.ipynb",
      "notebooks/solutions/01-normalization.ipynb",
      "src/data/files/ATTRIBUTION.md",
    ]);
    const unwanted =
      /^(test|dist\/test|dist\/start-up|\.)|\.(test\.js|map|tsbuildinfo)$|(?<!kernel\/jupyter\/\w+)\.py$|(?<!\.d)\.ts$|node_modules/;
    expect(paths.filter((path) => unwanted.test(path))).to.deep.equal([]);
    // Others' code: what draws figures, and TypeScript in the script of the start-up snapshot.
    const others = /^dist\/(?:src\/figure\/libraries\/|kernel\/packed\/start-up\.js$)/;
    const bytesOf = (own: (path: string) => boolean) => {
      const content = paths.filter(own).map((path) => readFileSync(join(repository, path)));
      return gzipSync(Buffer.concat(content), { level: 9 }).length;
    };
    const isForBrowsers = (path: string) => path.startsWith("dist/browser/");
    const isFashion = (path: string) => path.startsWith("src/data/files/fashion-");
    const own = bytesOf((path) => !others.test(path) && !isForBrowsers(path) && !isFashion(path));
    // The aim is 2 MB. The results of the course's sweeps, which its lessons read, are 1.2 of it: 13,000 runs in thirty files.
    expect(own, "bytes of our own in the tarball, without the build for browsers").to.be.at.most(2.5e6);
    expect(bytesOf(isForBrowsers), "bytes of the build for browsers").to.be.at.most(0.3e6);
    // Once: the build for browsers finds them beside the sources.
    expect(paths.filter((path) => path.includes("fashion-"))).to.have.length(4);
    expect(bytesOf(isFashion), "bytes of Fashion-MNIST").to.be.at.most(6e6);
  });

  it("gives the exercises under normlab/course, the same as under normlab", async () => {
    const program = `
      import { check, notSolved } from "normlab";
      import * as course from "normlab/course";
      console.log(course.check === check, course.notSolved === notSolved);
    `;
    const run = ["--input-type=module", "--eval", program];
    expect(await succeed(process.execPath, run, project)).to.equal("true true\n");
  });

  it("runs a lesson and a notebook of the reader's, and leaves nothing behind when it is removed", async () => {
    const before = namesBelow(environment);
    const told = await normlab("install", "--prefix", environment);
    expect(told).to.contain(environment).and.to.contain("Its quick start is prepared.");
    const kernels = JSON.parse(
      await succeed(python(), ["-m", "jupyter_client.kernelspecapp", "list", "--json"], folder),
    );
    expect(kernels.kernelspecs.normlab.resource_dir).to.equal(
      join(environment, "share", "jupyter", "kernels", "normlab"),
    );
    expect(await normlab("doctor", "--python", python())).to.match(/^✓ kernel: /m);

    const course = join(folder, "my coürse");
    await normlab("new", course);
    writeFileSync(join(course, "own.ipynb"), JSON.stringify(ownNotebook));
    const own = await execute("own.ipynb");
    const lesson = await execute("01-normalization.ipynb");
    for (const { outputs } of [...lesson, ...own])
      expect(outputs.filter(({ output_type }) => output_type === "error")).to.deep.equal([]);
    expect(lesson.some(({ outputs }) => outputs.some(({ data }) => data?.["image/svg+xml"]))).to.equal(true);
    expect(own[1].outputs[0].data?.["text/plain"]).to.deep.equal(["'32 × 64'"]);
    expect(own[2].outputs[0].data).to.include.keys("image/svg+xml", "application/vnd.plotly.v1+json");

    const lessons = [join(course, "01-normalization.ipynb"), join(course, "own.ipynb")];
    await normlab("export", ...lessons, "--output", join(folder, "páges"), "--python", python());
    const page = readFileSync(join(folder, "páges", "01-normalization.html"), "utf8");
    expect(page).to.contain('class="katex"').and.to.contain('id="plotly"').and.to.contain('class="contents"');
    expect(readdirSync(join(folder, "páges")).sort()).to.deep.equal([
      "01-normalization.html",
      "index.html",
      "own.html",
    ]);

    const optimizer = { kind: "sgd", learningRate: 0.1 };
    const spec = { data: { set: "moons" }, network: { hidden: [4], norm: "batch" }, optimizer, steps: 20 };
    const results = join(course, "ergebnisse 結果.jsonl");
    writeFileSync(join(course, "spec.json"), JSON.stringify({ spec, grid: { seed: [0, 1] } }));
    await normlab("run", join(course, "spec.json"), "--out", results, "--quiet");
    expect(readFileSync(results, "utf8")).to.match(/^(\{.*\}\n){2}$/);

    await normlab("uninstall", "--prefix", environment);
    expect(namesBelow(environment)).to.deep.equal(before);
    expect(namesBelow(join(folder, "cache"))).to.deep.equal([]);
    const { code, stdout } = await start(command(), ["doctor", "--python", python()], project);
    expect(stdout).to.match(/^✗ kernel: No Jupyter here knows it\.$/m);
    expect(code).to.equal(1);
    await npm(["uninstall", "--no-audit", "--no-fund", "--prefix", project, "normlab"], project);
    expect(existsSync(join(project, "node_modules", "normlab"))).to.equal(false);
    expect(existsSync(command())).to.equal(false);
  });
});
