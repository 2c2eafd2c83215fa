import { checkOptions, OptionError } from "../../base/errors.js";
import { kernelsFor } from "../../tensor/backends.js";
import type { Pooling } from "../../tensor/kernels/windows.js";
import type { Tensor } from "../../tensor/tensor.js";
import { freshWorkspace, type Workspace } from "../../tensor/workspace.js";
import { checkImages, type Extent, extentOf, frameOf, showExtent, windowsOver } from "../windows.js";
import { checkBackward, Layer } from "./layer.js";

export interface PoolingOptions {
  /** How far the window moves: a number or [rows, columns]. Default: the kernel's size, so that windows share no value. */
  stride?: Extent;
  /** Places around the image, at most half the kernel: a number or [rows, columns]. Default 0. */
  padding?: Extent;
}

/** What MaxPool2d and AvgPool2d share: windows over each channel of each image. Takes either dtype, and has nothing to train. */
export abstract class WindowPooling extends Layer {
  readonly kernelSize: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
  private kept?: { x: Tensor; shape: Pooling; output: Tensor };

  constructor(kernelSize: Extent, options: PoolingOptions = {}) {
    super();
    const name = new.target.name;
    checkOptions(name, options, ["stride", "padding"]);
    this.kernelSize = extentOf(name, "kernelSize", kernelSize);
    this.stride = extentOf(name, "stride", options.stride ?? kernelSize);
    this.padding = extentOf(name, "padding", options.padding ?? 0, 0);
    if (this.padding.some((length, axis) => 2 * length > this.kernelSize[axis]))
      throw new OptionError(
        `${name}: padding must be at most half the kernel, or windows lie outside the image; got ` +
          `${showExtent(this.padding)} for a kernel of ${showExtent(this.kernelSize)}.`,
      );
  }

  /** The windows' values from x. */
  protected abstract pool(x: Tensor, output: Tensor, shape: Pooling): void;

  /** ∂loss/∂x. */
  protected abstract spread(gradOutput: Tensor, x: Tensor, gradInput: Tensor, shape: Pooling): void;

  /** How its windows lie over images of this shape. Throws a ShapeError when they can't. */
  shapeFor(shape: readonly number[]): Pooling {
    checkImages(this.constructor.name, shape);
    const [n, c, height, width] = shape;
    const frame = frameOf(this.padding);
    return {
      planes: n * c,
      ...windowsOver(this.constructor.name, [height, width], this.kernelSize, this.stride, frame),
    };
  }

  forward(x: Tensor, workspace: Workspace = freshWorkspace): Tensor {
    const shape = this.shapeFor(x.shape);
    const [n, c] = x.shape;
    const output = workspace.tensor(this, "output", [n, c, shape.outHeight, shape.outWidth], x.dtype);
    this.pool(x, output, shape);
    this.kept = { x, shape, output };
    return output;
  }

  backward(gradOutput: Tensor, workspace: Workspace = freshWorkspace): Tensor {
    const { x, shape } = checkBackward(this.constructor.name, this.kept, gradOutput);
    const gradInput = workspace.tensor(this, "gradInput", x.shape, x.dtype);
    this.spread(gradOutput, x, gradInput, shape);
    return gradInput;
  }

  protected override settings(): string[] {
    const { kernelSize, stride, padding } = this;
    return [
      showExtent(kernelSize),
      ...(showExtent(stride) === showExtent(kernelSize) ? [] : [`stride: ${showExtent(stride)}`]),
      ...(showExtent(padding) === "0" ? [] : [`padding: ${showExtent(padding)}`]),
    ];
  }
}

/**
 * The largest value of each window of x [N, C, H, W], as PyTorch's: places of the padding count as −∞, and a window with a NaN
 * gives NaN. The output is [N, C, ⌊(H + 2·padding − kernel)/stride⌋ + 1, the same of W].
 *
 * Backward: the gradient of a window goes to its largest value, the first of equal ones.
 */
export class MaxPool2d extends WindowPooling {
  protected pool(x: Tensor, output: Tensor, shape: Pooling): void {
    kernelsFor(x.dtype).maxPool({ x: x.data, out: output.data, ...shape });
  }

  protected spread(gradOutput: Tensor, x: Tensor, gradInput: Tensor, shape: Pooling): void {
    kernelsFor(x.dtype).maxPoolBackward({
      gradOut: gradOutput.data,
      x: x.data,
      gradInput: gradInput.data,
      ...shape,
    });
  }
}

/**
 * The mean of each window of x [N, C, H, W], as PyTorch's: places of the padding count as zeros of the window. The output is
 * [N, C, ⌊(H + 2·padding − kernel)/stride⌋ + 1, the same of W].
 *
 * Backward: each value gets 1/(kernel rows · kernel columns) of the gradient of each window that it is in.
 */
export class AvgPool2d extends WindowPooling {
  protected pool(x: Tensor, output: Tensor, shape: Pooling): void {
    kernelsFor(x.dtype).averagePool({ x: x.data, out: output.data, ...shape });
  }

  protected spread(gradOutput: Tensor, x: Tensor, gradInput: Tensor, shape: Pooling): void {
    kernelsFor(x.dtype).averagePoolBackward({
      gradOut: gradOutput.data,
      gradInput: gradInput.data,
      ...shape,
    });
  }
}
