import type { Tensor } from "../../tensor/tensor.js";
import type { Workspace } from "../../tensor/workspace.js";
import type { Loss } from "./cross-entropy.js";

/** The loss of a batch: crossEntropy, or a function of your own with the same signature. */
export type LossFunction = (outputs: Tensor, labels: Int32Array, workspace?: Workspace) => Loss;
