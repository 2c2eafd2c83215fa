import { checkCount, checkOptions, OrderError } from "../../base/errors.js";
import type { Tensor } from "../../tensor/tensor.js";
import { ReusedWorkspace } from "../../tensor/workspace.js";
import { allLayers, withLayersKept } from "./all-layers.js";
import { BatchNorm } from "./batch-norm.js";
import { withForwardMemory } from "./forward-memory.js";
import type { Layer } from "./layer.js";

export interface RecalibrateOptions {
  /**
   * Rows of a batch. Default: all of them, which gives the statistics of the whole data. One row that would be
   * left over goes into the batch before it.
   */
  batchSize?: number;
}

/**
 * Computes the running statistics of every BatchNorm in `network` anew, as the average over the batches of
 * `inputs`, each batch b with the weight of its size,
 *
 *     mean = Σ n_b·mean_b / Σ n_b,   variance = Σ n_b·variance_b / Σ n_b   (variance_b unbiased, n_b − 1)
 *
 * for networks whose statistics are stale, because their weights moved after the last batches were
 * seen, or were loaded.
 *
 * All other layers run as in eval(), and all layers' modes and what they keep for backward() are afterwards what
 * they were. Frozen layers stay as they are.
 *
 * @param data the inputs, or a split with `inputs`.
 * @throws OrderError when the network has no BatchNorm with running statistics. After any error the statistics are what they were.
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
  const norms = allLayers(network).filter(
    (layer): layer is BatchNorm => layer instanceof BatchNorm && layer.trackRunningStats && !layer.frozen,
  );
  if (norms.length === 0)
    throw new OrderError("recalibrate: no BatchNorm here has running statistics to compute.");

  const before = norms.flatMap((norm) =>
    norm.namedBuffers().map(([, buffer]) => ({ buffer, values: buffer.data.slice() })),
  );
  try {
    withForwardMemory(network, inputs.dtype, new ReusedWorkspace(), (workspace) =>
      withLayersKept(network, () => {
        network.eval();
        for (const norm of norms) norm.averageBatches();
        const rows = inputs.shape[0];
        for (let start = 0, end = 0; start < rows; start = end) {
          end = Math.min(start + batchSize, rows);
          // One last row alone has no variance.
          if (end === rows - 1) end = rows;
          network.forward(inputs.slice(start, end), workspace);
        }
      }),
    );
  } catch (error) {
    for (const { buffer, values } of before) buffer.data.set(values);
    throw error;
  }
}
