/** The last cell of a lesson: its claims, by what their specs say, from the sweeps' results and from what the lesson measured. */
import { OptionError } from "../base/errors.js";
import { type Runs, Runs as RunsOf, recorded } from "../experiments/runs.js";
import { display } from "../report/display.js";
import { bootstrapInterval, type Interval, mean, median, tInterval } from "../statistics/intervals.js";
import { Claim, type ClaimRecord, rounded } from "./claim.js";
import { type ClaimSpec, readClaimSpecs, rule } from "./claim-spec.js";
import { errorRateOf, holdsTogether } from "./holm.js";
import { type ClaimSamples, samplesOf } from "./samples.js";
import { type DerivedVerdict, verdictOf } from "./verdict.js";

/** What the lesson measured itself, by the claim's id: a number a seed; for what is exact the largest difference. */
export type LiveSamples = Readonly<Record<string, readonly number[] | number>>;

/**
 * Shows the card of each claim that the spec files make.
 *
 *     showClaims(["results/04-speed-relu"]);
 *
 * @param names of the specs, without ".spec.json"
 * @param live what the lesson measured itself
 * @throws OptionError when a spec's claim is not measured, or something was measured that no spec claims
 */
export function showClaims(names: string | readonly string[], live: LiveSamples = {}): void {
  for (const record of claimsOf(names, live)) display(new Claim(record));
}

interface Measured {
  id: string;
  spec: ClaimSpec;
  samples: readonly number[];
  from?: ClaimSamples;
}

/** The records of the claims that the spec files make, in their order. */
export function claimsOf(names: string | readonly string[], live: LiveSamples = {}): ClaimRecord[] {
  const files = typeof names === "string" ? [names] : names;
  const specs = files.flatMap((name) =>
    Object.entries(readClaimSpecs(`${name}.spec.json`)).map(([id, spec]) => ({ name, id, spec })),
  );
  const unknown = Object.keys(live).filter((id) => !specs.some((claim) => claim.id === id));
  if (unknown.length > 0)
    throw new OptionError(`showClaims: no spec makes the claim "${unknown.join('", "')}".`);

  const cache = new Map<string, Runs>();
  const runsOf = (name: string): Runs => {
    const runs = cache.get(name) ?? recorded(name);
    cache.set(name, runs);
    return runs;
  };
  const all = specs.map(({ name, id, spec }): Measured => {
    if (!spec.measure) {
      const measured = live[id];
      if (measured === undefined)
        throw new OptionError(
          `showClaims: the claim "${id}" is to be measured by the lesson: give { "${id}": … }.`,
        );
      return { id, spec, samples: typeof measured === "number" ? [measured] : measured };
    }
    const folder = name.slice(0, name.lastIndexOf("/") + 1);
    const others = (spec.results ?? []).map((other) => runsOf(folder + other));
    const runs = new RunsOf([runsOf(name), ...others].flatMap(({ results }) => results));
    const from = samplesOf(id, spec, runs);
    return { id, spec, samples: from.samples, from };
  });

  const random = all.filter(({ spec }) => spec.compare !== "exact");
  const together = holdsTogether(
    random.map(({ spec, samples }) => errorRateOf((rate) => derived(spec, samples, 1 - rate).verdict)),
  );
  return all.map((measured) => recordOf(measured, random.length, together[random.indexOf(measured)]));
}

function recordOf({ id, spec, samples, from }: Measured, claims: number, holds: boolean): ClaimRecord {
  const { statement, source, unit, compare, note = "", enough } = spec;
  const isExact = compare === "exact";
  const verdict = derived(spec, samples, 0.95);
  const effect = isExact ? Math.max(...samples) : statisticOf(spec)(samples);
  const interval = isExact ? null : intervalOf(spec, samples, 0.95);
  return {
    id,
    statement,
    source,
    effect: rounded(effect),
    unit,
    interval: interval && [rounded(interval[0]), rounded(interval[1])],
    n: isExact ? null : samples.length,
    ...verdict,
    note: [note, edgeNote(spec, from), ...neverNotes(from)].filter((text) => text !== "").join(" "),
    enough,
    population: isExact ? "" : (spec.population ?? populationOf(from?.runs)),
    newImages: interval && newImages(spec, from, effect, interval),
    rates: (from?.sides ?? []).flatMap(({ name, chosen }) =>
      chosen ? [{ name, rate: chosen.rate, edge: chosen.edge ?? null }] : [],
    ),
    holm: isExact ? null : { claims, verdict: holds ? verdict.verdict : "undecided" },
  };
}

const statisticOf =
  ({ compare }: ClaimSpec) =>
  (samples: readonly number[]) =>
    compare === "ratio" ? median(samples) : mean(samples);

function intervalOf({ compare }: ClaimSpec, samples: readonly number[], level: number): Interval {
  return compare === "ratio" ? bootstrapInterval(samples, median, { level }) : tInterval(samples, { level });
}

function derived(spec: ClaimSpec, samples: readonly number[], level: number): DerivedVerdict {
  if (spec.compare !== "exact") {
    const [low, high] = intervalOf(spec, samples, level);
    // Of seeds that never arrive some get into the wide intervals that Holm's correction asks for.
    const interval: Interval = [Math.max(low, -Number.MAX_VALUE), Math.min(high, Number.MAX_VALUE)];
    return verdictOf({ interval, ...rule(spec) });
  }
  const largest = Math.max(...samples);
  return largest <= spec.enough
    ? { verdict: "exact", rule: `the largest difference is at most ${spec.enough}` }
    : { verdict: "fails", rule: `the largest difference is above ${spec.enough}` };
}

function edgeNote({ edge }: ClaimSpec, from: ClaimSamples | undefined): string {
  const isEdge = from?.sides.some(({ chosen }) => chosen?.edge !== undefined) ?? false;
  return isEdge && edge ? edge : "";
}

/** Where most runs of a side never arrive, the effect is a bound. */
function neverNotes(from: ClaimSamples | undefined): string[] {
  return (from?.sides ?? [])
    .filter(({ never, values }) => 2 * never >= values.length)
    .map(
      ({ name, never, values }) =>
        `${never} of ${values.length} runs (${name}) never get there: they count as all their ${Math.max(...values)} steps, the least it can be.`,
    );
}

/** Over what an interval speaks, by where the runs' data come from. */
function populationOf(runs: Runs | undefined): string {
  const set = runs?.results[0].spec.data.set;
  if (set === "digits") return "seeds (weights, batches, splits) on these 1797 images";
  if (set === "moons" || set === "spirals" || set === "blobs") return "seeds, each with points drawn anew";
  return "seeds (weights and batches)";
}

const DIGITS = { train: 1000, test: 400 };

/**
 * Re-splits of the same images share images, so their scatter says too little of new ones. Nadeau & Bengio (2003) widen the
 * variance of the mean from 1/n to 1/n + test/train.
 */
function newImages(
  spec: ClaimSpec,
  from: ClaimSamples | undefined,
  effect: number,
  [, high]: Interval,
): [number, number] | null {
  const data = from?.runs.results[0].spec.data;
  const isAccuracy = spec.measure?.kind === "accuracy" || spec.measure?.kind === "finally";
  if (!from || !isAccuracy || data?.set !== "digits" || data.split !== undefined) return null;
  const n = from.samples.length;
  const half = (high - effect) * Math.sqrt(1 + (n * DIGITS.test) / (data.trainSize ?? DIGITS.train));
  return [rounded(effect - half), rounded(effect + half)];
}
