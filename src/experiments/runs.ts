/** What runs came to, read in one way in the whole course: their accuracies, their steps, the rate that suits them. */
import { host } from "#host";
import { OptionError, ValueError } from "../base/errors.js";
import { display } from "../report/display.js";
import { mean, median } from "../statistics/intervals.js";
import type { ExperimentResult } from "./result.js";
import { readResults } from "./results-file.js";
import { valueAt } from "./schema.js";
import type { Part } from "./spec.js";
import { readSpecs } from "./spec-file.js";
import { sweep } from "./sweep.js";

/** Values by their path in a spec, such as `{ "network.norm": "batch", seed: [0, 1] }`; a list takes any of its values, null what is absent. */
export type Selection = Readonly<Record<string, unknown>>;

export interface BestRateOptions {
  /**
   * What is best on the validation part: the highest mean accuracy at the end, over the seeds (default), or the lowest
   * median of the steps until this accuracy was reached first.
   */
  stepsTo?: number;
  /** The paths in the spec that are chosen; the learning rate by default. */
  over?: readonly string[];
}

/** What bestRate() chose. */
export interface BestRate {
  /** The learning rate. */
  rate: number;
  /** The values chosen, by path. */
  values: Record<string, unknown>;
  /** The runs with these values, in the order of their seeds. */
  runs: Runs;
  /** Whether it is the smallest or the largest rate that was tried: a better one may lie beyond. undefined: neither. */
  edge?: "smallest" | "largest";
  /** All that was tried, with the accuracy in % or the median of the steps on the validation part. */
  tried: { rate: number; values: Record<string, unknown>; validation: number }[];
}

const RATE = "optimizer.learningRate";

/** Runs of one or more sweeps, in the order of their seeds. */
export class Runs {
  readonly results: readonly ExperimentResult[];

  constructor(results: readonly ExperimentResult[]) {
    this.results = [...results].sort((a, b) => seedOf(a) - seedOf(b));
  }

  get size(): number {
    return this.results.length;
  }

  get seeds(): number[] {
    return this.results.map(seedOf);
  }

  /** The runs with these values in their specs: `runs.where({ "network.norm": "batch", batchSize: [4, 8] })`. */
  where(selection: Selection): Runs {
    const wanted = Object.entries(selection);
    return new Runs(
      this.results.filter(({ spec }) => wanted.every(([path, value]) => fits(specValue(spec, path), value))),
    );
  }

  /** The values that the specs have at this path, in ascending order where they are numbers. */
  values(path: string): unknown[] {
    const byText = new Map(
      this.results.map(({ spec }) => [JSON.stringify(specValue(spec, path)), specValue(spec, path)]),
    );
    const values = [...byText.values()];
    return values.every((value) => typeof value === "number") ? values.sort((a, b) => a - b) : values;
  }

  /** The learning rates, in ascending order. */
  get rates(): number[] {
    return this.values(RATE) as number[];
  }

  /** The runs at the rate that is best on validation data: see bestRate(). */
  best(options: BestRateOptions = {}): BestRate {
    return bestRate(this, options);
  }

  /**
   * Each run's accuracy in %, at the end or after so many steps. A training that diverged counts as guessing: 100 % over
   * the number of classes.
   */
  accuracy(part: Part = "test", after?: number): number[] {
    return this.results.map((result) => {
      const course = result.evaluations[part]?.accuracy;
      if (!course) throw new OptionError(`The runs have no evaluations on the part "${part}".`);
      const place = after === undefined ? course.length - 1 : result.evaluatedAt.indexOf(after);
      if (result.status === "diverged") return guess(result);
      if (place < 0) throw new OptionError(`The runs were not evaluated after ${after} steps.`);
      return 100 * (course[place] ?? Number.NaN);
    });
  }

  /** The steps after which each run first had the accuracy on the part; Infinity where it never had. */
  stepsTo(accuracy: number, part: Part = "test"): number[] {
    return this.results.map(({ spec, milestones }) => {
      const place = spec.milestones?.indexOf(accuracy) ?? -1;
      if (place < 0) throw new OptionError(`The runs have no milestone ${accuracy}.`);
      return milestones?.[part]?.[place] ?? Number.POSITIVE_INFINITY;
    });
  }

  /** Each run's accuracy in % at one of the spec's `finally`. */
  finally(name: string): number[] {
    return this.results.map((result) => {
      const accuracy = result.finally[name]?.accuracy;
      if (accuracy === undefined && result.status !== "diverged")
        throw new OptionError(
          `The runs have no final evaluation "${name}". They have: ${Object.keys(result.finally).join(", ")}.`,
        );
      return accuracy === undefined || accuracy === null ? guess(result) : 100 * accuracy;
    });
  }

