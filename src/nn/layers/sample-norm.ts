import { checkNumber, checkOptions } from "../../base/errors.js";
import { checkDType, type DType, kernelsFor } from "../../tensor/backends.js";
import { type Tensor, zeros } from "../../tensor/tensor.js";
import { freshWorkspace, type Workspace } from "../../tensor/workspace.js";
import type { ChannelShape } from "../channels.js";
import { Parameter } from "../parameter.js";
import { checkBackward, checkInputDType, Layer } from "./layer.js";

export interface SampleNormOptions {
  /** Added to the variance under the root. Default 1e-5. */
  eps?: number;
  /** Whether gamma and beta are trained. Default true. */
  affine?: boolean;
  /** Whether gamma is trained; without it gamma stays 1. Default: `affine`. */
  scale?: boolean;
  /** Whether beta is trained; without it beta stays 0. Default: `affine`. */
  center?: boolean;
  /** Default "float32". */
  dtype?: DType;
}

/** What forward() fills and backward() needs. */
export interface Normalized {
  x: Tensor;
  shape: ChannelShape;
  normalized: Tensor;
  /** 1/√(variance + eps) of each group of each sample. */
  inverseStd: Tensor;
  output: Tensor;
}

/**
 * What LayerNorm, GroupNorm, InstanceNorm and RMSNorm share: every sample is normalized by its own mean and variance, group by group
 * of its channels, so that training and evaluation are the same and no batch is too small.
 */
export abstract class SampleNorm extends Layer {
  readonly eps: number;
  readonly scale: boolean;
  readonly center: boolean;
  readonly dtype: DType;
  readonly gamma: Parameter;
  readonly beta: Parameter;
  /** Groups of each sample that are normalized by themselves. */
  readonly groupCount: number;
  private kept?: Normalized;

  /** @param usual what stands for scale and center when neither they nor `affine` are given */
  constructor(
    features: number,
    groups: number,
    options: SampleNormOptions,
    usual: { scale?: boolean; center?: boolean } = {},
  ) {
    super();
    const name = new.target.name;
    checkOptions(name, options, ["eps", "affine", "scale", "center", "dtype"]);
    const { eps = 1e-5, affine, dtype = "float32" } = options;
    checkNumber(name, "eps", eps, "a number of at least 0", (value) => value >= 0);
    checkDType(name, dtype);
    this.eps = eps;
    this.scale = options.scale ?? affine ?? usual.scale ?? true;
    this.center = options.center ?? affine ?? usual.center ?? true;
    this.dtype = dtype;
    this.groupCount = groups;
    this.gamma = new Parameter(zeros([features], dtype));
    this.beta = new Parameter(zeros([features], dtype));
    this.gamma.value.data.fill(1);
  }

  /** The input's shape as samples, channels and places; throws a ShapeError when it does not fit. */
  protected abstract shapeOf(x: Tensor): ChannelShape;

  forward(x: Tensor, workspace: Workspace = freshWorkspace): Tensor {
    checkInputDType(this.constructor.name, x, this.dtype);
    const shape = this.shapeOf(x);
    const normalized = workspace.tensor(this, "normalized", x.shape, this.dtype);
    const inverseStd = workspace.tensor(this, "inverseStd", [shape.n, this.groupCount], this.dtype);
    const output = workspace.tensor(this, "output", x.shape, this.dtype);
    this.kept = { x, shape, normalized, inverseStd, output };
    this.normalize(this.kept);
    return output;
  }

  backward(gradOutput: Tensor, workspace: Workspace = freshWorkspace): Tensor {
    const kept = checkBackward(this.constructor.name, this.kept, gradOutput);
    const gradInput = workspace.tensor(this, "gradInput", kept.x.shape, this.dtype);
    this.gradients(kept, gradOutput, gradInput);
    return gradInput;
  }

  /** Fills inverseStd, normalized and output. */
  protected normalize({ x, shape, inverseStd, normalized, output }: Normalized): void {
    kernelsFor(this.dtype).groupNormForward({
      x: x.data,
      gamma: this.gamma.value.data,
      beta: this.beta.value.data,
      inverseStd: inverseStd.data,
      normalized: normalized.data,
      out: output.data,
      ...shape,
      groups: this.groupCount,
      eps: this.eps,
    });
  }

  /** Fills the gradients of gamma, beta and the input. */
  protected gradients(kept: Normalized, gradOutput: Tensor, gradInput: Tensor): void {
    const { shape, normalized, inverseStd } = kept;
    kernelsFor(this.dtype).groupNormBackward({
      gradOut: gradOutput.data,
      normalized: normalized.data,
      inverseStd: inverseStd.data,
      gamma: this.gamma.value.data,
      gradInput: gradInput.data,
      gradGamma: this.gamma.gradient.data,
      gradBeta: this.beta.gradient.data,
      ...shape,
      groups: this.groupCount,
    });
  }

  override namedParameters(): [name: string, parameter: Parameter][] {
    const named: [string, Parameter][] = [];
    if (this.scale) named.push(["gamma", this.gamma]);
    if (this.center) named.push(["beta", this.beta]);
    return named;
  }
}
