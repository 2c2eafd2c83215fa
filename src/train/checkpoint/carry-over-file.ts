/** What a training carries from one fit() to the next, as numbers in JSON and tensors of a file. */
import { DataError } from "../../data/data-error.js";
import { type Tensor, tensor } from "../../tensor/tensor.js";
import type { CarryOver } from "../carry-over.js";
import type { DriftState } from "../drift.js";
import type { StoppingState } from "../early-stopping.js";
import { prefixed, startingWith } from "./prefixes.js";

/** The part that is JSON. */
export interface SavedCarryOver {
  /** `best` is null when no value was one yet. */
  stopping?: Pick<StoppingState, "metric" | "sinceBest" | "accuracy" | "judgedAt"> & { best: number | null };
  drifts: Record<string, Pick<DriftState, "raw" | "perDeviation">>;
  updates?: { step: number; names: string[] };
}

const BEST = "best.";
const LAST = "last.";
const RATIOS = "update ratios";
const ROTATIONS = "update rotations";

export function saveCarryOver({ stopping, drifts, updates }: CarryOver): {
  saved: SavedCarryOver;
  tensors: Record<string, Tensor>;
} {
  const saved: SavedCarryOver = { drifts: {} };
  const tensors: Record<string, Tensor> = {};
  if (stopping) {
    const { bestState = {}, lastState = {}, best, ...numbers } = stopping;
    saved.stopping = { ...numbers, best: Number.isFinite(best) ? best : null };
    Object.assign(tensors, prefixed(BEST, bestState), prefixed(LAST, lastState));
  }
  for (const [series, { units, raw, perDeviation }] of drifts) {
    saved.drifts[series] = { raw, perDeviation };
    const samples = units.length === 0 ? 0 : units[0].length;
    const values = new Float64Array(units.length * samples);
    units.forEach((unit, place) => {
      values.set(unit, place * samples);
    });
    tensors[series] = tensor(values, [units.length, samples], "float64");
  }
  if (updates) {
    saved.updates = { step: updates.step, names: [...updates.ratios.keys()] };
    tensors[RATIOS] = tensor(Float64Array.from(updates.ratios.values()), undefined, "float64");
    tensors[ROTATIONS] = tensor(Float64Array.from(updates.rotations.values()), undefined, "float64");
  }
  return { saved, tensors };
}

/** Throws a DataError when the parts don't fit together. */
export function loadCarryOver(
  file: string,
  saved: SavedCarryOver,
  tensors: Record<string, Tensor>,
): CarryOver {
  const damaged = (what: string) =>
    new DataError({ file }, `what it says of ${what} is incomplete. The file is damaged.`);
  const { stopping, drifts, updates } = saved;
  if (typeof drifts !== "object" || drifts === null) throw damaged("drift");
  const carryOver: CarryOver = { drifts: new Map() };
  for (const [series, { raw, perDeviation }] of Object.entries(drifts)) {
    const looks = tensors[series];
    if (looks?.shape.length !== 2 || ![raw, perDeviation].every(Number.isFinite)) throw damaged("drift");
    const [units, samples] = looks.shape;
    const values = Float64Array.from(looks.data);
    carryOver.drifts.set(series, {
      units: Array.from({ length: units }, (_, unit) => values.slice(unit * samples, (unit + 1) * samples)),
      raw,
      perDeviation,
    });
  }
  if (stopping) {
    const { metric, best, sinceBest, accuracy, judgedAt } = stopping;
    const whole =
      (metric === "loss" || metric === "accuracy") &&
      (best === null || Number.isFinite(best)) &&
      [sinceBest, accuracy, judgedAt].every(Number.isFinite);
    const [bestState, lastState] = [BEST, LAST].map((prefix) => stateFrom(prefix, tensors));
    if (!whole || bestState === null || lastState === null) throw damaged("early stopping");
    carryOver.stopping = {
      metric,
      best: best ?? Number.POSITIVE_INFINITY,
      sinceBest,
      accuracy,
      judgedAt,
      bestState,
      lastState,
    };
  }
  if (updates) {
    const { step, names } = updates;
    const ratios = tensors[RATIOS];
    if (!Number.isFinite(step) || !Array.isArray(names) || ratios?.size !== names.length)
      throw damaged("the last update");
    // A file of an earlier version has none.
    const rotations = tensors[ROTATIONS];
    if (rotations && rotations.size !== names.length) throw damaged("the last update");
    carryOver.updates = {
      step,
      ratios: new Map(names.map((name, place) => [name, ratios.data[place]])),
      rotations: new Map(names.map((name, place) => [name, rotations?.data[place] ?? Number.NaN])),
    };
  }
  return carryOver;
}

/** The network's state under the prefix: undefined where there is none, null when it does not fit the network's own. */
function stateFrom(
  prefix: string,
  tensors: Record<string, Tensor>,
): Record<string, Tensor> | undefined | null {
  const state = startingWith(prefix, tensors);
  const names = Object.keys(state);
  if (names.length === 0) return undefined;
  const network = startingWith("network.", tensors);
  const fits =
    names.length === Object.keys(network).length &&
    names.every((name) => network[name]?.shape.join() === state[name].shape.join());
  return fits ? state : null;
}
