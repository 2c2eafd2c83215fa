/**
 * npm run bench -- trainer: training steps a second beside the peers, in turns in one run, as medians of ratios.
 *
 *   --rounds=9      rounds; every round each net runs once on each side
 *   --slice=150     milliseconds each side trains in a round
 *   --nets=N1,N4    only these nets
 *   --peers=torch   only the peers whose names contain one of these
 */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Report } from "./report.js";
import { benchFolder, installPackages, peersPython, tensorflowVersion } from "./trainer/install.js";
import { type MatmulSpeed, measureMatmul, SHAPE } from "./trainer/matmul.js";
import { NETS, type Net, writeData } from "./trainer/nets.js";
import { Peer } from "./trainer/peer.js";
import { quantile } from "./trainer/quantile.js";
import { measureSweep, RUNS, STEPS } from "./trainer/sweep.js";

const OWN = "normlab";
const OWN_ALONE = "normlab, 1 thread";
const OWN_RELAXED = "normlab, relaxed SIMD";

export async function main(args: readonly string[], report: Report): Promise<void> {
  const options = readOptions(args);
  const folder = mkdtempSync(join(tmpdir(), "normlab-bench-"));
  const peers: Peer[] = [];
  try {
    writeData(folder);
    peers.push(...startPeers(folder, options.peers));
    report.pythonVersions(peersPython(), ["torch", "numpy"]);
    report.version("TensorFlow.js", tensorflowVersion());
    showMatmul(report, "before");
    for (const net of options.nets) {
      await compareLosses(net, peers);
      await compareSpeeds(net, peers, options, report);
    }
    showMatmul(report, "after");
    for (const peer of peers) peer.end();
    await showSweep(report);
  } finally {
    for (const peer of peers) peer.end();
    rmSync(folder, { recursive: true });
  }
}

interface Options {
  rounds: number;
  slice: number;
  nets: Net[];
  peers: string[];
}

function readOptions(args: readonly string[]): Options {
  const given = new Map(
    args.map((arg): [string, string] => {
      const match = /^--(\w+)=(.+)$/.exec(arg);
      if (!match)
        throw new Error(
          `The trainer's benchmark takes --rounds=, --slice=, --nets= and --peers=; got ${arg}.`,
        );
      return [match[1], match[2]];
    }),
  );
  const names = given.get("nets")?.split(",") ?? NETS.map(({ name }) => name);
  return {
    rounds: Number(given.get("rounds") ?? 9),
    slice: Number(given.get("slice") ?? 150),
    nets: NETS.filter(({ name }) => names.includes(name)),
    peers: given.get("peers")?.split(",") ?? [""],
  };
}

function startPeers(folder: string, wanted: readonly string[]): Peer[] {
  const newerNode = installPackages();
  const python = peersPython();
  const compiled = fileURLToPath(new URL("./trainer/", import.meta.url));
  const own = [join(compiled, "normlab-peer.js"), folder];
  const torch = [python, join(benchFolder, "trainer", "torch_peer.py"), folder];
  const numpy = [python, join(benchFolder, "trainer", "numpy_peer.py"), folder];
  const tfjs = (backend: string) => [
    process.execPath,
    join(benchFolder, "trainer", "tfjs-peer.js"),
    folder,
    backend,
    compiled,
  ];
  const cores = String(availableParallelism());
  const oneThread = { THREADS: "1", OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };
  const allCores = { THREADS: cores };
  const fused = { FUSED: "1" };
  const sides: [name: string, command: string[], environment?: Record<string, string>][] = [
    ["PyTorch, 1 thread", torch, oneThread],
    ["PyTorch, 1 thread, fused SGD", torch, { ...oneThread, ...fused }],
    [`PyTorch, ${cores} threads`, torch, allCores],
    [`PyTorch, ${cores} threads, fused SGD`, torch, { ...allCores, ...fused }],
    ["NumPy, 1 thread", numpy, oneThread],
    ["tfjs-wasm", tfjs("wasm")],
    ["tfjs-cpu", tfjs("cpu")],
  ];
  const chosen = sides.filter(([name]) =>
    wanted.some((part) => name.toLowerCase().includes(part.toLowerCase())),
  );
  return [
    new Peer(OWN, [process.execPath, ...own]),
    new Peer(OWN_ALONE, [process.execPath, ...own], { NORMLAB_THREADS: "1" }),
    new Peer(OWN_RELAXED, [newerNode, ...own], { NORMLAB_RELAXED_SIMD: "1" }),
    ...chosen.map(([name, command, environment]) => new Peer(name, command, environment)),
  ];
}

