import { checkCount, checkOptions, OptionError, showValue } from "../../base/errors.js";
import { checkDType, type DType, kernelsFor } from "../../tensor/backends.js";
import type { Convolution } from "../../tensor/kernels/windows.js";
import { type Tensor, zeros } from "../../tensor/tensor.js";
import { freshWorkspace, type Workspace } from "../../tensor/workspace.js";
import { type Initializer, initialize, type RandomSource, randomOf } from "../initializers.js";
import { Parameter } from "../parameter.js";
import {
  checkImages,
  type Extent,
  extentOf,
  type Frame,
  frameOf,
  showExtent,
  windowsOver,
} from "../windows.js";
import { checkBackward, checkInputDType, Layer } from "./layer.js";
import { WeightStandardization } from "./weight-standardization.js";

export interface Conv2dOptions {
  /** How far the kernel moves, in places: a number or [rows, columns]. Default 1. */
  stride?: Extent;
  /**
   * Zeros around the image: a number of places or [rows, columns]. "same": as many as the output needs to have the image's
   * size, with stride 1; of an odd number the larger half stands below and behind. Default 0.
   */
  padding?: Extent | "same";
  /** Whether the layer adds a bias to each channel. Useless before BatchNorm, which takes the mean off again. Default true. */
  bias?: boolean;
  /** Whether it convolves with standardized weights; see WeightStandardization. Default false. */
  weightStandardization?: boolean;
  /** Default "kaiming". Inputs of a value are inChannels·kernel, outputs outChannels·kernel; the bias starts at 0. */
  init?: Initializer;
  /** Default "float32". */
  dtype?: DType;
  /** A seed or a stream for the initial weights. */
  random?: RandomSource;
}

const OPTIONS = ["stride", "padding", "bias", "weightStandardization", "init", "dtype", "random"];

interface Kept {
  x: Tensor;
  shape: Convolution;
  /** The weight that convolved. */
  weight: Tensor;
  output: Tensor;
}

/**
 * A 2-d convolution, which is a cross-correlation in this field (LeCun et al. 1998): for x [N, inChannels, H, W], weight
 * [outChannels, inChannels, kh, kw] and bias [outChannels]
 *
 *     y[n, o, i, j] = bias[o] + Σ_{c, a, b} weight[o, c, a, b] · x[n, c, i·stride + a − padding, j·stride + b − padding]
 *
 * where x outside the image is 0. The output is [N, outChannels, ⌊(H + 2·padding − kh)/stride⌋ + 1, the same of W].
 *
 * Backward, with g = ∂loss/∂y: ∂loss/∂weight and ∂loss/∂x are the sums of g times the other factor over all products above,
 * ∂loss/∂bias[o] = Σ over images and places of g[n, o].
 *
 *     new Conv2d(1, 8, 3, { padding: "same" }).forward(zeros([2, 1, 28, 28])).shape;   // [2, 8, 28, 28]
 *
 * @throws ShapeError for an input that is not [N, inChannels, H, W], and for a kernel larger than the padded image.
 */
