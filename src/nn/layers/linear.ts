import { checkCount, checkOptions, ShapeError } from "../../base/errors.js";
import { checkDType, type DType, kernelsFor } from "../../tensor/backends.js";
import { showShape, type Tensor, zeros } from "../../tensor/tensor.js";
import { freshWorkspace, type Workspace } from "../../tensor/workspace.js";
import { type Initializer, initialize, type RandomSource, randomOf } from "../initializers.js";
import { Parameter } from "../parameter.js";
import { checkBackward, checkInputDType, Layer } from "./layer.js";

export interface LinearOptions {
  /** Whether the layer adds a bias. Useless before BatchNorm, which takes the mean off again. Default true. */
  bias?: boolean;
  /** Default "kaiming". The bias starts at 0. */
  init?: Initializer;
  /** Default "float32". */
  dtype?: DType;
  /** A seed or a stream for the initial weights. */
  random?: RandomSource;
}

/**
 * y = x·Wᵀ + b for x [N, inFeatures], with weight W [outFeatures, inFeatures] and bias b [outFeatures].
 *
 * Backward, with g = ∂loss/∂y [N, outFeatures]: ∂loss/∂W = gᵀ·x,  ∂loss/∂b = Σ over rows of g,  ∂loss/∂x = g·W.
 */
export class Linear extends Layer {
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly dtype: DType;
  readonly weight: Parameter;
  /** Zeros that nobody trains when the layer was made with { bias: false }. */
  readonly bias: Parameter;
  readonly hasBias: boolean;
  private kept?: { x: Tensor; output: Tensor };

  constructor(inFeatures: number, outFeatures: number, options: LinearOptions = {}) {
    super();
    checkOptions("Linear", options, ["bias", "init", "dtype", "random"]);
    checkCount("Linear", "inFeatures", inFeatures);
    checkCount("Linear", "outFeatures", outFeatures);
    const { bias = true, init = "kaiming", dtype = "float32", random } = options;
    checkDType("Linear", dtype);
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    this.dtype = dtype;
    this.hasBias = bias;
    this.weight = new Parameter(zeros([outFeatures, inFeatures], dtype));
    this.bias = new Parameter(zeros([outFeatures], dtype));
    initialize(this.weight.value, init, inFeatures, outFeatures, randomOf(random));
  }

  forward(x: Tensor, workspace: Workspace = freshWorkspace): Tensor {
    checkInputDType("Linear", x, this.dtype);
    if (x.shape.length !== 2 || x.shape[1] !== this.inFeatures)
      throw new ShapeError(
        `Linear(${this.inFeatures}, ${this.outFeatures}) takes [N, ${this.inFeatures}]; got ${showShape(x.shape)}.`,
      );
    const kernels = kernelsFor(this.dtype);
    const rows = x.shape[0];
    const output = workspace.tensor(this, "output", [rows, this.outFeatures], this.dtype);
    kernels.matmul({
      ...{ a: x.data, b: this.weight.value.data, out: output.data },
      ...{ m: rows, n: this.outFeatures, k: this.inFeatures },
      ...{ transposeA: false, transposeB: true },
    });
    if (this.hasBias) kernels.addRow(output.data, this.bias.value.data, rows, this.outFeatures);
    this.kept = { x, output };
    return output;
  }

  backward(gradOutput: Tensor, workspace: Workspace = freshWorkspace): Tensor {
    const { x } = checkBackward("Linear", this.kept, gradOutput);
    const kernels = kernelsFor(this.dtype);
    const rows = x.shape[0];
    const { inFeatures, outFeatures } = this;
    kernels.matmul({
      ...{ a: gradOutput.data, b: x.data, out: this.weight.gradient.data },
      ...{ m: outFeatures, n: inFeatures, k: rows },
      ...{ transposeA: true, transposeB: false },
    });
    if (this.hasBias) kernels.sumRows(gradOutput.data, this.bias.gradient.data, rows, outFeatures);
    const gradInput = workspace.tensor(this, "gradInput", x.shape, this.dtype);
    kernels.matmul({
      ...{ a: gradOutput.data, b: this.weight.value.data, out: gradInput.data },
      ...{ m: rows, n: inFeatures, k: outFeatures },
      ...{ transposeA: false, transposeB: false },
    });
    return gradInput;
  }

  protected override settings(): string[] {
    const sizes = [String(this.inFeatures), String(this.outFeatures)];
    return this.hasBias ? sizes : [...sizes, "bias: false"];
  }

  override namedParameters(): [name: string, parameter: Parameter][] {
    const weight: [string, Parameter] = ["weight", this.weight];
    return this.hasBias ? [weight, ["bias", this.bias]] : [weight];
  }
}
