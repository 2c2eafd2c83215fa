import { checkCount, checkNumber, checkOptions, OptionError } from "../base/errors.js";
import type { Layer } from "../nn/layers/layer.js";
import type { Tensor } from "../tensor/tensor.js";
import type { Evaluation } from "./evaluate.js";

/** When to end before all steps are done; judged at each evaluation of the validation split. */
export interface EarlyStop {
  /** Stop as soon as the validation accuracy is at least this. */
  accuracy?: number;
  /** Stop after so many evaluations without a new best value of `metric`. */
  patience?: number;
  /** Default "loss". */
  metric?: "loss" | "accuracy";
  /** At the end, put back the parameters that had the best value of `metric`. Default false. */
  restoreBest?: boolean;
}

export class EarlyStopping {
  private best = Number.POSITIVE_INFINITY;
  private sinceBest = 0;
  private bestState: Record<string, Tensor> | undefined;

  constructor(
    private readonly options: EarlyStop = {},
    hasValidation: boolean,
    private readonly network: Layer,
  ) {
    checkOptions("earlyStop", options, ["accuracy", "patience", "metric", "restoreBest"]);
    const { accuracy, patience, metric = "loss" } = options;
    if (Object.keys(options).length > 0 && !hasValidation)
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
  }

  shouldStop(validation: Evaluation | undefined): boolean {
    if (!validation) return false;
    const { accuracy, patience, metric = "loss", restoreBest = false } = this.options;
    const value = metric === "loss" ? validation.loss : -validation.accuracy;
    if (value < this.best) {
      this.best = value;
      this.sinceBest = 0;
      if (restoreBest) this.bestState = this.network.stateDict();
    } else {
      this.sinceBest++;
    }
    if (accuracy !== undefined && validation.accuracy >= accuracy) return true;
    return patience !== undefined && this.sinceBest >= patience;
  }

  restoreBest(): void {
    if (this.bestState) this.network.loadStateDict(this.bestState);
  }
}
