import { checkCount, checkOptions } from "../../base/errors.js";
import type { Random } from "../../base/random.js";
import { type Tensor, zeros } from "../../tensor/tensor.js";
import { freshWorkspace, type Workspace } from "../../tensor/workspace.js";
import { ownStreamOf, type RandomSource } from "../initializers.js";
import { checkImages } from "../windows.js";
import { checkBackward, Layer } from "./layer.js";

export interface AugmentationOptions {
  /** Each image moves by up to so many rows and columns, either way. Default 0. */
  shift?: number;
  /** Whether each image is mirrored, left to right, with probability 1/2. Default false. */
  flip?: boolean;
  /** A seed or a stream for the draws. */
  random?: RandomSource;
}

/**
 * Data augmentation as a first layer: in training each image of x [N, C, H, W] is moved and mirrored at random, and what comes in
 * at an edge repeats the edge; eval() changes nothing. Takes either dtype.
 *
 *     y[n, c, i, j] = x[n, c, i − rows, j − columns],  mirrored  x[n, c, i − rows, W − 1 − (j − columns)]
 *
 * with the places cut to the image. Backward gives each place the sum of the gradients of its copies.
 *
 * The draws of the k-th training forward() depend on the seed and k only, and k is part of the state: the same seed gives the same
 * images on every machine, after a resume too.
 */
export class Augmentation extends Layer {
  readonly shift: number;
  readonly flip: boolean;
  private readonly random: Random;
  private readonly step = zeros([], "float64");
  /** For each image rows, columns, and whether it is mirrored; null: all as they are. */
  private kept?: { draws: Int32Array | null; output: Tensor };

  constructor(options: AugmentationOptions = {}) {
    super();
    checkOptions("Augmentation", options, ["shift", "flip", "random"]);
    const { shift = 0, flip = false, random } = options;
    checkCount("Augmentation", "shift", shift, 0);
    this.shift = shift;
    this.flip = flip;
    this.random = ownStreamOf(random);
  }

  forward(x: Tensor, workspace: Workspace = freshWorkspace): Tensor {
    checkImages("Augmentation", x.shape);
    const output = workspace.tensor(this, "output", x.shape, x.dtype);
    const draws = this.training ? this.draw(x.shape[0]) : null;
    if (draws === null) output.data.set(x.data);
    else {
      const [from, to] = [x.data, output.data];
      eachPlace(x.shape, draws, (place, source) => {
        to[place] = from[source];
      });
    }
    this.kept = { draws, output };
    return output;
  }

  backward(gradOutput: Tensor, workspace: Workspace = freshWorkspace): Tensor {
    const { draws } = checkBackward("Augmentation", this.kept, gradOutput);
    const gradInput = workspace.tensor(this, "gradInput", gradOutput.shape, gradOutput.dtype);
    const [from, to] = [gradOutput.data, gradInput.data];
    if (draws === null) to.set(from);
    else {
      to.fill(0);
      eachPlace(gradOutput.shape, draws, (place, source) => {
        to[source] += from[place];
      });
    }
    return gradInput;
  }

  override namedBuffers(): [name: string, buffer: Tensor][] {
    return [["step", this.step]];
  }

  protected override settings(): string[] {
    return [...(this.shift === 0 ? [] : [`shift: ${this.shift}`]), ...(this.flip ? ["flip"] : [])];
  }

  private draw(images: number): Int32Array {
    const random = this.random.stream(this.step.data[0]);
    this.step.data[0]++;
    const { shift, flip } = this;
    const move = () => (shift === 0 ? 0 : random.integer(2 * shift + 1) - shift);
    const draws = new Int32Array(3 * images);
    for (let image = 0; image < images; image++) {
      draws[3 * image] = move();
      draws[3 * image + 1] = move();
      draws[3 * image + 2] = flip ? random.integer(2) : 0;
    }
    return draws;
  }
}

/** Calls `visit` with each place of the images and the place that it is taken from. */
function eachPlace(
  shape: readonly number[],
  draws: Int32Array,
  visit: (place: number, source: number) => void,
): void {
  const [images, channels, height, width] = shape;
  const inside = (place: number, length: number) => Math.min(Math.max(place, 0), length - 1);
  let place = 0;
  for (let image = 0; image < images; image++) {
    const [rows, columns, isMirrored] = draws.subarray(3 * image, 3 * image + 3);
    for (let channel = 0; channel < channels; channel++) {
      for (let i = 0; i < height; i++) {
        const row = ((image * channels + channel) * height + inside(i - rows, height)) * width;
        for (let j = 0; j < width; j++, place++) {
          const column = inside(j - columns, width);
          visit(place, row + (isMirrored === 1 ? width - 1 - column : column));
        }
      }
    }
  }
}
