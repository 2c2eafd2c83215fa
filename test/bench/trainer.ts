/**
 * npm run bench -- trainer: training steps a second beside the peers, in turns in one run, as medians of ratios. Every side trains
 * half as long again before it is measured.
 *
 *   --rounds=12     rounds; every round each net runs once on each side
 *   --slice=200     milliseconds each side trains in a round
 *   --nets=N1,N4    only these nets
 *   --peers=torch   only the peers whose names contain one of these
 *
 * Sweeps follow, in the same way, and beside them as the first of programs that start for them.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Report } from "./report.js";
import { compareLosses, compareSpeeds, isWanted, type RoundOptions, readOptions } from "./trainer/compare.js";
import {
  benchFolder,
  installPackages,
  type Nodes,
  peersPython,
  tensorflowVersion,
} from "./trainer/install.js";
import { type MatmulSpeed, measureMatmulOn, SHAPE } from "./trainer/matmul.js";
import { NETS, type Net, writeData } from "./trainer/nets.js";
import { Peer } from "./trainer/peer.js";
import { quantile } from "./trainer/quantile.js";
import { measureColdSweep, measureSteadySweep, RUNS, STEPS, type SweepTimes } from "./trainer/sweep.js";

const NODE_24 = "Node 24, 1 thread";
const NODE_24_ALL = "Node 24, all threads";
const NODE_20 = "Node 20, 1 thread";
const OWN = [NODE_24, NODE_20, NODE_24_ALL];

/** What the ratios are taken to. */
const TORCH = "PyTorch, 1 thread";

/** How many times as good as PyTorch in one thread normlab is to be, on Node 24 and on Node 20. */
const TARGETS: Readonly<Partial<Record<string, readonly [node24: number, node20: number]>>> = {
  N1: [1.8, 1.1],
  N2: [10, 7],
  N3: [5, 3],
  N4: [1.2, 0.8],
};
const TARGET_OF_SWEEP = 10;
const ROUNDS_OF_SWEEP = 6;
const ROUNDS_OF_COLD_SWEEP = 3;
const TARGET_OF_PRODUCT = 85;

export async function main(args: readonly string[], report: Report): Promise<void> {
  const options = readOptions("trainer", args, 200);
  const nets = NETS.filter(({ name }) => options.nets?.includes(name) ?? true);
  const folder = mkdtempSync(join(tmpdir(), "normlab-bench-"));
  const peers: Peer[] = [];
  try {
    const nodes = installPackages();
    writeData(folder);
    peers.push(...startPeers(folder, nodes, options));
    report.pythonVersions(peersPython(), ["torch", "numpy"]);
    report.version("TensorFlow.js", tensorflowVersion());
    showMatmul(report, nodes, "before");
    for (const net of nets) {
      await compareLosses(net.name, peers);
      await compareNet(net, peers, options, report);
    }
    showMatmul(report, nodes, "after");
    for (const peer of peers) peer.end();
    await showSweep(report, nodes);
  } finally {
    for (const peer of peers) peer.end();
    rmSync(folder, { recursive: true });
  }
}

function startPeers(folder: string, { node24, node20 }: Nodes, options: RoundOptions): Peer[] {
  const python = peersPython();
  const compiled = fileURLToPath(new URL("./trainer/", import.meta.url));
  const own = [join(compiled, "normlab-peer.js"), folder];
  const torch = [python, join(benchFolder, "trainer", "torch_peer.py"), folder];
  const numpy = [python, join(benchFolder, "trainer", "numpy_peer.py"), folder];
  const tfjs = [node24, join(benchFolder, "trainer", "tfjs-peer.js"), folder, "wasm", compiled];
  const cores = String(availableParallelism());
  const oneThread = { THREADS: "1", OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };
  const fused = { FUSED: "1" };
  const sides: [name: string, command: string[], environment?: Record<string, string>][] = [
    ["PyTorch, 1 thread, fused SGD", torch, { ...oneThread, ...fused }],
    [`PyTorch, ${cores} threads, fused SGD`, torch, { THREADS: cores, ...fused }],
    ["NumPy, 1 thread", numpy, oneThread],
    ["tfjs-wasm", tfjs],
  ];
  const chosen = sides.filter(([name]) => isWanted(name, options));
  return [
    new Peer(NODE_24, [node24, ...own], { NORMLAB_THREADS: "1" }),
    new Peer(NODE_20, [node20, ...own], { NORMLAB_THREADS: "1" }),
    new Peer(NODE_24_ALL, [node24, ...own]),
    new Peer(TORCH, torch, oneThread),
    ...chosen.map(([name, command, environment]) => new Peer(name, command, environment)),
  ];
}

