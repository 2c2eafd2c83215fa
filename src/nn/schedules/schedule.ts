/**
 * How the learning rate changes over a training: each schedule gives for a step (counted from 0) the factor by which the
 * optimizer's own rates are multiplied. A schedule is plain JSON and depends on nothing but the step, so that an experiment's
 * spec can hold it, and a training that was interrupted goes on with the rates that it would have had.
 */
import {
  checkCount,
  checkNumber,
  checkOptions,
  nearestOf,
  OptionError,
  showValue,
} from "../../base/errors.js";
import { cos } from "../../base/math/index.js";

/** The factor is always the same. */
export interface ConstantSchedule {
  kind: "constant";
  factor: number;
}

/** The factor is multiplied by `factor` every so many steps, or at these steps. */
export interface StepSchedule {
  kind: "step";
  every?: number;
  at?: number[];
  factor: number;
}

/** The factor falls from 1 to `least` over `steps` steps along half a cosine. */
export interface CosineSchedule {
  kind: "cosine";
  steps: number;
  least: number;
}

/** The factor rises in a line from `from` to 1 over `steps` steps; then `after` begins with its step 0. */
export interface WarmupSchedule {
  kind: "warmup";
  steps: number;
  from: number;
  after: ConstantSchedule | StepSchedule | CosineSchedule;
}

/** What `schedule.constant` and its kin make, in plain JSON. */
export type Schedule = ConstantSchedule | StepSchedule | CosineSchedule | WarmupSchedule;

/** factor(t) = factor. Throws an OptionError unless it is a number of at least 0. */
export function constant(factor = 1): ConstantSchedule {
  checkFactor("schedule.constant", "factor", factor);
  return { kind: "constant", factor };
}

/**
 * Steps down (PyTorch's StepLR and MultiStepLR): with k the number of whole stretches of `every` steps that are over, or of
 * the steps listed that are reached,
 *
 *     factor(t) = factor^k
 *
 *     schedule.step(1000)                         // a tenth after each 1000 steps
 *     schedule.step([600, 900], { factor: 0.3 })
 *
 * Throws an OptionError unless `every` is a count, or a list of steps that rise.
 *
 * @param options factor: default 0.1
 */
export function step(every: number | readonly number[], options: { factor?: number } = {}): StepSchedule {
  checkOptions("schedule.step", options, ["factor"]);
  const { factor = 0.1 } = options;
  checkFactor("schedule.step", "factor", factor);
  if (typeof every === "number") {
    checkCount("schedule.step", "every", every);
    return { kind: "step", every, factor };
  }
  const rises =
    Array.isArray(every) &&
    every.length > 0 &&
    every.every((at, place) => Number.isInteger(at) && at > (place === 0 ? 0 : every[place - 1]));
  if (!rises)
    throw new OptionError(
      `schedule.step takes a number of steps, or a list of steps that rise, such as [600, 900]; got ${showValue(every)}.`,
    );
  return { kind: "step", at: [...every], factor };
}

/**
 * Cosine annealing without restarts (Loshchilov & Hutter 2017, equation 5; PyTorch's CosineAnnealingLR):
 *
 *     factor(t) = least + (1 − least)·(1 + cos(π·t/steps))/2 for t < steps,   then least
 *
 * `steps` is usually all that are to be trained. Throws an OptionError unless it is a count, and `least` from 0 to 1.
 *
 * @param options least: default 0
 */
export function cosine(steps: number, options: { least?: number } = {}): CosineSchedule {
  checkOptions("schedule.cosine", options, ["least"]);
  const { least = 0 } = options;
  checkCount("schedule.cosine", "steps", steps);
  checkNumber("schedule.cosine", "least", least, "a number from 0 to 1", (value) => value >= 0 && value <= 1);
  return { kind: "cosine", steps, least };
}

