import { type Tensor, zeros } from "../../tensor/tensor.js";
import type { Workspace } from "../../tensor/workspace.js";
import type { Loss } from "./cross-entropy.js";
import { meanSquaredError } from "./mean-squared-error.js";

/** meanSquaredError between the outputs and 1 for the label's class, 0 for the others. */
export function squaredErrorOfClasses(outputs: Tensor, labels: Int32Array, workspace?: Workspace): Loss {
  const classes = outputs.size / labels.length;
  const target = zeros(outputs.shape, outputs.dtype);
  labels.forEach((label, row) => {
    target.data[row * classes + label] = 1;
  });
  return meanSquaredError(outputs, target, workspace);
}
