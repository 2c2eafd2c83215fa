/**
 * A program and a worker: so many short runs of a few specs, one behind the other. Tells the hashes that each spec gave, the
 * memory after the first hundred runs and after the last, and what the first and the last hundred cost.
 *
 *     node --expose-gc dist/test/src/experiments/short-runs.js 20000
 */
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { type ExperimentSpec, grid, runExperiment } from "../../../src/index.js";
import { kernelMemory } from "../../../src/tensor/wasm/memory.js";

export interface ShortRuns {
  /** By place of the spec: all hashes that it gave, in the order in which they came first. */
  hashes: string[][];
  /** After the first hundred runs and after the last. */
  memory: [MemoryUse, MemoryUse];
  /** Microseconds of processor time for the first and the last hundred runs, the first fifty left out. */
  microseconds: [number, number];
  /** Bytes that arenas hold at the end, beside the kernels' scratch. */
  held: number;
}

const base: ExperimentSpec = {
  data: { set: "moons", size: 120 },
  network: { hidden: [6, 5], norm: "batch" },
  optimizer: { kind: "sgd", learningRate: 0.1, momentum: 0.9 },
  batchSize: 16,
  steps: 20,
  evaluateEvery: 10,
};

interface MemoryUse {
  /** Bytes of the process. */
  resident: number;
  /** Bytes that JavaScript's collector leaves. */
  live: number;
  /** Bytes of the WebAssembly memory. */
  kernels: number;
}

function memoryUse(): MemoryUse {
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  const { byteLength } = kernelMemory().floats(0, 0).buffer;
  return { resident: rss, live: heapUsed + external, kernels: byteLength };
}

/** Of several widths: what one leaves free, another can't use as it is. */
const specs: ExperimentSpec[] = [
  ...grid(base, { "network.hidden": [[6, 5], [40], [150, 3]], "network.norm": ["batch", "layer"] }),
  { ...base, optimizer: { kind: "adam", learningRate: 0.01 }, data: { set: "blobs", size: 90 } },
];

export async function shortRuns(count: number): Promise<ShortRuns> {
  const hashes: string[][] = specs.map(() => []);
  const marks: number[] = [];
  let early = memoryUse();
  for (let run = 0; run < count; run++) {
    if (run === 50 || run === 150 || run === count - 100) marks.push(process.cpuUsage().user);
    if (run === 100) early = memoryUse();
    const { hash } = await runExperiment(specs[run % specs.length]);
    const known = hashes[run % specs.length];
    if (!known.includes(hash)) known.push(hash);
  }
  const [start, hundred, last] = marks;
  return {
    hashes,
    microseconds: [hundred - start, process.cpuUsage().user - last],
    memory: [early, memoryUse()],
    held: kernelMemory().held,
  };
}

if (!isMainThread && typeof workerData?.shortRuns === "number")
  parentPort?.postMessage(await shortRuns(workerData.shortRuns));
else if (process.argv[1] === fileURLToPath(import.meta.url))
  console.log(JSON.stringify(await shortRuns(Number(process.argv[2]))));
