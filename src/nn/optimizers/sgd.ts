import { checkNumber, checkOptions, OptionError } from "../../base/errors.js";
import { kernelsFor } from "../../tensor/backends.js";
import { type Tensor, zeros } from "../../tensor/tensor.js";
import type { Parameter } from "../parameter.js";
import { Optimizer } from "./optimizer.js";

export interface SGDOptions {
  learningRate: number;
  /** Default 0. */
  momentum?: number;
  /** Adds weightDecay·w to the gradient (L2). Default 0. */
  weightDecay?: number;
  /** Steps by where the momentum leads (Sutskever et al. 2013, as PyTorch writes it). Default false. */
  nesterov?: boolean;
}

/**
 * Stochastic gradient descent, in PyTorch's form. With g = gradient + weightDecay·w:
 *
 *     velocity = momentum·velocity + g,   w = w − learningRate·velocity
 *
 * or w − learningRate·(g + momentum·velocity) with { nesterov: true }.
 */
export class SGD extends Optimizer {
  readonly momentum: number;
  readonly weightDecay: number;
  readonly nesterov: boolean;
  /** One for each parameter, or none without momentum. */
  readonly velocities: readonly Tensor[];

  constructor(parameters: readonly Parameter[], options: SGDOptions) {
    checkOptions("SGD", options, ["learningRate", "momentum", "weightDecay", "nesterov"]);
    const { learningRate, momentum = 0, weightDecay = 0, nesterov = false } = options ?? {};
    const atLeastZero = (value: number) => value >= 0;
    checkNumber("SGD", "learningRate", learningRate, "a number of at least 0", atLeastZero);
    checkNumber("SGD", "momentum", momentum, "a number of at least 0", atLeastZero);
    checkNumber("SGD", "weightDecay", weightDecay, "a number of at least 0", atLeastZero);
    if (nesterov && momentum === 0)
      throw new OptionError("SGD: nesterov looks ahead along the momentum, so it needs a momentum above 0.");
    super(parameters, learningRate);
    this.momentum = momentum;
    this.weightDecay = weightDecay;
    this.nesterov = nesterov;
    this.velocities =
      momentum === 0 ? [] : this.parameters.map(({ value }) => zeros(value.shape, value.dtype));
  }

  step(): void {
    this.parameters.forEach(({ value, gradient }, place) => {
      kernelsFor(value.dtype).sgd(
        value.data,
        gradient.data,
        this.velocities[place]?.data ?? null,
        value.size,
        this.learningRate,
        this.momentum,
        this.weightDecay,
        this.nesterov,
      );
    });
  }

  namedState(): [name: string, value: Tensor][] {
    return this.velocities.map((velocity, place) => [`velocity.${place}`, velocity]);
  }
}
