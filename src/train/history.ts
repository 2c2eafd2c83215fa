import { jupyterDisplay, type MimeBundle } from "../base/kernel.js";
import { type Table, type TableRecord, table } from "../report/table.js";
import type { Evaluation } from "./evaluate.js";
import { historyFigure } from "./history-figure.js";

/** Why the training ended: all steps done, early stopping (after the last step, too), or the AbortSignal. */
export type Stopped = "finished" | "early" | "aborted";

/** The course of loss and accuracy on one split, at the steps of `evaluatedAt`. */
export interface EvaluationCourse {
  loss: Float64Array;
  accuracy: Float64Array;
}

/** What `Trainer.fit` recorded. Steps count from the first fit() of the trainer; step 0 is before any training. */
export class History {
  /** How many steps had been done before this fit(): 0 unless it went on from another or from a checkpoint. */
  readonly firstStep: number;
  /** The training loss of each step, before its update. */
  readonly loss: Float64Array;
  /** The number of steps done at each evaluation; the first one is before the training. */
  readonly evaluatedAt: Int32Array;
  /** By name of the split: "validation", and those given as `evaluate`. */
  readonly evaluations: Record<string, EvaluationCourse>;
  /** The number of steps done at each probe. */
  readonly probedAt: Int32Array;
  /** A series for each quantity probed, at the steps of `probedAt`. */
  readonly probes: Record<string, Float64Array>;
  readonly stopped: Stopped;

  constructor(recorded: {
    firstStep: number;
    loss: Float64Array;
    evaluatedAt: Int32Array;
    evaluations: Record<string, EvaluationCourse>;
    probedAt: Int32Array;
    probes: Record<string, Float64Array>;
    stopped: Stopped;
  }) {
    this.firstStep = recorded.firstStep;
    this.loss = recorded.loss;
    this.evaluatedAt = recorded.evaluatedAt;
    this.evaluations = recorded.evaluations;
    this.probedAt = recorded.probedAt;
    this.probes = recorded.probes;
    this.stopped = recorded.stopped;
  }

  /** Empty without a validation split. */
  get validationLoss(): Float64Array {
    return this.evaluations.validation?.loss ?? new Float64Array(0);
  }

  /** Share of examples classified correctly, 0 to 1; empty without a validation split. */
  get validationAccuracy(): Float64Array {
    return this.evaluations.validation?.accuracy ?? new Float64Array(0);
  }

  /** A row for each evaluation: the steps done, the mean training loss since the evaluation before, and the results. */
  toTable(): Table {
    const records = Array.from(this.evaluatedAt, (step, row): TableRecord => {
      const since = row === 0 ? step : this.evaluatedAt[row - 1];
      const losses = this.loss.subarray(since - this.firstStep, step - this.firstStep);
      const record: Record<string, unknown> = { step };
      if (losses.length > 0)
        record["training loss"] = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
      for (const [name, course] of Object.entries(this.evaluations)) {
        record[`${name} loss`] = course.loss[row];
        record[`${name} accuracy`] = course.accuracy[row];
      }
      return record;
    });
    return table(records, { columns: ["step", "training loss", ...this.courseColumns()] });
  }

  /** A figure of the losses, with the table as its text. */
  [jupyterDisplay](): MimeBundle | Promise<MimeBundle> {
    const table = this.toTable()[jupyterDisplay]();
    const figure = historyFigure(this);
    if (!figure) return table;
    const withText = (drawn: object): MimeBundle => ({ ...drawn, "text/plain": table["text/plain"] });
    const drawn = figure[jupyterDisplay]();
    return drawn instanceof Promise ? drawn.then(withText) : withText(drawn);
  }

  private courseColumns(): string[] {
    return Object.keys(this.evaluations).flatMap((name) => [`${name} loss`, `${name} accuracy`]);
  }
}

/** Collects what a History holds while the training runs. */
export class Recorder {
  constructor(private readonly firstStep: number) {}

  private readonly loss: number[] = [];
  private readonly evaluatedAt: number[] = [];
  private readonly evaluations: Record<string, { loss: number[]; accuracy: number[] }> = {};
  private readonly probedAt: number[] = [];
  private readonly probes: Record<string, number[]> = {};

  step(loss: number): void {
    this.loss.push(loss);
  }

  evaluation(step: number, results: Record<string, Evaluation>): void {
    this.evaluatedAt.push(step);
    for (const [name, { loss, accuracy }] of Object.entries(results)) {
      this.evaluations[name] ??= { loss: [], accuracy: [] };
      this.evaluations[name].loss.push(loss);
      this.evaluations[name].accuracy.push(accuracy);
    }
  }

  probe(step: number, values: Record<string, number>): void {
    this.probedAt.push(step);
    for (const [name, value] of Object.entries(values)) {
      this.probes[name] ??= [];
      this.probes[name].push(value);
    }
  }

  history(stopped: Stopped): History {
    return new History({
      firstStep: this.firstStep,
      loss: Float64Array.from(this.loss),
      evaluatedAt: Int32Array.from(this.evaluatedAt),
      evaluations: mapValues(this.evaluations, ({ loss, accuracy }) => ({
        loss: Float64Array.from(loss),
        accuracy: Float64Array.from(accuracy),
      })),
      probedAt: Int32Array.from(this.probedAt),
      probes: mapValues(this.probes, (values) => Float64Array.from(values)),
      stopped,
    });
  }
}

function mapValues<From, To>(record: Record<string, From>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
