/** What the benchmarks of trainings share: options, the check that all sides train the same, and speeds in turns. */
import type { Report } from "../report.js";
import type { Side } from "./peer.js";
import { quantile } from "./quantile.js";

export interface RoundOptions {
  rounds: number;
  /** Milliseconds that each side trains in a round. */
  slice: number;
  /** Names of nets; undefined: all. */
  nets: readonly string[] | undefined;
  /** Parts of the names of peers. */
  peers: readonly string[];
}

/** --rounds=, --slice=, --nets= and --peers= of a benchmark's command line. */
export function readOptions(benchmark: string, args: readonly string[], slice: number): RoundOptions {
  const given = new Map(
    args.map((arg): [string, string] => {
      const match = /^--(\w+)=(.+)$/.exec(arg);
      if (!match)
        throw new Error(
          `The ${benchmark}'s benchmark takes --rounds=, --slice=, --nets= and --peers=; got ${arg}.`,
        );
      return [match[1], match[2]];
    }),
  );
  return {
    rounds: Number(given.get("rounds") ?? 12),
    slice: Number(given.get("slice") ?? slice),
    nets: given.get("nets")?.split(","),
    peers: given.get("peers")?.split(",") ?? [""],
  };
}

export function isWanted(name: string, { peers }: RoundOptions): boolean {
  return peers.some((part) => name.toLowerCase().includes(part.toLowerCase()));
}

/** All sides have to compute the same thing, or their speeds say nothing. */
export async function compareLosses(net: string, peers: readonly Side[]): Promise<void> {
  const [own, ...others] = peers;
  const expected = await own.losses(net);
  for (const peer of others) {
    const losses = await peer.losses(net);
    losses.forEach((loss, step) => {
      // Deep networks magnify rounding errors from step to step.
      const tolerance = 1e-4 * 8 ** step;
      if (!(Math.abs(loss - expected[step]) <= tolerance * expected[step]))
        throw new Error(
          `${net}: at step ${step} ${peer.name} has loss ${loss} and ${own.name} ${expected[step]}: they don't train the same network.`,
        );
    });
  }
}

/** Steps a second of each side in turns; half as many rounds more come before and are not measured. Ratios are to `base`. */
export async function compareSpeeds(
  net: string,
  title: string,
  peers: readonly Side[],
  { own, base }: { own: readonly string[]; base: string },
  { rounds, slice }: RoundOptions,
  report: Report,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const speeds = new Map(peers.map(({ name }): [string, number[]] => [name, []]));
  const warmUp = Math.ceil(rounds / 2);
  for (let round = 0; round < warmUp + rounds; round++) {
    for (const peer of peers) {
      const speed = await peer.speed(net, slice);
      if (round >= warmUp) speeds.get(peer.name)?.push(speed);
    }
  }
  report.compare({ title, unit: "steps/s", better: "more", own, sides: speeds });
  console.log(`\n${title}`);
  const of = speeds.get(base) ?? [];
  for (const [name, values] of speeds) {
    const ratio = quantile(values.map((speed, round) => speed / of[round]));
    const shown = quantile(values);
    console.log(
      `${name.padEnd(34)}${shown.toFixed(shown < 10 ? 2 : 0).padStart(10)} steps/s${ratio.toFixed(2).padStart(9)}×`,
    );
  }
  return speeds;
}
