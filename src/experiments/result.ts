import { host } from "#host";
import { hexDigestOf } from "../base/digest.js";
import type { Layer } from "../nn/layers/layer.js";
import type { Evaluation } from "../train/evaluate.js";
import type { History } from "../train/history.js";
import type { ExperimentSpec } from "./spec.js";

/** A number as results hold it: 9 significant digits, which keep a float32 exactly; null for NaN and infinity. */
export type ResultNumber = number | null;

/** All that a run gives, in plain JSON: the same spec gives the same result, bit for bit, on every machine. */
export interface ExperimentResult {
  /** The hash of the spec: what a sweep finds a finished run by. */
  key: string;
  /** The spec with its defaults filled in (a results file leaves them out; `readResults` fills them in again). */
  spec: ExperimentSpec;
  status: "finished" | "early" | "diverged";
  /** The steps that were done. */
  steps: number;
  /** Where NaN or infinity turned up first, when it did. */
  diverged?: { step: number; layer: string };
  /** The number of steps done at each evaluation. */
  evaluatedAt: number[];
  /** The mean training loss of the steps since the evaluation before; null at the first. */
  trainingLoss: ResultNumber[];
  /** Loss and accuracy at each evaluation, by part of the data. */
  evaluations: Record<string, { loss: ResultNumber[]; accuracy: ResultNumber[] }>;
  /** With the spec's `milestones`: the steps done when each part first had these accuracies; null where it never had. */
  milestones?: Record<string, ResultNumber[]>;
  probedAt: number[];
  probes: Record<string, ResultNumber[]>;
  /** The evaluations of the spec's `finally`; empty when the training diverged. */
  finally: Record<string, { loss: ResultNumber; accuracy: ResultNumber }>;
  /** The first 16 hexadecimal digits of SHA-256 over the bits of every step's loss and of all parameters and statistics at the end. */
  hash: string;
}

/** 16 hexadecimal digits that depend on the spec's content, not on the order of its keys. */
export function keyOf(spec: object): string {
  return hexDigestOf(JSON.stringify(inOrder(spec)), 16);
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, inOrder(inner)]),
  );
}

export function resultNumber(value: number): ResultNumber {
  // + 0 turns -0 into 0, which JSON can't tell apart.
  return Number.isFinite(value) ? Number(value.toPrecision(9)) + 0 : null;
}

const resultNumbers = (values: ArrayLike<number>): ResultNumber[] => Array.from(values, resultNumber);

export const resultEvaluation = ({ loss, accuracy }: Evaluation) => ({
  loss: resultNumber(loss),
  accuracy: resultNumber(accuracy),
});

/** What the history gives to a result. */
export function courseOf(
  history: History,
  milestones?: readonly number[],
): Pick<
  ExperimentResult,
  "evaluatedAt" | "trainingLoss" | "evaluations" | "milestones" | "probedAt" | "probes"
> {
  const all = Array.from(history.evaluatedAt.keys());
  const rows = milestones ? all.filter((row) => row === 0 || row === all.length - 1) : all;
  const steps = rows.map((row) => history.evaluatedAt[row]);
  const trainingLoss = steps.map((step, place) => {
    const losses = place === 0 ? new Float64Array(0) : history.loss.subarray(steps[place - 1], step);
    return losses.length === 0
      ? null
      : resultNumber(losses.reduce((sum, loss) => sum + loss, 0) / losses.length);
  });
  const courses = Object.entries(history.evaluations);
  const evaluations = courses.map(([name, { loss, accuracy }]) => [
    name,
    {
      loss: resultNumbers(rows.map((row) => loss[row])),
      accuracy: resultNumbers(rows.map((row) => accuracy[row])),
    },
  ]);
  const reached =
    milestones &&
    courses.map(([name, { accuracy }]) => [
      name,
      milestones.map((milestone) => {
        const row = accuracy.findIndex((value) => value >= milestone);
        return row < 0 ? null : history.evaluatedAt[row];
      }),
    ]);
  const probes = Object.entries(history.probes).map(([name, values]) => [name, resultNumbers(values)]);
  return {
    evaluatedAt: steps,
    trainingLoss,
    evaluations: Object.fromEntries(evaluations),
    ...(reached && { milestones: Object.fromEntries(reached) }),
    probedAt: Array.from(history.probedAt),
    probes: Object.fromEntries(probes),
  };
}

/**
 * The bits of the losses and of the network's state; every NaN counts as the same one. 64 bits tell results apart, and more
 * would be a third of the bytes of a results file, since nothing compresses them.
 */
export function hashOf(history: History, network: Layer): string {
  const arrays = [history.loss, ...Object.values(network.stateDict()).map(({ data }) => data)];
  // In float64, which holds float32 exactly, and in little endian, as WebAssembly's memory is.
  const all = new Float64Array(arrays.reduce((length, values) => length + values.length, 0));
  let next = 0;
  for (const values of arrays) {
    all.set(values, next);
    next += values.length;
  }
  for (let i = 0; i < all.length; i++) if (Number.isNaN(all[i])) all[i] = Number.NaN;
  return host.sha256(new Uint8Array(all.buffer)).slice(0, 16);
}
