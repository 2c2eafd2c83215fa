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
import { benchFolder, installPackages, peersPython } from "./trainer/install.js";
import { measureMatmul, SHAPE } from "./trainer/matmul.js";
import { NETS, type Net, writeData } from "./trainer/nets.js";
import { Peer } from "./trainer/peer.js";
import { quantile } from "./trainer/quantile.js";
import { measureSweep, RUNS, STEPS } from "./trainer/sweep.js";

const OWN = "normlab";
const OWN_ALONE = "normlab, 1 thread";
const OWN_RELAXED = "normlab, relaxed SIMD";

export async function main(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  const folder = mkdtempSync(join(tmpdir(), "normlab-bench-"));
  const peers: Peer[] = [];
  try {
    writeData(folder);
    peers.push(...startPeers(folder, options.peers));
    printMatmul();
    for (const net of options.nets) {
      await compareLosses(net, peers);
      await compareSpeeds(net, peers, options);
    }
    printMatmul();
    for (const peer of peers) peer.end();
    await printSweep();
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

function printMatmul(): void {
  const { m, n, k } = SHAPE;
  const { peak, matmul, ratio } = measureMatmul();
  console.log(
    `matrix product ${m}×${n}×${k}: ${matmul.toFixed(1)} GFlop/s; ` +
      `peak ${peak.toFixed(1)} GFlop/s; median ratio ${(100 * ratio).toFixed(0)} %`,
  );
}

async function printSweep(): Promise<void> {
  const { normlab, torch, ratio } = await measureSweep(peersPython());
  console.log(
    `\nsweep of ${RUNS} runs of N2, ${STEPS} steps each, start included: normlab ${normlab.toFixed(2)} s; ` +
      `PyTorch in ${availableParallelism()} processes ${torch.toFixed(2)} s; normlab is ${ratio.toFixed(1)}×`,
  );
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

async function compareSpeeds(net: Net, peers: readonly Peer[], { rounds, slice }: Options): Promise<void> {
  const speeds = new Map(peers.map(({ name }): [string, number[]] => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const peer of peers) speeds.get(peer.name)?.push(await peer.speed(net.name, slice));
  }
  console.log(`\n${net.name}  ${net.sizes.join("-")}  ${net.activation}  batch ${net.batchSize}`);
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
