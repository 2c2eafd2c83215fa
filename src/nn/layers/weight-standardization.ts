import { kernelsFor } from "../../tensor/backends.js";
import { type Tensor, zeros } from "../../tensor/tensor.js";
import { freshWorkspace, type Workspace } from "../../tensor/workspace.js";
import type { Parameter } from "../parameter.js";

/** Beside the variance of the weights. */
export const WEIGHT_STANDARDIZATION_EPS = 1e-5;

/**
 * Weight standardization (Qiao et al. 2019, equation 8): the k weights that make one output, by their own mean and biased
 * variance,
 *
 *     standardized = (weight − mean) / √(variance + 1e-5)
 *
 * so that neither their mean nor their scale is anything that training could change.
 */
export class WeightStandardization {
  private readonly outputs: number;
  private readonly inputs: number;
  private readonly ones: Tensor;
  private readonly none: Tensor;
  private kept?: { standardized: Tensor; inverseStd: Tensor };

  /** @param weight of which each weight[o] makes one output */
  constructor(private readonly weight: Parameter) {
    const { shape, size, dtype } = weight.value;
    this.outputs = shape[0];
    this.inputs = size / shape[0];
    this.ones = zeros([this.inputs], dtype);
    this.ones.data.fill(1);
    this.none = zeros([this.inputs], dtype);
  }

  forward(workspace: Workspace = freshWorkspace): Tensor {
    const { outputs, inputs, weight } = this;
    const { shape, dtype } = weight.value;
    const standardized = workspace.tensor(this, "standardized", shape, dtype);
    const normalized = workspace.tensor(this, "normalized", shape, dtype);
    const inverseStd = workspace.tensor(this, "inverseStd", [outputs], dtype);
    kernelsFor(dtype).groupNormForward({
      x: weight.value.data,
      gamma: this.ones.data,
      beta: this.none.data,
      inverseStd: inverseStd.data,
      normalized: normalized.data,
      out: standardized.data,
      n: outputs,
      c: inputs,
      s: 1,
      groups: 1,
      eps: WEIGHT_STANDARDIZATION_EPS,
    });
    this.kept = { standardized, inverseStd };
    return standardized;
  }

  /** Writes the gradient of the weight from that of the standardized one. */
  backward(gradStandardized: Tensor): void {
    if (!this.kept) return;
    const { outputs, inputs, weight } = this;
    const { dtype } = weight.value;
    // Nobody trains the ones and zeros that stand for gamma and beta.
    const [gradGamma, gradBeta] = [zeros([inputs], dtype), zeros([inputs], dtype)];
    kernelsFor(dtype).groupNormBackward({
      gradOut: gradStandardized.data,
      normalized: this.kept.standardized.data,
      inverseStd: this.kept.inverseStd.data,
      gamma: this.ones.data,
      gradInput: weight.gradient.data,
      gradGamma: gradGamma.data,
      gradBeta: gradBeta.data,
      n: outputs,
      c: inputs,
      s: 1,
      groups: 1,
    });
  }
}
