// The course's verdicts, derived once more: by other code, from the results files and the thresholds in the specs. And the
// protocol: no chosen rate is the edge of its grid unless the spec says why, no threshold stands outside of a spec.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { claimsOf } from "../../src/claims/show-claims.js";
import { type ExperimentResult, readResults } from "../../src/experiments/index.js";
import { bootstrapInterval } from "../../src/statistics/intervals.js";
import { readNotebook } from "./notebook.js";
import { root } from "./run.js";

const folder = join(root, "notebooks");
const results = join(folder, "results");
const specFiles = readdirSync(results).filter((file) => file.endsWith(".spec.json"));
const lessons = readdirSync(folder).filter((file) => /^\d\d-.*\.ipynb$/.test(file));

type Selection = Record<string, unknown>;
interface Sides {
  of: Selection;
  against?: Selection;
}
interface ClaimSpec extends Sides {
  compare?: "difference" | "ratio" | "value" | "exact";
  claimed?: "above" | "below" | "same";
  reference?: number;
  enough: number;
  measure?: { kind: string } & Record<string, string | number>;
  measureAgainst?: ClaimSpec["measure"];
  minus?: Sides;
  over?: string[];
  chosenBy?: number;
  edge?: string;
  results?: string[];
}

const claims = specFiles.flatMap((file) => {
  const content = JSON.parse(readFileSync(join(results, file), "utf8"));
  return Object.entries((content.claims ?? {}) as Record<string, ClaimSpec>).map(([id, spec]) => ({
    name: file.replace(".spec.json", ""),
    id,
    spec,
  }));
});

const at = (result: ExperimentResult, path: string): unknown =>
  path.split(".").reduce<unknown>((inner, key) => (inner as Record<string, unknown>)?.[key], result.spec);
/** What is absent is null. */
const same = (a: unknown, b: unknown) =>
  typeof a === "object" || typeof b === "object"
    ? JSON.stringify(a ?? null) === JSON.stringify(b ?? null)
    : a === b;
const select = (all: readonly ExperimentResult[], wanted: Selection) =>
  all.filter((result) =>
    Object.entries(wanted).every(
      ([path, value]) =>
        same(at(result, path), value) ||
        (Array.isArray(value) && value.some((each) => same(each, at(result, path)))),
    ),
  );
const guessed = ({ spec: { data } }: ExperimentResult) =>
  ({ moons: 50, spirals: 100 / 3, blobs: 100 / 3 })[data.set as string] ?? 10;
const accuracy = (result: ExperimentResult, part: string, after?: number) => {
  const { accuracy } = result.evaluations[part];
  const place = after === undefined ? accuracy.length - 1 : result.evaluatedAt.indexOf(after);
  return result.status === "diverged" ? guessed(result) : 100 * (accuracy[place] as number);
};
const steps = (result: ExperimentResult, part: string, to: number) =>
  result.milestones?.[part][result.spec.milestones?.indexOf(to) ?? -1] ?? Number.POSITIVE_INFINITY;
const middle = (values: number[]) => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};
const average = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function measured(result: ExperimentResult, measure: NonNullable<ClaimSpec["measure"]>): number {
  const series = (ending: string) => {
    const name = Object.keys(result.probes).find((key) => key.endsWith(ending)) as string;
    return result.probes[name] as number[];
  };
  switch (measure.kind) {
    case "accuracy":
      return accuracy(result, "test", measure.after as number | undefined);
    case "finally":
      return result.status === "diverged"
        ? guessed(result)
        : 100 * (result.finally[measure.name].accuracy as number);
    case "steps":
      return steps(result, "test", measure.to as number);
    case "probe": {
      const values = series(measure.series as string);
      const per = (measure.per as number | undefined) ?? 1;
      if (measure.from === undefined) return (values.at(-1) as number) / per;
      const seen = values.filter((_, look) => result.probedAt[look] > (measure.from as number));
      return Math.sqrt(average(seen.map((value) => value ** 2))) / per;
    }
    case "way":
      return series(measure.series as string).reduce(
        (way, value, i, all) => (i === 0 ? 0 : way + Math.abs(value - all[i - 1])),
        0,
      );
    case "unevenness": {
      const names = Object.keys(result.probes).filter((name) => name.endsWith("weight"));
      const look = result.probedAt.indexOf(measure.after as number);
      const [first, last] = [names[0], names[names.length - 2]].map(
        (name) => result.probes[name][look] as number,
      );
      return Math.abs(Math.log10(first / last));
    }
    default:
      throw new Error(`no measure ${measure.kind}`);
  }
}

