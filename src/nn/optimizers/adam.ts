import { checkNumber, checkOptions } from "../../base/errors.js";
import { kernelsFor } from "../../tensor/backends.js";
import { type Tensor, tensor, zeros } from "../../tensor/tensor.js";
import type { Parameter } from "../parameter.js";
import { Optimizer } from "./optimizer.js";

export interface AdamOptions {
  /** Default 0.001. */
  learningRate?: number;
  /** Memory of the gradient's mean. Default 0.9. */
  beta1?: number;
  /** Memory of the gradient's square. Default 0.999. */
  beta2?: number;
  /** Default 1e-8. */
  eps?: number;
  /** Default 0. */
  weightDecay?: number;
  /**
   * true: AdamW, w shrinks by learningRate·weightDecay·w; false: weightDecay·w is added to the gradient.
   * Default false.
   */
  decoupled?: boolean;
}

/**
 * Adam (Kingma & Ba 2015, algorithm 1), and AdamW (Loshchilov & Hutter 2019) with { decoupled: true }. At step
 * t:
 *
 *     first = beta1·first + (1 − beta1)·g,   second = beta2·second + (1 − beta2)·g²,
 *     w = w − learningRate · first/(1 − beta1^t) / (√(second/(1 − beta2^t)) + eps)
 */
export class Adam extends Optimizer {
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  readonly weightDecay: number;
  readonly decoupled: boolean;
  private readonly first: readonly Tensor[];
  private readonly second: readonly Tensor[];
  /** beta1^t and beta2^t after t steps. */
  private readonly powers = tensor([1, 1], undefined, "float64");

  constructor(parameters: readonly Parameter[], options: AdamOptions = {}) {
    checkOptions("Adam", options, ["learningRate", "beta1", "beta2", "eps", "weightDecay", "decoupled"]);
    const { learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, eps = 1e-8 } = options;
    const { weightDecay = 0, decoupled = false } = options;
    const atLeastZero = (value: number) => value >= 0;
    const belowOne = (value: number) => value >= 0 && value < 1;
    checkNumber("Adam", "learningRate", learningRate, "a number of at least 0", atLeastZero);
    checkNumber("Adam", "beta1", beta1, "a number from 0 to below 1", belowOne);
    checkNumber("Adam", "beta2", beta2, "a number from 0 to below 1", belowOne);
    checkNumber("Adam", "eps", eps, "a number of at least 0", atLeastZero);
    checkNumber("Adam", "weightDecay", weightDecay, "a number of at least 0", atLeastZero);
    super(parameters, learningRate);
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.eps = eps;
    this.weightDecay = weightDecay;
    this.decoupled = decoupled;
    this.first = this.parameters.map(({ value }) => zeros(value.shape, value.dtype));
    this.second = this.parameters.map(({ value }) => zeros(value.shape, value.dtype));
  }

  step(): void {
    const { learningRate, beta1, beta2, eps, weightDecay, decoupled } = this;
    this.powers.data[0] *= beta1;
    this.powers.data[1] *= beta2;
    const correction1 = 1 - this.powers.data[0];
    const correction2 = 1 - this.powers.data[1];
    const options = { learningRate, beta1, beta2, eps, weightDecay, decoupled, correction1, correction2 };
    this.parameters.forEach(({ value, gradient }, place) => {
      const [first, second] = [this.first[place], this.second[place]];
      kernelsFor(value.dtype).adam(value.data, gradient.data, first.data, second.data, value.size, options);
    });
  }

  namedState(): [name: string, value: Tensor][] {
    return [
      ...this.first.map((value, place): [string, Tensor] => [`first.${place}`, value]),
      ...this.second.map((value, place): [string, Tensor] => [`second.${place}`, value]),
      ["powers", this.powers],
    ];
  }
}
