import { checkCount, checkOptions, OrderError } from "../../base/errors.js";
import type { Tensor } from "../../tensor/tensor.js";
import { BatchNorm } from "./batch-norm.js";
import type { Layer } from "./layer.js";

export interface RecalibrateOptions {
  /** Rows of a batch. Default: all of them, which gives the statistics of the whole data. */
  batchSize?: number;
}

/**
 * Computes the running statistics of every BatchNorm in `network` anew, as the average over the batches of
 * `inputs`: for networks whose statistics are stale, because their weights moved after the last batches were
 * seen, or were loaded.
 *
 * All other layers run as in eval(), and the modes are afterwards what they were. Frozen layers stay as they
 * are.
 *
 * @param data the inputs, or a split with `inputs`.
 * @throws OrderError when the network has no BatchNorm with running statistics.
 */
export function recalibrate(
  network: Layer,
  data: Tensor | { inputs: Tensor },
  options: RecalibrateOptions = {},
): void {
  checkOptions("recalibrate", options, ["batchSize"]);
  const inputs = "inputs" in data ? data.inputs : data;
  const { batchSize = inputs.shape[0] } = options;
  checkCount("recalibrate", "batchSize", batchSize, 2);
  const all = layersOf(network);
  const norms = all.filter(
    (layer): layer is BatchNorm => layer instanceof BatchNorm && layer.trackRunningStats && !layer.frozen,
  );
  if (norms.length === 0)
    throw new OrderError("recalibrate: no BatchNorm here has running statistics to compute.");
  const modes = all.map((layer) => layer.training);

  for (const layer of all) layer.training = false;
  for (const norm of norms) norm.averageBatches(true);
  try {
    for (let start = 0; start < inputs.shape[0]; start += batchSize) {
      const batch = inputs.slice(start, start + batchSize);
      // One last row alone has no variance; the other batches speak for it.
      if (batch.shape[0] > 1 || start === 0) network.forward(batch);
    }
  } finally {
    for (const norm of norms) norm.averageBatches(false);
    all.forEach((layer, place) => {
      layer.training = modes[place];
    });
  }
}

/** A layer and all that are inside it. */
function layersOf(layer: Layer): Layer[] {
  return [layer, ...layer.children().flatMap(layersOf)];
}
