/** From the runs of a sweep to the samples of a claim: one number a seed. */

import { OptionError, ValueError } from "../base/errors.js";
import { log } from "../base/math/index.js";
import { type BestRate, bestRate, type Runs, type Selection } from "../experiments/runs.js";
import type { NetworkSpec } from "../experiments/spec.js";
import type { ClaimSpec, Measure } from "./claim-spec.js";

/** A side of a comparison: which runs, and how their rate was chosen. */
export interface Side {
  name: string;
  /** Left out where no rate is chosen. */
  chosen?: BestRate;
  values: number[];
  /** How many of its runs never get where steps are counted to. */
  never: number;
}

export interface ClaimSamples {
  samples: number[];
  sides: Side[];
  /** The runs that the samples come from. */
  runs: Runs;
}

/** The samples of a claim over runs, paired by their seeds. Throws a ValueError when the sides have other seeds. */
export function samplesOf(id: string, spec: ClaimSpec, all: Runs): ClaimSamples {
  const { measure, of, against, minus } = spec;
  if (!measure || !of) throw new OptionError(`The claim "${id}" is measured by its lesson, not by a sweep.`);
  const sides: Side[] = [];
  let runs: Runs | undefined;
  const valuesOf = (selection: Selection, what = measure): number[] => {
    const { side, ofSeeds } = sideOf(id, spec, what, all.where(selection));
    if (runs && JSON.stringify(runs.seeds) !== JSON.stringify(ofSeeds.seeds))
      throw new ValueError(`The claim "${id}" compares runs of different seeds.`);
    runs ??= ofSeeds;
    sides.push(side);
    return side.values;
  };
  const compared = (first: Selection, second: Selection | undefined): number[] => {
    const values = valuesOf(first);
    if (!second) return values;
    const others = valuesOf(second, spec.measureAgainst);
    return values.map((value, place) => pair(value, others[place], spec.compare));
  };
  let samples = compared(of, against);
  if (minus) {
    const taken = compared(minus.of, minus.against);
    samples = samples.map((value, place) => value - taken[place]);
  }
  if (!runs) throw new ValueError(`The claim "${id}" has no runs.`);
  return { samples, sides, runs };
}

function pair(value: number, other: number, compare: ClaimSpec["compare"]): number {
  return compare === "ratio" ? value / other : value - other;
}

function sideOf(id: string, spec: ClaimSpec, measure: Measure, runs: Runs): { side: Side; ofSeeds: Runs } {
  if (runs.size === 0) throw new ValueError(`The claim "${id}": no run fits one of its selections.`);
  const name = nameOf(runs);
  if (measure.kind === "largestRate") {
    const rates = runs.rates;
    const ends = rates.map((rate) => runs.where({ "optimizer.learningRate": rate }));
    const values = ends[0].seeds.map((_, seed) => {
      const last = rates.findLastIndex((_, place) => ends[place].accuracy()[seed] >= 100 * measure.endsAt);
      return log(rates[Math.max(0, last)]) / Math.LN10;
    });
    return { side: { name, values, never: 0 }, ofSeeds: ends[0] };
  }
  const stepsTo = measure.kind === "steps" ? measure.to : spec.chosenBy;
  const isChoice = spec.over.some((path) => runs.values(path).length > 1);
  const chosen = isChoice
    ? bestRate(runs, { over: spec.over, ...(stepsTo !== undefined && { stepsTo }) })
    : undefined;
  const ofSeeds = chosen?.runs ?? runs;
  if (new Set(ofSeeds.seeds).size < ofSeeds.size)
    throw new ValueError(
      `The claim "${id}" has several runs of a seed on one side (${name}): select more, or name it in over.`,
    );
  return {
    side: {
      name,
      ...(chosen && { chosen }),
      values: valuesOf(measure, ofSeeds),
      never:
        measure.kind === "steps"
          ? ofSeeds.stepsTo(measure.to).filter((steps) => steps === Number.POSITIVE_INFINITY).length
          : 0,
    },
    ofSeeds,
  };
}

function valuesOf(measure: Exclude<Measure, { kind: "largestRate" }>, runs: Runs): number[] {
  switch (measure.kind) {
    case "accuracy":
      return runs.accuracy("test", measure.after);
    case "finally":
      return runs.finally(measure.name);
    case "steps": {
      // What never arrives counts as all steps that there were, the least it can be.
      const most = Math.max(...runs.results.map(({ steps }) => steps));
      return runs.stepsTo(measure.to).map((steps) => Math.min(steps, most));
    }
    case "probe": {
      const { series, from, per } = measure;
      const courses = runs.probe(series);
      if (from === undefined) return courses.map((course) => course[course.length - 1] / per);
      return courses.map((course, place) => {
        const seen = course.filter((_, look) => runs.results[place].probedAt[look] > from);
        return Math.sqrt(seen.reduce((sum, value) => sum + value * value, 0) / seen.length) / per;
      });
    }
    case "way":
      return runs
        .probe(measure.series)
        .map((course) =>
          course.slice(1).reduce((way, value, place) => way + Math.abs(value - course[place]), 0),
        );
    case "unevenness":
      return runs.results.map(({ probes, probedAt }) => {
        const look = probedAt.indexOf(measure.after);
        const norms = Object.keys(probes)
          .filter((name) => /^gradient norm of .*weight$/.test(name))
          .map((name) => probes[name][look] ?? Number.NaN);
        // The last one is the output layer's.
        return Math.abs(log(norms[0] / norms[norms.length - 2])) / Math.LN10;
      });
  }
}

const NAMES: Record<string, string> = { none: "plain", batch: "batch norm", layer: "layer norm" };

/** What the side's networks are called: by their normalization, its noise, and the kind of their residual branches. */
function nameOf(runs: Runs): string {
  const [{ spec }] = runs.results;
  const { norm, batchNorm } = spec.network;
  const noise = batchNorm?.noise && norm === "batch" ? "noisy " : "";
  return `${noise}${NAMES[`${norm}`] ?? "group norm"}${branchesOf(spec.network)}`;
}

function branchesOf(network: NetworkSpec): string {
  if (network.kind !== "resnet") return "";
  if (network.shortcuts === false) return " without shortcuts";
  if (network.fixup) return " with Fixup's start";
  return network.scale === undefined ? "" : " with scaled branches";
}
