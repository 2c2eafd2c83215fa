import { spawnSync } from "node:child_process";
import { expect } from "chai";

const [major] = process.versions.node.split(".").map(Number);

/** What a program of its own prints and how it ends: the build of the kernels is chosen once a process. */
function run(environment: Record<string, string>) {
  const kernels = new URL("../../../../src/tensor/wasm/wasm-kernels.js", import.meta.url).href;
  const program = `
    const { wasmKernels } = await import(${JSON.stringify(kernels)});
    const out = new Float32Array(3);
    wasmKernels.sigmoid(Float32Array.of(-1, 0, 1), out, 3);
    console.log(out.join(" "));`;
  const env = { ...process.env, ...environment };
  return spawnSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8", env });
}

describe("the build of the float32 kernels", () => {
  it("is the one with equal bits unless another is asked for", () => {
    const { stdout, stderr } = run({ NORMLAB_RELAXED_SIMD: "" });
    expect(stderr).to.equal("");
    expect(stdout.split(" ").map(Number)[1]).to.equal(0.5);
  });

  it("with relaxed SIMD says that it gives up equal bits, or which Node it needs", () => {
    const { stdout, stderr, status } = run({ NORMLAB_RELAXED_SIMD: "1" });
    if (major >= 22) {
      expect(status).to.equal(0);
      expect(stderr).to.include("the same seed no longer gives the same bits");
      expect(stdout.split(" ").map(Number)[1]).to.equal(0.5);
    } else {
      expect(status).to.equal(1);
      expect(stderr).to.include("Use Node 22 or later, or unset NORMLAB_RELAXED_SIMD.");
    }
  });

  it("refuses a number of threads that is none", () => {
    const kernels = new URL("../../../../src/tensor/wasm/wasm-kernels.js", import.meta.url).href;
    const program = `
      const { wasmKernels } = await import(${JSON.stringify(kernels)});
      const [a, b, out] = [1, 2, 3].map(() => new Float32Array(128 * 128));
      for (let i = 0; i < 40; i++) wasmKernels.matmul({ a, b, out, m: 128, n: 128, k: 128, transposeA: false, transposeB: false });`;
    const env = { ...process.env, NORMLAB_THREADS: "many" };
    const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
      encoding: "utf8",
      env,
    });
    expect(status).to.equal(1);
    expect(stderr).to.include('NORMLAB_THREADS must be a number of threads, at least 1; got "many".');
  });
});
