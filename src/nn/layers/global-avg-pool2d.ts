import { kernelsFor } from "../../tensor/backends.js";
import type { Pooling } from "../../tensor/kernels/windows.js";
import type { Tensor } from "../../tensor/tensor.js";
import { freshWorkspace, type Workspace } from "../../tensor/workspace.js";
import { checkImages, frameOf, windowsOver } from "../windows.js";
import { checkBackward, Layer } from "./layer.js";

/**
 * The mean of each channel of each image (Lin et al. 2013): x [N, C, H, W] to [N, C], as a Linear takes it. Takes either dtype.
 *
 *     y[n, c] = (1/(H·W)) Σ_{i, j} x[n, c, i, j]
 *
 * Backward: each value gets 1/(H·W) of its channel's gradient.
 */
export class GlobalAvgPool2d extends Layer {
  private kept?: { x: Tensor; shape: Pooling; output: Tensor };

  forward(x: Tensor, workspace: Workspace = freshWorkspace): Tensor {
    checkImages("GlobalAvgPool2d", x.shape);
    const [n, c, height, width] = x.shape;
    const whole = [height, width] as const;
    const shape = {
      planes: n * c,
      ...windowsOver("GlobalAvgPool2d", whole, whole, whole, frameOf([0, 0])),
    };
    const output = workspace.tensor(this, "output", [n, c], x.dtype);
    kernelsFor(x.dtype).averagePool({ x: x.data, out: output.data, ...shape });
    this.kept = { x, shape, output };
    return output;
  }

  backward(gradOutput: Tensor, workspace: Workspace = freshWorkspace): Tensor {
    const { x, shape } = checkBackward("GlobalAvgPool2d", this.kept, gradOutput);
    const gradInput = workspace.tensor(this, "gradInput", x.shape, x.dtype);
    kernelsFor(x.dtype).averagePoolBackward({
      gradOut: gradOutput.data,
      gradInput: gradInput.data,
      ...shape,
    });
    return gradInput;
  }
}
