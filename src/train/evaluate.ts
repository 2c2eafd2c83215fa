import { checkCount, checkOptions, ValueError } from "../base/errors.js";
import type { Split } from "../data/split.js";
import { withForwardMemory } from "../nn/layers/forward-memory.js";
import type { Layer } from "../nn/layers/layer.js";
import { crossEntropy } from "../nn/losses/cross-entropy.js";
import { squaredErrorOfClasses } from "../nn/losses/squared-error-of-classes.js";
import { largestAt } from "../tensor/largest.js";
import { ReusedWorkspace, type Workspace } from "../tensor/workspace.js";
import { undisturbed } from "./observe.js";
import type { LossFunction } from "./training-step.js";

export interface EvaluateOptions {
  /** Default crossEntropy. */
  loss?: LossFunction;
  /** How many examples at a time; says nothing about the result in eval mode. Default 512. */
  batchSize?: number;
  /** "eval" (default), or "train": what happens when eval() was forgotten. The running statistics stay as they were. */
  mode?: "eval" | "train";
}

/** What `evaluate` gives: the mean loss and the share of examples whose largest output is their class's. */
export interface Evaluation {
  loss: number;
  accuracy: number;
}

/**
 * Loss and accuracy of a classifier on a split. The network's modes and state, and what its layers keep
 * for backward(), are afterwards as before.
 */
export function evaluate(network: Layer, data: Split, options: EvaluateOptions = {}): Evaluation {
  checkOptions("evaluate", options, ["loss", "batchSize", "mode"]);
  return evaluateIn(new ReusedWorkspace(), network, data, options);
}

/** Losses that keep nothing of the outputs; a function of the reader's may. */
const OWN_LOSSES: ReadonlySet<LossFunction> = new Set([crossEntropy, squaredErrorOfClasses]);

/** evaluate() with ordinary arrays, where it needs them, from a workspace that the caller keeps for the next time. */
export function evaluateIn(
  ordinary: Workspace,
  network: Layer,
  data: Split,
  options: EvaluateOptions,
): Evaluation {
  const { loss = crossEntropy, batchSize = 512, mode = "eval" } = options;
  checkCount("evaluate", "batchSize", batchSize);
  if (data.size === 0) throw new ValueError("evaluate got a split without examples.");
  const look = (workspace: Workspace): Evaluation => {
    let lossSum = 0;
    let right = 0;
    for (let start = 0; start < data.size; start += batchSize) {
      const end = Math.min(start + batchSize, data.size);
      const labels = data.labels.subarray(start, end);
      const outputs = network.forward(
        batchSize >= data.size ? data.inputs : data.inputs.slice(start, end),
        workspace,
      );
      lossSum += loss(outputs, labels, workspace).loss * labels.length;
      const classes = outputs.size / labels.length;
      for (let row = 0; row < labels.length; row++)
        if (largestAt(outputs.data, row * classes, classes) === labels[row]) right++;
    }
    return { loss: lossSum / data.size, accuracy: right / data.size };
  };
  if (!OWN_LOSSES.has(loss)) return undisturbed(network, mode, () => look(ordinary));
  return withForwardMemory(network, data.inputs.dtype, ordinary, (workspace) =>
    undisturbed(network, mode, () => look(workspace)),
  );
}
