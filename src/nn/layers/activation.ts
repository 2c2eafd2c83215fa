import { kernelsFor } from "../../tensor/backends.js";
import type { Kernels } from "../../tensor/kernels/kernels.js";
import type { Tensor } from "../../tensor/tensor.js";
import { freshWorkspace, type Workspace } from "../../tensor/workspace.js";
import { checkBackward, Layer } from "./layer.js";

/**
 * A function applied to each element, whose derivative follows from its output alone. Takes any shape and
 * either dtype.
 */
export abstract class Activation extends Layer {
  /** The kernels that compute it, forward and backward. */
  protected abstract readonly forwardKernel: "relu" | "sigmoid" | "tanh";
  protected abstract readonly backwardKernel: "reluBackward" | "sigmoidBackward" | "tanhBackward";
  private kept?: { output: Tensor };

  forward(x: Tensor, workspace: Workspace = freshWorkspace): Tensor {
    const kernels: Kernels = kernelsFor(x.dtype);
    const output = workspace.tensor(this, "output", x.shape, x.dtype);
    kernels[this.forwardKernel](x.data, output.data, x.size);
    this.kept = { output };
    return output;
  }

  backward(gradOutput: Tensor, workspace: Workspace = freshWorkspace): Tensor {
    const { output } = checkBackward(this.constructor.name, this.kept, gradOutput);
    const kernels: Kernels = kernelsFor(output.dtype);
    const gradInput = workspace.tensor(this, "gradInput", output.shape, output.dtype);
    kernels[this.backwardKernel](gradOutput.data, output.data, gradInput.data, output.size);
    return gradInput;
  }
}