export class Conv2d extends Layer {
  readonly inChannels: number;
  readonly outChannels: number;
  /** Rows and columns. */
  readonly kernelSize: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number] | "same";
  readonly dtype: DType;
  readonly weight: Parameter;
  /** Zeros that nobody trains when the layer was made with { bias: false }. */
  readonly bias: Parameter;
  readonly hasBias: boolean;
  readonly weightStandardization: boolean;
  private readonly frame: Frame;
  private readonly standardization: WeightStandardization | null;
  private kept?: Kept;

  constructor(inChannels: number, outChannels: number, kernelSize: Extent, options: Conv2dOptions = {}) {
    super();
    checkOptions("Conv2d", options, OPTIONS);
    checkCount("Conv2d", "inChannels", inChannels);
    checkCount("Conv2d", "outChannels", outChannels);
    const { stride = 1, padding = 0, bias = true, init = "kaiming", dtype = "float32", random } = options;
    checkDType("Conv2d", dtype);
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.kernelSize = extentOf("Conv2d", "kernelSize", kernelSize);
    this.stride = extentOf("Conv2d", "stride", stride);
    this.padding = checkPadding(padding, this.stride);
    this.frame = this.padding === "same" ? sameFrame(this.kernelSize) : frameOf(this.padding);
    this.dtype = dtype;
    this.hasBias = bias;
    const [kernelHeight, kernelWidth] = this.kernelSize;
    const window = kernelHeight * kernelWidth;
    this.weight = new Parameter(zeros([outChannels, inChannels, kernelHeight, kernelWidth], dtype));
    this.bias = new Parameter(zeros([outChannels], dtype));
    initialize(this.weight.value, init, inChannels * window, outChannels * window, randomOf(random));
    this.weightStandardization = options.weightStandardization ?? false;
    this.standardization = this.weightStandardization ? new WeightStandardization(this.weight) : null;
  }

  /** The weight that the layer convolves with: its own, or the standardized one. */
  effectiveWeight(workspace: Workspace = freshWorkspace): Tensor {
    return this.standardization?.forward(workspace) ?? this.weight.value;
  }

  /** How its kernel lies over images of this shape. Throws a ShapeError when it can't. */
  shapeFor(shape: readonly number[]): Convolution {
    checkImages("Conv2d", shape, this.inChannels);
    const [n, inChannels, height, width] = shape;
    const { outChannels, kernelSize, stride, frame } = this;
    return {
      n,
      inChannels,
      outChannels,
      ...windowsOver("Conv2d", [height, width], kernelSize, stride, frame),
    };
  }

  forward(x: Tensor, workspace: Workspace = freshWorkspace): Tensor {
    checkInputDType("Conv2d", x, this.dtype);
    const shape = this.shapeFor(x.shape);
    const { n, outChannels, outHeight, outWidth } = shape;
    const output = workspace.tensor(this, "output", [n, outChannels, outHeight, outWidth], this.dtype);
    const weight = this.effectiveWeight(workspace);
    const bias = this.hasBias ? this.bias.value.data : null;
    kernelsFor(this.dtype).convolve({ x: x.data, weight: weight.data, bias, out: output.data, ...shape });
    this.kept = { x, shape, weight, output };
    return output;
  }

  backward(gradOutput: Tensor, workspace: Workspace = freshWorkspace): Tensor {
    const { x, shape, weight } = checkBackward("Conv2d", this.kept, gradOutput);
    const kernels = kernelsFor(this.dtype);
    const { standardization } = this;
    const gradWeight = standardization
      ? workspace.tensor(this, "gradWeight", this.weight.value.shape, this.dtype)
      : this.weight.gradient;
    const gradBias = this.hasBias ? this.bias.gradient.data : null;
    const gradOut = gradOutput.data;
    kernels.convolveBackwardWeight({ x: x.data, gradOut, gradWeight: gradWeight.data, gradBias, ...shape });
    standardization?.backward(gradWeight);
    const gradInput = workspace.tensor(this, "gradInput", x.shape, this.dtype);
    kernels.convolveBackwardInput({ gradOut, weight: weight.data, gradInput: gradInput.data, ...shape });
    return gradInput;
  }

  override namedParameters(): [name: string, parameter: Parameter][] {
    const weight: [string, Parameter] = ["weight", this.weight];
    return this.hasBias ? [weight, ["bias", this.bias]] : [weight];
  }

  protected override settings(): string[] {
    const { stride, padding } = this;
    const framed = padding === "same" ? "same" : showExtent(padding);
    return [
      String(this.inChannels),
      String(this.outChannels),
      showExtent(this.kernelSize),
      ...(showExtent(stride) === "1" ? [] : [`stride: ${showExtent(stride)}`]),
      ...(framed === "0" ? [] : [`padding: ${framed}`]),
      ...(this.hasBias ? [] : ["bias: false"]),
      ...(this.weightStandardization ? ["weightStandardization"] : []),
    ];
  }
}

function checkPadding(
  padding: Extent | "same",
  stride: readonly [number, number],
): readonly [number, number] | "same" {
  if (padding !== "same") {
    if (typeof padding === "string")
      throw new OptionError(
        `Conv2d: padding must be a number, [rows, columns] or "same"; got ${showValue(padding)}.`,
      );
    return extentOf("Conv2d", "padding", padding, 0);
  }
  if (stride[0] !== 1 || stride[1] !== 1)
    throw new OptionError(
      `Conv2d: padding "same" keeps the image's size, which a stride of ${showExtent(stride)} changes. Give a number, ` +
        "such as 1 for a kernel of 3.",
    );
  return padding;
}

function sameFrame([rows, columns]: readonly [number, number]): Frame {
  const [top, left] = [Math.floor((rows - 1) / 2), Math.floor((columns - 1) / 2)];
  return { top, bottom: rows - 1 - top, left, right: columns - 1 - left };
}
