/** A sweep of short runs over all cores: by programs that have done others before, and by new ones, whose start is part of it. */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { benchFolder, type Nodes } from "./install.js";
import { Program } from "./peer.js";

export const RUNS = 32;
export const STEPS = 300;

/** Seconds of each round, by side. */
export type SweepTimes = Readonly<Record<SweepSide, readonly number[]>>;
export type SweepSide = "node24" | "node20" | "torch";

/** One of a side's programs: how it is started, and how many runs of the sweep are its own. */
interface Part {
  readonly command: readonly string[];
  readonly runs: number;
}

/** A program that runs normlab's threads, and as many of PyTorch as there are cores. */
function sidesOf(python: string, { node24, node20 }: Nodes): Record<SweepSide, Part[]> {
  const own = fileURLToPath(new URL("./sweep-normlab.js", import.meta.url));
  const torch = join(benchFolder, "trainer", "sweep_torch.py");
  const processes = availableParallelism();
  return {
    node24: [{ command: [node24, own], runs: RUNS }],
    node20: [{ command: [node20, own], runs: RUNS }],
    torch: Array.from({ length: processes }, (_, place) => ({
      command: [python, torch],
      runs: Math.floor((RUNS + place) / processes),
    })),
  };
}

/** The same programs go on from round to round; half as many rounds more come before and are not measured. */
export async function measureSteadySweep(python: string, nodes: Nodes, rounds: number): Promise<SweepTimes> {
  const sides = mapSides(sidesOf(python, nodes), (side, parts) => startAll(side, parts));
  const warmUp = Math.ceil(rounds / 2);
  try {
    const measured = await inTurns(warmUp + rounds, (side, round) => sweepOf(sides[side], round));
    return mapSides(measured, (_side, seconds) => seconds.slice(warmUp));
  } finally {
    for (const { program } of Object.values(sides).flat()) program.end();
  }
}

/** Each round has new programs, from their start to their end. One round more warms the machine's caches of files. */
export async function measureColdSweep(python: string, nodes: Nodes, rounds: number): Promise<SweepTimes> {
  const sides = sidesOf(python, nodes);
  const measured = await inTurns(1 + rounds, async (side, round) => {
    const started = startAll(side, sides[side]);
    await sweepOf(started, round);
    await Promise.all(started.map(({ program }) => program.finish()));
  });
  return mapSides(measured, (_side, seconds) => seconds.slice(1));
}

interface Started extends Part {
  readonly program: Program;
}

function startAll(side: SweepSide, parts: readonly Part[]): Started[] {
  return parts.map((part) => ({ ...part, program: new Program(`${side}'s sweep`, part.command) }));
}

/** Runs no program has done before: the round's own seeds. */
async function sweepOf(parts: readonly Started[], round: number): Promise<void> {
  await Promise.all(
    parts.map(({ program, runs }, place) =>
      program.ask(`${runs} ${STEPS} ${RUNS * round + RUNS * 1000 * place}`),
    ),
  );
}

async function inTurns(
  rounds: number,
  sweep: (side: SweepSide, round: number) => Promise<void>,
): Promise<Record<SweepSide, number[]>> {
  const seconds: Record<SweepSide, number[]> = { node24: [], node20: [], torch: [] };
  for (let round = 0; round < rounds; round++) {
    for (const side of ["node24", "node20", "torch"] as const) {
      const start = performance.now();
      await sweep(side, round);
      seconds[side].push((performance.now() - start) / 1000);
    }
  }
  return seconds;
}

function mapSides<From, To>(
  sides: Readonly<Record<SweepSide, From>>,
  map: (side: SweepSide, value: From) => To,
): Record<SweepSide, To> {
  return {
    node24: map("node24", sides.node24),
    node20: map("node20", sides.node20),
    torch: map("torch", sides.torch),
  };
}