/** A number for each seed, and whether the rate is the grid's edge. */
function side(
  all: readonly ExperimentResult[],
  wanted: Selection,
  spec: ClaimSpec,
  measure: ClaimSpec["measure"],
) {
  const { over = ["optimizer.learningRate"], chosenBy } = spec;
  if (!measure) throw new Error("measured live");
  const runs = select(all, wanted);
  const rate = (result: ExperimentResult) => result.spec.optimizer.learningRate;
  const seeds = [...new Set(runs.map(({ spec }) => spec.seed ?? 0))].sort((a, b) => a - b);
  const ofSeed = (group: readonly ExperimentResult[]) =>
    seeds.map((seed) => {
      const found = group.filter((result) => (result.spec.seed ?? 0) === seed);
      assert.lengthOf(found, 1, "one run a seed");
      return found[0];
    });
  if (measure.kind === "largestRate") {
    const good = runs.filter((result) => accuracy(result, "test") >= 100 * (measure.endsAt as number));
    const values = seeds.map((seed) =>
      Math.log10(
        Math.max(
          Math.min(...runs.map(rate)),
          ...good.filter((result) => (result.spec.seed ?? 0) === seed).map(rate),
        ),
      ),
    );
    return { values, isEdge: false };
  }
  const groups = new Map<string, ExperimentResult[]>();
  for (const result of runs) {
    const key = JSON.stringify(over.map((path) => at(result, path)));
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  const to = measure.kind === "steps" ? (measure.to as number) : chosenBy;
  const score = (group: ExperimentResult[]) =>
    to === undefined
      ? average(group.map((result) => accuracy(result, "validation")))
      : -middle(group.map((result) => steps(result, "validation", to)));
  const ranked = [...groups.values()].sort((a, b) => score(b) - score(a) || rate(a[0]) - rate(b[0]));
  const [best] = ranked;
  const others = over.filter((path) => path !== "optimizer.learningRate");
  const rates = ranked
    .filter((group) => others.every((path) => same(at(group[0], path), at(best[0], path))))
    .map((group) => rate(group[0]));
  const isEdge =
    rates.length > 1 && (rate(best[0]) === Math.min(...rates) || rate(best[0]) === Math.max(...rates));
  // What never gets there counts as all the steps that there were.
  const most = Math.max(...best.map((result) => result.steps));
  const values = ofSeed(best).map((result) => measured(result, measure));
  return { values: measure.kind === "steps" ? values.map((value) => Math.min(value, most)) : values, isEdge };
}

const criticalTs = new Map<number, number>();

/** The t with 2.5 % above it. Many claims have as many seeds. */
function criticalT(freedom: number): number {
  const known = criticalTs.get(freedom) ?? integratedT(freedom);
  criticalTs.set(freedom, known);
  return known;
}

/** By Simpson's rule and halving. */
function integratedT(freedom: number): number {
  const density = (t: number) => (1 + (t * t) / freedom) ** (-(freedom + 1) / 2);
  const integral = (to: number) => {
    const n = 2000;
    const h = to / n;
    let sum = density(0) + density(to);
    for (let i = 1; i < n; i++) sum += density(i * h) * (i % 2 === 1 ? 4 : 2);
    return (sum * h) / 3;
  };
  // From 0 to infinity, with t = tan u.
  const whole = (() => {
    const n = 20_000;
    const h = Math.PI / 2 / n;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const u = (i + 0.5) * h;
      sum += density(Math.tan(u)) / Math.cos(u) ** 2;
    }
    return sum * h;
  })();
  let [low, high] = [1, 20];
  for (let i = 0; i < 50; i++) {
    const t = (low + high) / 2;
    if (integral(t) / whole < 0.95) low = t;
    else high = t;
  }
  return low;
}

