import { checkNumber, checkOptions } from "../../base/errors.js";
import type { Random } from "../../base/random.js";
import { kernelsFor } from "../../tensor/backends.js";
import { type Tensor, zeros } from "../../tensor/tensor.js";
import { freshWorkspace, type Workspace } from "../../tensor/workspace.js";
import { ownStreamOf, type RandomSource } from "../initializers.js";
import { checkBackward, Layer } from "./layer.js";

export interface DropoutOptions {
  /** A seed or a stream for the masks. */
  random?: RandomSource;
}

/**
 * Dropout (Srivastava et al. 2014), inverted: in training each value becomes 0 with probability p and is
 * divided by 1 − p otherwise; eval() changes nothing. Backward multiplies by the same mask. Takes any shape and
 * either dtype.
 *
 * The mask of the k-th training forward() depends on the seed and k only, and k is part of the state: the same
 * seed gives the same masks, after a resume too.
 */
export class Dropout extends Layer {
  readonly p: number;
  private readonly random: Random;
  private readonly step = zeros([], "float64");
  private kept?: { mask: Tensor | null; output: Tensor };

  constructor(p = 0.5, options: DropoutOptions = {}) {
    super();
    checkOptions("Dropout", options, ["random"]);
    checkNumber("Dropout", "p", p, "a number from 0 to below 1", (value) => value >= 0 && value < 1);
    this.p = p;
    this.random = ownStreamOf(options.random);
  }

  forward(x: Tensor, workspace: Workspace = freshWorkspace): Tensor {
    const output = workspace.tensor(this, "output", x.shape, x.dtype);
    if (!this.training || this.p === 0) {
      output.data.set(x.data);
      this.kept = { mask: null, output };
      return output;
    }
    const mask = workspace.tensor(this, "mask", x.shape, x.dtype);
    const random = this.random.stream(this.step.data[0]);
    this.step.data[0]++;
    const scale = 1 / (1 - this.p);
    for (let i = 0; i < mask.size; i++) mask.data[i] = random.uniform() < this.p ? 0 : scale;
    kernelsFor(x.dtype).multiply(x.data, mask.data, output.data, x.size);
    this.kept = { mask, output };
    return output;
  }

  backward(gradOutput: Tensor, workspace: Workspace = freshWorkspace): Tensor {
    const { mask, output } = checkBackward("Dropout", this.kept, gradOutput);
    const gradInput = workspace.tensor(this, "gradInput", output.shape, output.dtype);
    if (mask) kernelsFor(output.dtype).multiply(gradOutput.data, mask.data, gradInput.data, output.size);
    else gradInput.data.set(gradOutput.data);
    return gradInput;
  }

  protected override settings(): string[] {
    return [String(this.p)];
  }

  override namedBuffers(): [name: string, buffer: Tensor][] {
    return [["step", this.step]];
  }
}
