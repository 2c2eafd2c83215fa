import { ShapeError } from "../../base/errors.js";
import { showShape, type Tensor } from "../../tensor/tensor.js";
import { freshWorkspace, type Workspace } from "../../tensor/workspace.js";
import { checkBackward, Layer } from "./layer.js";

/** x [N, C, H, W], or any other [N, …], to [N, C·H·W]: the same numbers under another shape. Takes either dtype. */
export class Flatten extends Layer {
  private kept?: { shape: readonly number[]; output: Tensor };

  forward(x: Tensor, workspace: Workspace = freshWorkspace): Tensor {
    if (x.shape.length < 2 || x.size === 0)
      throw new ShapeError(`Flatten takes [N, …] with at least one example; got ${showShape(x.shape)}.`);
    const output = workspace.tensor(this, "output", [x.shape[0], x.size / x.shape[0]], x.dtype);
    output.data.set(x.data);
    this.kept = { shape: x.shape, output };
    return output;
  }

  backward(gradOutput: Tensor, workspace: Workspace = freshWorkspace): Tensor {
    const { shape } = checkBackward("Flatten", this.kept, gradOutput);
    const gradInput = workspace.tensor(this, "gradInput", shape, gradOutput.dtype);
    gradInput.data.set(gradOutput.data);
    return gradInput;
  }
}
