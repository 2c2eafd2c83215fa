import { OptionError, OrderError } from "../base/errors.js";
import { BatchNorm } from "../nn/layers/batch-norm.js";
import type { Layer } from "../nn/layers/layer.js";
import type { BackwardTrace } from "./backward-trace.js";
import { traceBatchNorm } from "./batch-norm-trace.js";

/**
 * The computation graph of a BatchNorm's last forward() and backward(), node by node: values, gradients, formulas, and
 * the staged gradient beside the closed form that backward() computes.
 *
 *     const layer = new BatchNorm(2);
 *     layer.backward(layer.forward(tensor([[1, 2], [2, 4], [6, 0]])));
 *     explain(layer);
 *
 * @throws OrderError before the first backward(), and after Trainer.fit(), whose kernels keep no values to show: run
 *   forward() and backward() on a batch; OptionError for another layer.
 */
export function explain(layer: Layer): BackwardTrace {
  if (!(layer instanceof BatchNorm))
    throw new OptionError(
      `explain() shows the steps of BatchNorm; got ${layer?.constructor?.name ?? String(layer)}. ` +
        "Inside a network it is one of network.layers.",
    );
  const step = layer.lastStep();
  if (!step)
    throw new OrderError(
      "BatchNorm.explain() needs a forward() and then a backward() before it; training with Trainer.fit() leaves none. " +
        "Run network.forward(x) and network.backward(gradient) on the batch that you want to see.",
    );
  if (step.groups.length > 1)
    throw new OrderError(
      `explain() shows one batch's statistics, and the last forward() took those of ${step.groups.length} ghost batches. ` +
        "Run forward() and backward() on one ghost batch.",
    );
  return traceBatchNorm(step);
}

// The method of the layer stands here: layers know nothing of how they are explained.
declare module "../nn/layers/batch-norm.js" {
  interface BatchNorm {
    /** explain(layer): the computation graph of the last forward() and backward(). */
    explain(): BackwardTrace;
  }
}

BatchNorm.prototype.explain = function (this: BatchNorm): BackwardTrace {
  return explain(this);
};
