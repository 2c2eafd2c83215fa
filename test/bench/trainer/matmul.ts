/** The matrix product of one thread beside the peak of vector arithmetic, measured in turns. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kernelMemory } from "../../../src/tensor/wasm/memory.js";
import { packedFloats } from "../../../src/tensor/wasm/packing.js";
import { benchFolder } from "./install.js";
import { quantile } from "./quantile.js";

export const SHAPE = { m: 128, n: 512, k: 784 };
const ROUNDS = 200;

export interface MatmulSpeed {
  /** Billions of multiplications and additions a second. */
  peak: number;
  matmul: number;
  ratio: number;
}

export interface MatmulSpeeds {
  /** Medians over the rounds. */
  median: MatmulSpeed;
  /**
   * At the edge of the fastest tenth of the rounds: where another program works on the other thread of the core, both
   * share its decoder, and a product, which loads as well as computes, loses more than pure arithmetic.
   */
  undisturbed: MatmulSpeed;
}

interface PeakExports {
  peak(iterations: number, scratch: number): void;
  operations: { value: number };
}

/** As in src/tensor/wasm/module.ts: WebAssembly's types come with a browser's library. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { exports: unknown };
};

export function measureMatmul(): MatmulSpeeds {
  const { peak, operations } = loadPeak();
  const { m, n, k } = SHAPE;
  const memory = kernelMemory();
  const arena = memory.arena();
  const packed = packedFloats(m, n, k);
  const arrays = [m * k, n * k, m * n, packed.a, packed.b].map((length) => arena.floats(length).fill(0.5));
  const [a, b, out, packedA, packedB] = arrays.map((array) => array.byteOffset);
  const iterations = 20_000;
  const runPeak = () => peak(iterations, 1024);
  const runMatmul = () => memory.kernels.matmul(a, b, out, m, n, k, false, true, packedA, packedB);
  for (let i = 0; i < 50; i++) {
    runPeak();
    runMatmul();
  }
  const rounds = Array.from({ length: ROUNDS }, () => ({
    peak: (iterations * operations.value) / nanoseconds(runPeak),
    matmul: (2 * m * n * k) / nanoseconds(runMatmul),
  }));
  const peaks = rounds.map((round) => round.peak);
  const products = rounds.map((round) => round.matmul);
  const best = { peak: quantile(peaks, 0.9), matmul: quantile(products, 0.9) };
  return {
    median: {
      peak: quantile(peaks),
      matmul: quantile(products),
      ratio: quantile(rounds.map((round) => round.matmul / round.peak)),
    },
    undisturbed: { ...best, ratio: best.matmul / best.peak },
  };
}

function nanoseconds(work: () => void): number {
  const start = performance.now();
  work();
  return 1e6 * (performance.now() - start);
}

/** Compiles assembly/peak.ts. */
function loadPeak(): PeakExports {
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
    // No type can say what a compiled module exports: these are peak.ts's.
    return new WebAssembly.Instance(new WebAssembly.Module(readFileSync(output))).exports as PeakExports;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