function showMatmul(report: Report, { node24, node20 }: Nodes, when: "before" | "after"): void {
  const { m, n, k } = SHAPE;
  const text = ({ peak, matmul, ratio }: MatmulSpeed) =>
    `${matmul.toFixed(1)} GFlop/s, peak ${peak.toFixed(1)}: ${(100 * ratio).toFixed(0)} %`;
  const measured: { name: string; node: string; environment: Record<string, string> }[] = [
    { name: "Node 24", node: node24, environment: {} },
    { name: "Node 24, NORMLAB_WIDE=0", node: node24, environment: { NORMLAB_WIDE: "0" } },
    { name: "Node 20", node: node20, environment: {} },
  ];
  const rows = measured.map(({ name, node, environment }): [string, string] => {
    const { width, median, undisturbed } = measureMatmulOn(node, environment);
    const seen = `${text(median)} (medians); ${text(undisturbed)} (the tenth of the rounds with the fastest products)`;
    return [`${name}, ${width} bits`, seen];
  });
  const title = `Matrix product ${m}×${n}×${k} in one thread beside the peak of its width, ${when} the nets (target: ${TARGET_OF_PRODUCT} %)`;
  console.log(`\n${title}`);
  for (const [name, seen] of rows) console.log(`${name.padEnd(36)}${seen}`);
  report.observe({ title, rows });
}

/** The target is for the steady state, as with the nets; what a program's first sweep takes stands beside it. */
async function showSweep(report: Report, nodes: Nodes): Promise<void> {
  const python = peersPython();
  const what = `Sweep of ${RUNS} runs of N2, ${STEPS} steps each`;
  const target = `(target: ≥ ${TARGET_OF_SWEEP} × PyTorch in ${availableParallelism()} processes)`;
  showSweepTimes(
    report,
    `${what}, in programs that have done others before ${target}`,
    await measureSteadySweep(python, nodes, ROUNDS_OF_SWEEP),
  );
  showSweepTimes(
    report,
    `${what}, the first of new programs, from their start to their end`,
    await measureColdSweep(python, nodes, ROUNDS_OF_COLD_SWEEP),
  );
}

function showSweepTimes(report: Report, title: string, { node24, node20, torch }: SweepTimes): void {
  const sides = new Map([
    ["Node 24", node24],
    ["Node 20", node20],
    [`PyTorch in ${availableParallelism()} processes`, torch],
  ]);
  report.compare({ title, unit: "s", better: "less", own: ["Node 24", "Node 20"], sides });
  console.log(`\n${title}`);
  for (const [name, seconds] of sides) {
    const ratio = quantile(torch.map((other, round) => other / seconds[round]));
    console.log(
      `${name.padEnd(34)}${quantile(seconds).toFixed(2).padStart(8)} s${ratio.toFixed(2).padStart(9)}×`,
    );
  }
}

function compareNet(net: Net, peers: readonly Peer[], options: RoundOptions, report: Report) {
  const target = TARGETS[net.name];
  const aim = target
    ? `targets: Node 24 ≥ ${target[0]} ×, Node 20 ≥ ${target[1]} × ${TORCH}`
    : `no target; ratios to ${TORCH}`;
  const inputs = net.nonzeros < 1 ? `${10 * net.nonzeros} of 10 inputs not 0` : "no input 0";
  const title = `${net.name}: ${net.sizes.join("-")}, ${net.activation}, batch ${net.batchSize}, ${inputs} (${aim})`;
  return compareSpeeds(net.name, title, peers, { own: OWN, base: TORCH }, options, report);
}