function word(interval: [number, number], spec: ClaimSpec): string {
  const reference = spec.reference ?? (spec.compare === "ratio" ? 1 : 0);
  const mirrored = reference === 0 ? -spec.enough : reference ** 2 / spec.enough;
  const [least, most] = [Math.min(mirrored, spec.enough), Math.max(mirrored, spec.enough)];
  const inside = interval[0] > least && interval[1] < most;
  if (spec.claimed === "same") {
    if (inside) return "holds";
    return interval[0] > most || interval[1] < least ? "fails" : "undecided";
  }
  // Turned so that the claimed side is up.
  const turn = spec.claimed === "below" ? -1 : 1;
  const [low, high] = [turn * interval[0], turn * interval[1]].sort((a, b) => a - b);
  if (low > turn * spec.enough) return "holds";
  if (low > turn * reference) return "small";
  if (inside) return "no effect";
  return high < turn * reference ? "fails" : "undecided";
}

const read = new Map<string, readonly ExperimentResult[]>();
/** The results of a sweep, read once. */
function resultsOf(name: string): readonly ExperimentResult[] {
  const known = read.get(name) ?? readResults(join(results, `${name}.jsonl`));
  read.set(name, known);
  return known;
}

function derive(name: string, spec: ClaimSpec) {
  const all = [name, ...(spec.results ?? [])].flatMap(resultsOf);
  const edges: boolean[] = [];
  const compared = ({ of, against }: Sides) => {
    const first = side(all, of, spec, spec.measure);
    edges.push(first.isEdge);
    if (!against) return first.values;
    const second = side(all, against, spec, spec.measureAgainst ?? spec.measure);
    edges.push(second.isEdge);
    return first.values.map((value, i) => {
      const other = second.values[i];
      return spec.compare === "ratio" ? value / other : value - other;
    });
  };
  let samples = compared(spec);
  if (spec.minus) {
    const taken = compared(spec.minus);
    samples = samples.map((value, i) => value - taken[i]);
  }
  const n = samples.length;
  const mean = average(samples);
  const deviation = Math.sqrt(samples.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  const half = (criticalT(n - 1) * deviation) / Math.sqrt(n);
  const interval: [number, number] =
    spec.compare === "ratio" ? bootstrapInterval(samples) : [mean - half, mean + half];
  const effect = spec.compare === "ratio" ? middle(samples) : mean;
  return { effect, interval, n, verdict: word(interval, spec), isEdge: edges.includes(true) };
}

describe("the course's verdicts", function () {
  this.timeout(60_000);

  for (const { name, id, spec } of claims.filter(({ spec }) => spec.measure !== undefined))
    it(`follow from the results and the spec's thresholds: ${id}`, () => {
      if (!existsSync(join(results, `${name}.jsonl`))) assert.fail(`${name} has no results`);
      const found = derive(name, spec);
      const record = claimsOf(join(results, name), liveOf(name)).find((claim) => claim.id === id);
      assert.equal(record?.verdict, found.verdict);
      assert.equal(record?.n, found.n);
      const tolerance = 1e-4 * Math.max(1, Math.abs(found.effect));
      assert.approximately(record?.effect as number, found.effect, tolerance);
      found.interval.forEach((limit, i) => {
        assert.approximately(record?.interval?.[i] as number, limit, tolerance);
      });
      assert.isTrue(
        !found.isEdge || spec.edge !== undefined,
        "a chosen rate is the edge of its grid, and the spec does not say why that is fine",
      );
    });

  /** Some number for the claims that a lesson measures, which are not looked at here. */
  function liveOf(name: string): Record<string, number[]> {
    const live = claims.filter((claim) => claim.name === name && claim.spec.measure === undefined);
    return Object.fromEntries(live.map(({ id }) => [id, [0, 1]]));
  }

  for (const file of lessons)
    it(`stand with their thresholds in a spec: ${file}`, () => {
      const shown = readNotebook(join(folder, file))
        .cells.flatMap(({ outputs = [] }) => outputs)
        .flatMap(({ data = {} }) => data["application/vnd.normlab.claim+json"] ?? []) as unknown as {
        id: string;
        enough: number;
        effect: number;
        verdict: string;
      }[];
      for (const { id, enough, effect, verdict } of shown) {
        const claim = claims.find((each) => each.id === id);
        assert.isDefined(claim, `${id} stands in no spec`);
        assert.equal(enough, claim?.spec.enough, id);
        if (!claim?.spec.measure) continue;
        const found = derive(claim.name, claim.spec);
        assert.equal(verdict, found.verdict, id);
        assert.approximately(effect, found.effect, 1e-4 * Math.max(1, Math.abs(found.effect)), id);
      }
    });
});
