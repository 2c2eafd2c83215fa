import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { Product } from "../../../../src/tensor/wasm/exports.js";
import { kernelMemory } from "../../../../src/tensor/wasm/memory.js";
import { hashes } from "./hash-suite.js";

const program = (name: string) => new URL(name, import.meta.url).href;

/** The Nodes that are there: this one, the benchmark's, and those that NORMLAB_TEST_NODES lists. */
function nodes(): string[] {
  const benchmark = fileURLToPath(
    new URL("../../../../../test/bench/node_modules/node/bin/node", import.meta.url),
  );
  const listed = (process.env.NORMLAB_TEST_NODES ?? "").split(":").filter((path) => path !== "");
  return [process.execPath, ...[benchmark, ...listed].filter((path) => existsSync(path))];
}

function run(node: string, code: string, environment: Record<string, string>, flags: string[] = []) {
  const { stdout, stderr, status } = spawnSync(node, [...flags, "--input-type=module", "--eval", code], {
    encoding: "utf8",
    env: { ...process.env, NORMLAB_WIDE: "", ...environment },
  });
  expect(status, `${node}: ${stderr}`).to.equal(0);
  return stdout;
}

const widthAndHashes = `
  const { hashes } = await import(${JSON.stringify(program("./hash-suite.js"))});
  const { kernelMemory } = await import(${JSON.stringify(program("../../../../src/tensor/wasm/memory.js"))});
  const all = await hashes();
  console.log(JSON.stringify({ all, build: kernelMemory().module.build, version: process.versions.v8 }));`;

interface Answer {
  all: Record<string, string>;
  build: string;
  version: string;
}

const ask = (node: string, environment: Record<string, string>) =>
  JSON.parse(run(node, widthAndHashes, environment)) as Answer;

describe("the float32 kernels on every Node that is there", function () {
  this.timeout(120_000);
  let expected: Record<string, string>;

  before(async () => {
    expected = await hashes();
  });

  for (const node of nodes()) {
    it(`give the same bits, narrow and wide: ${node}`, () => {
      const narrow = ask(node, { NORMLAB_WIDE: "0" });
      expect(narrow.build).to.equal("narrow");
      expect(narrow.all).to.deep.equal(expected);
      const asItIs = ask(node, {});
      expect(asItIs.all).to.deep.equal(expected);
      expect(asItIs.build).to.equal(buildOn(asItIs.version));
    });
  }

  it("differ in their hashes where the kernels compute something else", async () => {
    const { kernels } = kernelMemory();
    const { matmul } = kernels;
    try {
      kernels.matmul = (product) => {
        matmul(product);
        const { buffer } = kernelMemory().module.memory;
        const out = new DataView(buffer).getUint32(product + Product.field("out").offset, true);
        new Uint32Array(buffer, out, 1)[0] ^= 1;
      };
      expect(await hashes()).not.to.deep.equal(expected);
    } finally {
      kernels.matmul = matmul;
    }
  });
});

/** On x64, by the V8 of the Node. */
function buildOn(v8: string): string {
  if (process.arch !== "x64") return "narrow";
  if (v8.startsWith("13.6.")) return "wide";
  return /^(11\.3|12\.4)\./.test(v8) ? "tight" : "narrow";
}

const joins = process.arch === "x64" && process.versions.v8.startsWith("13.6.");

describe("the wide build", function () {
  this.timeout(60_000);

  it("is nowhere but on a V8 that it was tried on", function () {
    if (joins) this.skip();
    expect(kernelMemory().module.build).not.to.equal("wide");
  });

  const trace = ["--trace-wasm-revectorize"];
  const train = (module: string) => `
    const { runExperiment } = await import(${JSON.stringify(module)});
    const spec = { data: { set: "digits" }, network: { hidden: [16] }, optimizer: { kind: "sgd", learningRate: 0.1 }, steps: 5 };
    console.log((await runExperiment(spec)).hash);`;
  const packed = program("../../../../packed/index.js");

  it("is compiled in the packed module, in a thread of a sweep, and not where it is turned off", function () {
    if (!joins) this.skip();
    const compiled = "Decide to vectorize";
    expect(run(process.execPath, train(packed), {}, trace)).to.include(compiled);
    expect(run(process.execPath, train(packed), { NORMLAB_WIDE: "0" }, trace)).not.to.include(compiled);
    const inThread = `
      import { Worker } from "node:worker_threads";
      new Worker(${JSON.stringify(train(packed))}, { eval: true });`;
    expect(run(process.execPath, inThread, {}, trace)).to.include(compiled);
  });

  it("leaves V8's flags as they were", function () {
    if (!joins) this.skip();
    // A module with a pair of vectors to join, compiled after ours: V8 leaves it as it is.
    const code = `
      const { kernelMemory } = await import(${JSON.stringify(program("../../../../src/tensor/wasm/memory.js"))});
      kernelMemory();
      console.log("after ours");
      const { readFileSync } = await import("node:fs");
      const bytes = readFileSync(new URL(${JSON.stringify(program("../../../../src/tensor/wasm/kernels-wide.wasm"))}));
      // A section of its own, or V8 takes the code that it has.
      new WebAssembly.Module(Buffer.concat([bytes, Buffer.from([0, 2, 1, 33])]));`;
    const [before, after] = run(process.execPath, code, {}, trace).split("after ours");
    expect(before).to.include("Decide to vectorize");
    expect(after).not.to.include("Begin revec");
  });
});

describe("the build of the hot kernels", function () {
  this.timeout(60_000);

  it("leaves other code of the process to be stopped: V8 asks in its loops as before", function () {
    const expected = buildOn(process.versions.v8);
    if (expected === "narrow") this.skip();
    // A module that was compiled after ours, in whose endless loop a thread is ended.
    const inThread = `
      import { parentPort } from "node:worker_threads";
      const { kernelMemory } = await import(${JSON.stringify(program("../../../../src/tensor/wasm/memory.js"))});
      const { build } = kernelMemory().module;
      const endless = Uint8Array.of(
        0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 9, 1, 7, 0, 3, 64, 12, 0, 11, 11);
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(endless));
      parentPort.postMessage(build);
      exports.f();`;
    const code = `
      import { Worker } from "node:worker_threads";
      const url = new URL("data:text/javascript," + encodeURIComponent(${JSON.stringify(inThread)}));
      const thread = new Worker(url);
      thread.once("message", async (build) => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        await thread.terminate();
        console.log("ended", build);
      });`;
    // A thread that cannot be stopped would keep its process.
    const { stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", code], {
      ...{ encoding: "utf8", env: { ...process.env, NORMLAB_WIDE: "" } },
      ...{ timeout: 50_000, killSignal: "SIGKILL" },
    });
    expect(stdout).to.equal(`ended ${expected}\n`);
  });
});