/**
 * Warm-up (Goyal et al. 2017, section 2.2; PyTorch's LinearLR, then `after`):
 *
 *     factor(t) = from + (1 − from)·t/steps for t < steps,   then that of `after` at t − steps
 *
 *     schedule.warmup(100, schedule.cosine(900))
 *
 * Throws an OptionError unless `steps` is a count and `from` a number from 0 to 1.
 *
 * @param after what follows; default: constant()
 * @param options from: default 1/steps, so that the first step moves something
 */
export function warmup(
  steps: number,
  after: ConstantSchedule | StepSchedule | CosineSchedule = constant(),
  options: { from?: number } = {},
): WarmupSchedule {
  checkOptions("schedule.warmup", options, ["from"]);
  checkCount("schedule.warmup", "steps", steps);
  const { from = 1 / steps } = options;
  checkNumber("schedule.warmup", "from", from, "a number from 0 to 1", (value) => value >= 0 && value <= 1);
  const next = checkSchedule("schedule.warmup: after", after);
  if (next.kind === "warmup")
    throw new OptionError("schedule.warmup: one warm-up after another says nothing. Make it one.");
  return { kind: "warmup", steps, from, after: next };
}

/** The factor for the step after `step` steps were done: at(schedule.cosine(100), 50) is 0.5. */
export function at(given: Schedule, step: number): number {
  switch (given.kind) {
    case "constant":
      return given.factor;
    case "step":
      return power(given.factor, stretches(given, step));
    case "cosine": {
      const { steps, least } = given;
      return step >= steps ? least : least + ((1 - least) * (1 + cos((Math.PI * step) / steps))) / 2;
    }
    case "warmup": {
      const { steps, from, after } = given;
      return step < steps ? from + ((1 - from) * step) / steps : at(after, step - steps);
    }
  }
}

const KINDS = ["constant", "step", "cosine", "warmup"];

/** The schedule with its defaults; throws an OptionError for what is none, whatever wrote it. */
export function checkSchedule(owner: string, given: unknown): Schedule {
  if (typeof given !== "object" || given === null || !("kind" in given))
    throw new OptionError(
      `${owner}: a schedule is needed, such as schedule.cosine(1000); got ${showValue(given)}.`,
    );
  const { kind, ...options } = given as Schedule;
  try {
    switch (kind) {
      case "constant":
        checkOptions("schedule.constant", options, ["factor"]);
        return constant((options as Partial<ConstantSchedule>).factor);
      case "step": {
        const { every, at: steps, ...others } = options as Partial<StepSchedule>;
        if ((every === undefined) === (steps === undefined))
          throw new OptionError("schedule.step takes either `every` or `at`.");
        return step(every ?? steps ?? [], others);
      }
      case "cosine": {
        const { steps, ...others } = options as CosineSchedule;
        return cosine(steps, others);
      }
      case "warmup": {
        const { steps, after, ...others } = options as WarmupSchedule;
        return warmup(steps, after, others);
      }
    }
  } catch (error) {
    throw error instanceof OptionError ? new OptionError(`${owner}: ${error.message}`) : error;
  }
  const nearest = nearestOf(String(kind), KINDS);
  throw new OptionError(
    `${owner}: there is no schedule ${showValue(kind)}.${nearest === undefined ? "" : ` Did you mean "${nearest}"?`} ` +
      `Schedules: ${KINDS.join(", ")}.`,
  );
}

function checkFactor(owner: string, option: string, factor: number): void {
  checkNumber(owner, option, factor, "a number of at least 0", (value) => value >= 0);
}

function stretches({ every, at: steps = [] }: StepSchedule, step: number): number {
  return every === undefined ? steps.filter((reached) => step >= reached).length : Math.floor(step / every);
}

/** By products alone, whose bits are the same on every machine. */
function power(base: number, exponent: number): number {
  let result = 1;
  for (let square = base, rest = exponent; rest > 0; square *= square, rest = Math.floor(rest / 2))
    if (rest % 2 === 1) result *= square;
  return result;
}