function showMatmul(report: Report, when: "before" | "after"): void {
  const { m, n, k } = SHAPE;
  const { median, undisturbed } = measureMatmul();
  const text = ({ peak, matmul, ratio }: MatmulSpeed) =>
    `${matmul.toFixed(1)} GFlop/s, peak ${peak.toFixed(1)}: ${(100 * ratio).toFixed(0)} %`;
  const seen = `${text(median)} (medians); ${text(undisturbed)} (the fastest tenth of the rounds)`;
  console.log(`matrix product ${m}×${n}×${k}: ${seen}`);
  const title = `Matrix product ${m}×${n}×${k} in one thread beside the peak of SIMD arithmetic, ${when} the nets`;
  report.observe({ title, rows: [[OWN, seen]] });
}

async function showSweep(report: Report): Promise<void> {
  const rounds = await measureSweep(peersPython());
  const other = `PyTorch in ${availableParallelism()} processes`;
  const sides = new Map([
    [OWN, rounds.map(({ normlab }) => normlab)],
    [other, rounds.map(({ torch }) => torch)],
  ]);
  const title = `Sweep of ${RUNS} runs of N2, ${STEPS} steps each, start included`;
  report.compare({ title, unit: "s", better: "less", own: [OWN], sides });
  const [own, torch] = Array.from(sides.values(), (seconds) => quantile(seconds).toFixed(2));
  const ratio = quantile(rounds.map((round) => round.torch / round.normlab)).toFixed(1);
  console.log(`\n${title}: ${OWN} ${own} s; ${other} ${torch} s; ${OWN} is ${ratio}×`);
}

/** All sides have to compute the same thing, or their speeds say nothing. */
async function compareLosses(net: Net, peers: readonly Peer[]): Promise<void> {
  const [own, ...others] = peers;
  const expected = await own.losses(net.name);
  for (const peer of others) {
    const losses = await peer.losses(net.name);
    losses.forEach((loss, step) => {
      // Deep networks magnify rounding errors from step to step.
      const tolerance = 1e-4 * 8 ** step;
      if (!(Math.abs(loss - expected[step]) <= tolerance * expected[step]))
        throw new Error(
          `${net.name}: at step ${step} ${peer.name} has loss ${loss} and ${own.name} ${expected[step]}: they don't train the same network.`,
        );
    });
  }
}

async function compareSpeeds(
  net: Net,
  peers: readonly Peer[],
  { rounds, slice }: Options,
  report: Report,
): Promise<void> {
  const speeds = new Map(peers.map(({ name }): [string, number[]] => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const peer of peers) speeds.get(peer.name)?.push(await peer.speed(net.name, slice));
  }
  const title = `${net.name}: ${net.sizes.join("-")}, ${net.activation}, batch ${net.batchSize}`;
  report.compare({
    title,
    unit: "steps/s",
    better: "more",
    own: [OWN, OWN_ALONE, OWN_RELAXED],
    sides: speeds,
  });
  console.log(`\n${title}`);
  console.log(
    [
      "steps/s".padStart(44),
      ...["normlab is", "1 thread is", "relaxed is"].map((title) => title.padStart(14)),
    ].join(""),
  );
  for (const { name } of peers) {
    const ratio = (own: string) => {
      const ratios = speeds
        .get(own)
        ?.map((speed, round) => speed / (speeds.get(name)?.[round] ?? Number.NaN));
      return `${quantile(ratios ?? []).toFixed(2)}×`;
    };
    const speed = quantile(speeds.get(name) ?? []);
    const ratios = [OWN, OWN_ALONE, OWN_RELAXED].map((own) => ratio(own).padStart(14));
    console.log(`${name.padEnd(34)}${speed.toFixed(0).padStart(10)}${ratios.join("")}`);
  }
}
