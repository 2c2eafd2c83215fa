import { checkNumber } from "../base/errors.js";
import type { Optimizer, ParameterGroup } from "../nn/optimizers/optimizer.js";
import { at, checkSchedule, type Schedule } from "../nn/schedules/schedule.js";

/** A schedule in plain JSON, or a function of your own: the factor for the step after so many steps. */
export type LearningRateSchedule = Schedule | ((step: number) => number);

/**
 * Multiplies the rates of all groups by the schedule's factor, for the time of one step only: between steps each optimizer
 * has its own rates, which onStep may change and a checkpoint keeps.
 */
export class LearningRates {
  private readonly groups: readonly ParameterGroup[];
  private readonly own: Float64Array;
  readonly factorAt: (step: number) => number;

  constructor(optimizers: readonly Optimizer[], schedule: LearningRateSchedule) {
    this.groups = optimizers.flatMap(({ groups }) => groups);
    this.own = new Float64Array(this.groups.length);
    if (typeof schedule === "function") {
      this.factorAt = (step) => checkedFactor(schedule(step), step);
    } else {
      const checked = checkSchedule("Trainer.fit: schedule", schedule);
      this.factorAt = (step) => at(checked, step);
    }
  }

  /** Runs `update` with the rates of the step after `step` steps. */
  during(step: number, update: () => void): void {
    const { groups, own } = this;
    const factor = this.factorAt(step);
    for (let i = 0; i < groups.length; i++) {
      own[i] = groups[i].learningRate;
      groups[i].learningRate = own[i] * factor;
    }
    try {
      update();
    } finally {
      for (let i = 0; i < groups.length; i++) groups[i].learningRate = own[i];
    }
  }
}

function checkedFactor(factor: number, step: number): number {
  const what = `the schedule's factor for step ${step}`;
  checkNumber("Trainer.fit", what, factor, "a number of at least 0", (value) => value >= 0);
  return factor;
}
