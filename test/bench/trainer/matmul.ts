/**
 * The matrix product of one thread beside the peak of vector arithmetic of its width, in turns and for about as long. A round's ratio
 * is to the higher of the peaks right before and after its product, so that it doesn't depend on how fast the processor runs just then.
 * It still depends on who else works on the core: to a program on its other thread a product, which loads as well as it computes, loses
 * up to 4 parts of 10, and pure arithmetic 1 or 2. So the rounds with the fastest products stand beside all rounds.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { host } from "../../../src/host/node/index.js";
import { Product } from "../../../src/tensor/wasm/exports.js";
import { kernelMemory } from "../../../src/tensor/wasm/memory.js";
import { packedFloats } from "../../../src/tensor/wasm/packing.js";
import { benchFolder } from "./install.js";
import { quantile } from "./quantile.js";

export const SHAPE = { m: 128, n: 512, k: 784 };
const ROUNDS = 300;
const UNDISTURBED = 0.1;
/** Iterations of the peak take about as long as a product. */
const ITERATIONS = 400_000;

export interface MatmulSpeed {
  /** Billions of multiplications and additions a second. */
  peak: number;
  matmul: number;
  ratio: number;
}

export interface MatmulSpeeds {
  /** Bits of the vectors: 128, or 256 where V8 joins them. */
  width: number;
  /** Medians over the rounds. */
  median: MatmulSpeed;
  /** Medians over the tenth of the rounds whose products were the fastest, each with the peaks before and after it. */
  undisturbed: MatmulSpeed;
}

interface PeakExports {
  memory: { buffer: ArrayBuffer };
  peak(iterations: number, scratch: number): void;
  widePeak(iterations: number, scratch: number): void;
  operations: { value: number };
}

/** WebAssembly's types come with a browser's library. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { exports: unknown };
};

/** What a Node measures, in a process of its own. */
export function measureMatmulOn(node: string, environment: Record<string, string>): MatmulSpeeds {
  const program = `
    const { measureMatmul } = await import(${JSON.stringify(import.meta.url)});
    console.log(JSON.stringify(measureMatmul()));`;
  const { stdout, stderr, status } = spawnSync(node, ["--input-type=module", "--eval", program], {
    encoding: "utf8",
    env: { ...process.env, ...environment },
    cwd: fileURLToPath(new URL(".", import.meta.url)),
  });
  if (status !== 0) throw new Error(`The product could not be measured with ${node}:\n${stderr}`);
  return JSON.parse(stdout) as MatmulSpeeds;
}

export function measureMatmul(): MatmulSpeeds {
  const { m, n, k } = SHAPE;
  const memory = kernelMemory();
  const { build } = memory.module;
  const isWide = build === "wide";
  const { operations, memory: peakMemory, ...peaks } = loadPeak(build !== "narrow");
  const packed = packedFloats(m, k);
  const arena = memory.arena();
  const arrays = [m * k, n * k, m * n, packed.a, packed.b].map((length) => arena.floats(length).fill(0.5));
  const [a, b, out, scratchA, scratchB] = arrays.map((array) => array.byteOffset);
  const product = arena.descriptor(Product).fill({
    ...{
      a,
      b,
      out,
      m,
      n,
      k,
      transposeA: false,
      transposeB: true,
      scratchA,
      scratchB,
      placesA: 0,
      placesB: 0,
    },
  }).at;
  const scratch = 1024;
  // The factors that leave everything as it is: 1 in the first place, 0 in the second.
  new Float32Array(peakMemory.buffer, scratch, isWide ? 8 : 4).fill(1);
  const runPeak = () => (isWide ? peaks.widePeak : peaks.peak)(ITERATIONS, scratch);
  const operationsOfPeak = ITERATIONS * operations.value * (isWide ? 2 : 1);
  const runMatmul = () => memory.kernels.matmul(product);
  const measured = (rounds: number): MatmulSpeed[] => {
    let before = operationsOfPeak / nanoseconds(runPeak);
    return Array.from({ length: rounds }, () => {
      const matmul = (2 * m * n * k) / nanoseconds(runMatmul);
      const after = operationsOfPeak / nanoseconds(runPeak);
      const peak = Math.max(before, after);
      before = after;
      return { peak, matmul, ratio: matmul / peak };
    });
  };
  measured(ROUNDS / 4);
  const rounds = measured(ROUNDS);
  const byProduct = rounds.toSorted((one, other) => other.matmul - one.matmul);
  return {
    width: isWide ? 256 : 128,
    median: medianOf(rounds),
    undisturbed: medianOf(byProduct.slice(0, Math.ceil(UNDISTURBED * ROUNDS))),
  };
}

function medianOf(rounds: readonly MatmulSpeed[]): MatmulSpeed {
  const of = (name: keyof MatmulSpeed) => quantile(rounds.map((round) => round[name]));
  return { peak: of("peak"), matmul: of("matmul"), ratio: of("ratio") };
}

function nanoseconds(work: () => void): number {
  const start = performance.now();
  work();
  return 1e6 * (performance.now() - start);
}

/** Compiles assembly/peak.ts, as the hot kernels are compiled or as V8 does by itself. */
function loadPeak(isHot: boolean): PeakExports {
  const compiler = createRequire(import.meta.url).resolve("assemblyscript/bin/asc.js");
  const folder = mkdtempSync(join(tmpdir(), "normlab-bench-"));
  try {
    const output = join(folder, "peak.wasm");
    const source = join(benchFolder, "trainer", "assembly", "peak.ts");
    const options = [
      "--outFile",
      output,
      "-O3",
      "--runtime",
      "stub",
      "--enable",
      "simd",
      "--initialMemory",
      "1",
    ];
    const { status, stderr } = spawnSync(process.execPath, [compiler, source, ...options], {
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`asc could not compile ${source}:\n${stderr}`);
    const compile = () => new WebAssembly.Module(readFileSync(output));
    const module = isHot && host.hotKernels ? host.hotKernels.compile(compile) : compile();
    // No type can say what a compiled module exports: these are peak.ts's.
    return new WebAssembly.Instance(module).exports as PeakExports;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
