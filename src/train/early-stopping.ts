import { checkCount, checkNumber, checkOptions, OptionError } from "../base/errors.js";
import type { Layer } from "../nn/layers/layer.js";
import type { Tensor } from "../tensor/tensor.js";
import type { CarryOver } from "./carry-over.js";
import type { Evaluation } from "./evaluate.js";

/**
 * When to end before all steps are done. It judges the validation split before the training and every `evaluateEvery` steps;
 * the evaluations at the start and the end of each fit() are recorded only, so that a training in pieces, each with the
 * same earlyStop, stops where the whole one does. A fit() after it has stopped does nothing, unless its earlyStop asks for more.
 */
export interface EarlyStop {
  /** Stop as soon as the validation accuracy is at least this. */
  accuracy?: number;
  /** Stop after so many evaluations without a new best value of `metric`. */
  patience?: number;
  /** Default "loss". */
  metric?: "loss" | "accuracy";
  /**
   * At the end, put back the parameters that had the best value of `metric`. The next fit() with it goes on from those of
   * the last step all the same, and one without it from the best ones. Default false.
   */
  restoreBest?: boolean;
}

/** How far early stopping is. */
export interface StoppingState {
  readonly metric: "loss" | "accuracy";
  /** The best value so far: the loss, or minus the accuracy; Infinity when none was a number. */
  best: number;
  /** How many evaluations were judged since. */
  sinceBest: number;
  /** The validation accuracy when it was judged last. */
  accuracy: number;
  /** How many steps had been done then. */
  judgedAt: number;
  /** With restoreBest: the network when it was best. */
  bestState?: Record<string, Tensor>;
  /** The network at the last step, while the best one stands in its place. */
  lastState?: Record<string, Tensor>;
}

export class EarlyStopping {
  private readonly metric: "loss" | "accuracy";
  /** The last evaluation, which may be none that is judged. */
  private latest: { step: number; value: number } | undefined;

  /** Goes on with the state that the carry-over has, where that is of the same metric. */
  constructor(
    private readonly options: EarlyStop | undefined,
    private readonly evaluateEvery: number,
    hasValidation: boolean,
    private readonly network: Layer,
    private readonly carryOver: CarryOver,
  ) {
    checkOptions("earlyStop", options, ["accuracy", "patience", "metric", "restoreBest"]);
    const { accuracy, patience, metric = "loss" } = options ?? {};
    if (options && !hasValidation)
      throw new OptionError(
        "earlyStop judges by the validation split: give fit() one, { validation, earlyStop }.",
      );
    if (accuracy !== undefined)
      checkNumber(
        "earlyStop",
        "accuracy",
        accuracy,
        "a number from 0 to 1",
        (value) => value >= 0 && value <= 1,
      );
    if (patience !== undefined) checkCount("earlyStop", "patience", patience);
    if (metric !== "loss" && metric !== "accuracy")
      throw new OptionError(`earlyStop: metric must be "loss" or "accuracy"; got ${JSON.stringify(metric)}.`);
    this.metric = metric;
  }

  /** To be called before the training: a fit() of its own forgets the one before, one that goes on puts its last step back. */
  begin(): void {
    const { carryOver, network, options } = this;
    const { stopping } = carryOver;
    if (!stopping) return;
    const goesOn = options !== undefined && stopping.metric === this.metric;
    if (!goesOn) carryOver.stopping = undefined;
    // After it has stopped, the best parameters stay where they are.
    else if (this.isOver(stopping)) return;
    else if (stopping.lastState && options.restoreBest && holds(network, stopping.bestState))
      network.loadStateDict(stopping.lastState);
    stopping.lastState = undefined;
  }

  shouldStop(step: number, validation: Evaluation | undefined): boolean {
    if (!validation || !this.options) return false;
    const { loss, accuracy } = validation;
    const value = this.metric === "loss" ? loss : -accuracy;
    this.latest = { step, value };
    const { stopping } = this.carryOver;
    const state = stopping ?? {
      metric: this.metric,
      best: Number.POSITIVE_INFINITY,
      sinceBest: 0,
      accuracy,
      judgedAt: step,
    };
    this.carryOver.stopping = state;
    if (!stopping || (step % this.evaluateEvery === 0 && step > state.judgedAt)) {
      state.judgedAt = step;
      state.accuracy = accuracy;
      if (value < state.best) {
        state.best = value;
        state.sinceBest = 0;
        state.bestState = this.options.restoreBest ? this.network.stateDict() : undefined;
      } else {
        state.sinceBest++;
      }
    }
    return this.isOver(state);
  }

  /** Puts the best parameters back; those of the last step are kept for a fit() that goes on. */
  restoreBest(step: number): void {
    const { latest, network } = this;
    const state = this.carryOver.stopping;
    if (!this.options?.restoreBest || !state?.bestState || state.lastState) return;
    // An evaluation at the end that is not judged may still be the best one.
    if (latest?.step === step && (latest.value < state.best || holds(network, state.bestState))) return;
    state.lastState = network.stateDict();
    network.loadStateDict(state.bestState);
  }

  private isOver({ accuracy, sinceBest }: StoppingState): boolean {
    const { accuracy: enough, patience } = this.options ?? {};
    if (enough !== undefined && accuracy >= enough) return true;
    return patience !== undefined && sinceBest >= patience;
  }
}

/** Whether the network has exactly this state. */
function holds(network: Layer, state: Record<string, Tensor> | undefined): boolean {
  if (!state) return false;
  return Object.entries(network.stateDict()).every(
    ([name, { data }]) =>
      data.length === state[name]?.size && data.every((value, i) => Object.is(value, state[name].data[i])),
  );
}
