/**
 * npm run bench -- convolution: training steps a second of networks of images beside the peers, in turns in one run, as medians of
 * ratios, and what share of the machine's arithmetic that is.
 *
 *   --rounds=12     rounds; every round each net runs once on each side
 *   --slice=400     milliseconds each side trains in a round
 *   --nets=C1       only these nets
 *   --peers=torch   only the peers whose names contain one of these
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ImageNet, multiplyAddsOf, NETS, writeData } from "./convolution/nets.js";
import type { Report } from "./report.js";
import { compareLosses, compareSpeeds, isWanted, type RoundOptions, readOptions } from "./trainer/compare.js";
import {
  benchFolder,
  installPackages,
  type Nodes,
  peersPython,
  tensorflowVersion,
} from "./trainer/install.js";
import { measureMatmulOn } from "./trainer/matmul.js";
import { Peer } from "./trainer/peer.js";
import { quantile } from "./trainer/quantile.js";

const NODE_24 = "Node 24, 1 thread";
const NODE_20 = "Node 20, 1 thread";
const TORCH = "PyTorch, 1 thread";
const OWN = [NODE_24, NODE_20];

const TARGETS = "targets: Node 24 ≥ 1.5 ×, Node 20 ≥ 1.0 × PyTorch, 1 thread; ≥ 10 × tfjs-wasm";

export async function main(args: readonly string[], report: Report): Promise<void> {
  const options = readOptions("convolutions", args, 400);
  const folder = mkdtempSync(join(tmpdir(), "normlab-bench-"));
  const peers: Peer[] = [];
  try {
    const nodes = installPackages();
    writeData(folder);
    peers.push(...startPeers(folder, nodes, options));
    report.pythonVersions(peersPython(), ["torch", "numpy"]);
    report.version("TensorFlow.js", tensorflowVersion());
    for (const net of NETS.filter(({ name }) => options.nets?.includes(name) ?? true)) {
      const able = await thatTrain(net, peers, report);
      await compareLosses(net.name, able);
      const speeds = await compareSpeeds(
        net.name,
        titleOf(net),
        able,
        { own: OWN, base: TORCH },
        options,
        report,
      );
      showArithmetic(net, speeds, nodes, report);
    }
  } finally {
    for (const peer of peers) peer.end();
    rmSync(folder, { recursive: true });
  }
}

function startPeers(folder: string, { node24, node20 }: Nodes, options: RoundOptions): Peer[] {
  const python = peersPython();
  const compiled = fileURLToPath(new URL(".", import.meta.url));
  const own = [join(compiled, "convolution", "normlab-peer.js"), folder];
  const torch = [python, join(benchFolder, "convolution", "torch_peer.py"), folder];
  const tfjs = [node24, join(benchFolder, "convolution", "tfjs-peer.js"), folder];
  const oneThread = { THREADS: "1", OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };
  const sides: [name: string, command: string[], environment?: Record<string, string>][] = [
    ["PyTorch, 1 thread, channels last, fused SGD", torch, { ...oneThread, CHANNELS_LAST: "1", FUSED: "1" }],
    ["tfjs-wasm", [...tfjs, "wasm", compiled]],
  ];
  return [
    new Peer(NODE_24, [node24, ...own], { NORMLAB_THREADS: "1" }),
    new Peer(NODE_20, [node20, ...own], { NORMLAB_THREADS: "1" }),
    new Peer(TORCH, torch, oneThread),
    ...sides
      .filter(([name]) => isWanted(name, options))
      .map(([name, command, environment]) => new Peer(name, command, environment)),
  ];
}

const titleOf = ({ name, channels, blocks, batchSize }: ImageNet) => {
  const kind =
    blocks === null ? "conv 3×3, BatchNorm, ReLU, pooling" : `ResNet of ${blocks.join(" + ")} blocks`;
  return `${name}: ${kind}, ${channels.join("-")} channels on 1×28×28, batch ${batchSize} (${TARGETS})`;
};

/** The peers that can: one without a kernel for a gradient says so, and is left out. */
async function thatTrain(net: ImageNet, peers: readonly Peer[], report: Report): Promise<Peer[]> {
  const able: Peer[] = [];
  const rows: [string, string][] = [];
  for (const peer of peers) {
    if (peer.hasEnded) continue;
    try {
      await peer.losses(net.name);
      able.push(peer);
    } catch (error) {
      if (OWN.includes(peer.name) || peer.name === TORCH) throw error;
      const [reason] = /Error: .*/.exec(String(error)) ?? [String(error)];
      rows.push([peer.name, `cannot train it: ${reason}`]);
    }
  }
  if (rows.length > 0) {
    const title = `${net.name}: who cannot`;
    for (const [name, reason] of rows) console.log(`${name}: ${reason}`);
    report.observe({ title, rows });
  }
  return able;
}

/** What bounds it: the share of the peak of multiply-adds in registers, which nothing but more of them could use. */
function showArithmetic(
  net: ImageNet,
  speeds: ReadonlyMap<string, readonly number[]>,
  { node24, node20 }: Nodes,
  report: Report,
): void {
  const flop = 2 * multiplyAddsOf(net);
  const rows = (
    [
      [NODE_24, node24],
      [NODE_20, node20],
      [TORCH, node24],
    ] as const
  ).map(([name, node]): [string, string] => {
    const { width, median } = measureMatmulOn(node, {});
    const rate = (flop * quantile(speeds.get(name) ?? [])) / 1e9;
    const share = `${((100 * rate) / median.peak).toFixed(0)} % of ${median.peak.toFixed(1)} at ${width} bits`;
    return [name, `${rate.toFixed(1)} GFlop/s of convolutions, ${share}`];
  });
  const title = `${net.name}: ${(flop / 1e6).toFixed(0)} MFlop of convolutions a step, beside the peak of SIMD arithmetic`;
  console.log(`\n${title}`);
  for (const [name, seen] of rows) console.log(`${name.padEnd(34)}${seen}`);
  report.observe({ title, rows });
}