  /** The course of a probe in each run: the one series whose name ends so. */
  probe(ending: string): number[][] {
    return this.results.map(({ probes }) => {
      const names = Object.keys(probes).filter((name) => name.endsWith(ending));
      if (names.length !== 1)
        throw new OptionError(
          `One series has to end in "${ending}", but ${names.length} do. The runs have: ${Object.keys(probes).join("; ")}.`,
        );
      return probes[names[0]].map((value) => value ?? Number.NaN);
    });
  }

  /**
   * Does the chosen runs once more and says that every bit is as recorded; throws a ValueError when one is not.
   *
   *     await recorded("results/04-speed-relu").redo({ seed: [0, 1], "optimizer.learningRate": 0.316 });
   */
  async redo(selection: Selection = {}): Promise<void> {
    const { results } = this.where(selection);
    if (results.length === 0) throw new OptionError("redo: no run fits the selection.");
    const again = await sweep(
      results.map(({ spec }) => spec),
      { workers: Math.min(2, host.processors()), progress: false },
    );
    const differ = again.filter(({ hash }, place) => hash !== results[place].hash).length;
    if (differ > 0)
      throw new ValueError(`${differ} of ${results.length} trainings differ from what is recorded.`);
    display(`${results.length} of ${this.size} trainings done again: every bit is as recorded.`);
  }
}

/**
 * The runs of a sweep: those of its spec file, with their results from the file beside it.
 *
 *     const runs = recorded("results/04-speed-relu");   // results/04-speed-relu.spec.json and results/04-speed-relu.jsonl
 */
export function recorded(name: string): Runs {
  const results = readResults(`${name}.jsonl`);
  const count = readSpecs(`${name}.spec.json`).length;
  if (results.length !== count)
    throw new OptionError(
      `${name}.jsonl has ${results.length} of the ${count} results of its spec. normlab run ${name}.spec.json --out ${name}.jsonl does the rest.`,
    );
  return new Runs(results);
}

/**
 * The learning rate that is best on **validation** data, over all seeds: the one rule of the whole course. Where two are
 * equally good it is the smaller one. Values at other paths are chosen along with it where `over` names them.
 *
 *     bestRate(recorded("results/04-speed-relu").where({ "network.norm": "batch" }), { stepsTo: 0.95 })   // { rate, runs, tried, … }
 *
 * @throws ValueError when there is no run, or the rates were tried with different seeds
 */
export function bestRate(runs: Runs, options: BestRateOptions = {}): BestRate {
  const { stepsTo, over = [RATE] } = options;
  if (runs.size === 0) throw new ValueError("bestRate: there is no run to choose from.");
  const groups = new Map<string, Runs>();
  for (const { spec } of runs.results) {
    const values = Object.fromEntries(over.map((path) => [path, specValue(spec, path)]));
    const name = JSON.stringify(values);
    if (!groups.has(name)) groups.set(name, runs.where(values));
  }
  const tried = [...groups.values()].map((group) => {
    const { spec } = group.results[0];
    const values = Object.fromEntries(over.map((path) => [path, specValue(spec, path)]));
    const seeds = JSON.stringify(group.seeds);
    if (seeds !== JSON.stringify(groups.values().next().value?.seeds))
      throw new ValueError(`bestRate: ${JSON.stringify(values)} was tried with other seeds than the first.`);
    const validation =
      stepsTo === undefined
        ? mean(group.accuracy("validation"))
        : median(group.stepsTo(stepsTo, "validation"));
    return { rate: spec.optimizer.learningRate, values, validation, group };
  });
  tried.sort((a, b) => a.rate - b.rate);
  const worth = ({ validation }: { validation: number }) =>
    stepsTo === undefined ? validation : -validation;
  const best = tried.reduce((best, next) => (worth(next) > worth(best) ? next : best));
  const beside = tried.filter(({ values }) =>
    over.every((path) => path === RATE || fits(values[path], best.values[path])),
  );
  const rates = beside.map(({ rate }) => rate);
  const edge =
    rates.length === 1
      ? undefined
      : best.rate === Math.min(...rates)
        ? "smallest"
        : best.rate === Math.max(...rates)
          ? "largest"
          : undefined;
  return {
    rate: best.rate,
    values: best.values,
    runs: best.group,
    ...(edge && { edge }),
    tried: tried.map(({ group: _group, ...others }) => others),
  };
}

const seedOf = ({ spec }: ExperimentResult): number => spec.seed ?? 0;

const specValue = (spec: object, path: string): unknown => valueAt(spec, path.split("."));

/** Equal, or one of a list's values. */
function fits(value: unknown, wanted: unknown): boolean {
  const text = JSON.stringify(value ?? null);
  return (
    text === JSON.stringify(wanted) ||
    (Array.isArray(wanted) && wanted.some((each) => JSON.stringify(each) === text))
  );
}

/** What guessing gives, in %. */
function guess({ spec: { data } }: ExperimentResult): number {
  if (data.set === "moons") return 50;
  const usual = data.set === "spirals" || data.set === "blobs" ? 3 : 10;
  return 100 / (("classes" in data ? data.classes : undefined) ?? usual);
}
