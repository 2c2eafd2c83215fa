import { checkNumber, checkOptions, ShapeError, ValueError } from "../../base/errors.js";
import { kernelsFor } from "../../tensor/backends.js";
import { sameShape, showShape, type Tensor, zeros } from "../../tensor/tensor.js";
import { freshWorkspace, type Workspace } from "../../tensor/workspace.js";
import { Parameter } from "../parameter.js";
import { checkEachOnce } from "./all-layers.js";
import { checkBackward, Layer } from "./layer.js";

export interface ResidualOptions {
  /**
   * The start of a trained number that multiplies the branch: 0 is SkipInit (De & Smith 2020) and ReZero (Bachlechner et al.
   * 2020), with which a network starts as its shortcuts alone. Default: none, the branch is added as it is.
   */
  scale?: number;
}

/**
 * A branch beside a shortcut (He et al. 2016):
 *
 *     y = shortcut(x) + branch(x),   with { scale }   y = shortcut(x) + scale · branch(x)
 *
 * The shortcut is x itself, or a layer, such as a Conv2d of 1×1, where the branch changes the shape. Takes any shape.
 *
 * Backward, g = ∂loss/∂y: both get g (the branch scale·g), ∂loss/∂x is the sum of what they return, ∂loss/∂scale = Σ g·branch(x).
 *
 *     const branch = new Sequential([new Conv2d(8, 8, 3, { padding: 1 }), new ReLU(), new Conv2d(8, 8, 3, { padding: 1 })]);
 *     new Residual(branch, { scale: 0 });
 *
 * The names in stateDict() start with "branch." and "shortcut."; the trained number is "scale".
 *
 * @throws ShapeError when branch and shortcut give different shapes.
 */
export class Residual extends Layer {
  readonly branch: Layer;
  /** null: x itself. */
  readonly shortcut: Layer | null;
  /** The trained number, of shape []; null without. */
  readonly scale: Parameter | null;
  private kept?: { branchOutput: Tensor; output: Tensor };

  constructor(branch: Layer, options?: ResidualOptions);
  constructor(branch: Layer, shortcut: Layer | null | undefined, options?: ResidualOptions);
  constructor(branch: Layer, second?: Layer | ResidualOptions | null, third?: ResidualOptions) {
    super();
    const shortcut = second instanceof Layer ? second : null;
    const options = third ?? (second instanceof Layer ? {} : (second ?? {}));
    if (!(branch instanceof Layer))
      throw new ValueError(
        "Residual takes the branch, a Layer: new Residual(branch), new Residual(branch, shortcut).",
      );
    checkOptions("Residual", options, ["scale"]);
    checkEachOnce("Residual", shortcut ? [branch, shortcut] : [branch]);
    this.branch = branch;
    this.shortcut = shortcut;
    this.scale = null;
    if (options.scale !== undefined) {
      checkNumber("Residual", "scale", options.scale, "a number", () => true);
      const start = zeros([], dtypeOf(branch));
      start.data[0] = options.scale;
      this.scale = new Parameter(start);
    }
  }

  forward(x: Tensor, workspace: Workspace = freshWorkspace): Tensor {
    const branchOutput = this.branch.forward(x, workspace);
    const past = this.shortcut ? this.shortcut.forward(x, workspace) : x;
    if (!sameShape(branchOutput.shape, past.shape))
      throw new ShapeError(
        `Residual: of ${showShape(x.shape)} the branch makes ${showShape(branchOutput.shape)} and the shortcut ` +
          `${showShape(past.shape)}, which can't be added. Give a shortcut that makes the branch's shape, such as ` +
          "new Conv2d(inChannels, outChannels, 1, { stride }).",
      );
    const { size, dtype } = past;
    const output = workspace.tensor(this, "output", past.shape, dtype);
    const factor = this.scale?.value.data[0] ?? 1;
    kernelsFor(dtype).addScaled(past.data, branchOutput.data, factor, output.data, size);
    this.kept = { branchOutput, output };
    return output;
  }

  backward(gradOutput: Tensor, workspace: Workspace = freshWorkspace): Tensor {
    const { branchOutput } = checkBackward("Residual", this.kept, gradOutput);
    const { size, shape, dtype } = gradOutput;
    const kernels = kernelsFor(dtype);
    let branchGradient = gradOutput;
    if (this.scale) {
      this.scale.gradient.data[0] = kernels.dot(gradOutput.data, branchOutput.data, size);
      branchGradient = workspace.tensor(this, "branchGradient", shape, dtype);
      branchGradient.data.set(gradOutput.data);
      kernels.scale(branchGradient.data, this.scale.value.data[0], size);
    }
    const throughBranch = this.branch.backward(branchGradient, workspace);
    const past = this.shortcut ? this.shortcut.backward(gradOutput, workspace) : gradOutput;
    const gradInput = workspace.tensor(this, "gradInput", past.shape, dtype);
    kernels.addScaled(past.data, throughBranch.data, 1, gradInput.data, past.size);
    return gradInput;
  }

  override train(): this {
    for (const child of this.children()) child.train();
    return super.train();
  }

  override eval(): this {
    for (const child of this.children()) child.eval();
    return super.eval();
  }

  override children(): readonly Layer[] {
    return this.shortcut ? [this.branch, this.shortcut] : [this.branch];
  }

  override namedChildren(): readonly [name: string, layer: Layer][] {
    const branch: [string, Layer] = ["branch", this.branch];
    return this.shortcut ? [branch, ["shortcut", this.shortcut]] : [branch];
  }

  override namedParameters(): [name: string, parameter: Parameter][] {
    const inside = this.namedChildren().flatMap(([name, child]) => withPrefix(name, child.namedParameters()));
    return this.scale ? [...inside, ["scale", this.scale]] : inside;
  }

  override namedBuffers(): [name: string, buffer: Tensor][] {
    return this.namedChildren().flatMap(([name, child]) => withPrefix(name, child.namedBuffers()));
  }

  /** The branch and the shortcut, each on lines of its own. */
  override toString(): string {
    const scaled = this.scale ? ", with a trained scale" : "";
    const lines = this.namedChildren().map(([name, child]) => `${name}  ${child}`.replaceAll("\n", "\n   "));
    return [`Residual${scaled}`, ...lines].join("\n");
  }
}

function withPrefix<Value>(prefix: string, named: [string, Value][]): [string, Value][] {
  return named.map(([name, value]) => [`${prefix}.${name}`, value]);
}

/** The dtype that a branch computes in: that of its first parameter. */
function dtypeOf(branch: Layer): "float32" | "float64" {
  return branch.parameters()[0]?.value.dtype ?? "float32";
}
