import { checkNumber } from "../../base/errors.js";
import { kernelsFor } from "../../tensor/backends.js";
import { type Tensor, tensor, zeros } from "../../tensor/tensor.js";
import type { Parameter } from "../parameter.js";
import { Optimizer, optionsOfGroups, type ParameterGroup } from "./optimizer.js";

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

/** Parameters with options of their own; those left out are the ones that Adam was given for all. */
export interface AdamGroup extends AdamOptions {
  parameters: readonly Parameter[];
}

/** 1 − beta1^t and 1 − beta2^t at step t. */
export interface AdamCorrections {
  correction1: number;
  correction2: number;
}

const OPTIONS = ["learningRate", "beta1", "beta2", "eps", "weightDecay", "decoupled"];

/**
 * Adam (Kingma & Ba 2015, algorithm 1), and AdamW (Loshchilov & Hutter 2019) with { decoupled: true }. At step
 * t:
 *
 *     first = beta1·first + (1 − beta1)·g,   second = beta2·second + (1 − beta2)·g²,
 *     w = w − learningRate · first/(1 − beta1^t) / (√(second/(1 − beta2^t)) + eps)
 *
 * Parameters may come in groups with options of their own, as SGD's may.
 *
 * @throws OptionError for an option that is unknown or out of range, and when a parameter comes twice.
 */
export class Adam extends Optimizer {
  declare readonly groups: readonly (Required<AdamOptions> & ParameterGroup)[];
  private readonly first: readonly Tensor[];
  private readonly second: readonly Tensor[];
  /** beta1^t and beta2^t of each group after t steps. */
  private readonly powers: readonly Tensor[];

  constructor(given: readonly Parameter[] | readonly AdamGroup[], options: AdamOptions = {}) {
    super(optionsOfGroups<AdamOptions>("Adam", given, options, OPTIONS).map(checkedGroup));
    this.first = this.parameters.map(({ value }) => zeros(value.shape, value.dtype));
    this.second = this.parameters.map(({ value }) => zeros(value.shape, value.dtype));
    this.powers = this.groups.map(() => tensor([1, 1], undefined, "float64"));
  }

  step(): void {
    let place = 0;
    this.groups.forEach((group, at) => {
      const corrections = this.countStep(at);
      for (let i = 0; i < group.parameters.length; i++) this.move(at, place++, corrections);
    });
  }

  /** Counts a step of this group, and returns the corrections of its moments. */
  countStep(group: number): AdamCorrections {
    const { beta1, beta2 } = this.groups[group];
    const powers = this.powers[group].data;
    powers[0] *= beta1;
    powers[1] *= beta2;
    return { correction1: 1 - powers[0], correction2: 1 - powers[1] };
  }

  /** The part of a step that moves one parameter, the `place`-th of all, which is in this group. */
  move(group: number, place: number, corrections: AdamCorrections): void {
    const { value, gradient } = this.parameters[place];
    const { first, second } = this.momentsOf(place);
    kernelsFor(value.dtype).adam({
      ...this.groups[group],
      ...corrections,
      weight: value.data,
      gradient: gradient.data,
      first: first.data,
      second: second.data,
      length: value.size,
    });
  }

  /** The memory for the `place`-th of all parameters. */
  momentsOf(place: number): { first: Tensor; second: Tensor } {
    return { first: this.first[place], second: this.second[place] };
  }

  namedState(): [name: string, value: Tensor][] {
    return [
      ...this.first.map((value, place): [string, Tensor] => [`first.${place}`, value]),
      ...this.second.map((value, place): [string, Tensor] => [`second.${place}`, value]),
      ...this.powers.map((value, group): [string, Tensor] => [
        group === 0 ? "powers" : `powers.${group}`,
        value,
      ]),
    ];
  }
}

function checkedGroup(group: AdamGroup): Required<AdamOptions> & ParameterGroup {
  const { parameters, learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, eps = 1e-8 } = group;
  const { weightDecay = 0, decoupled = false } = group;
  const atLeastZero = (value: number) => value >= 0;
  const belowOne = (value: number) => value >= 0 && value < 1;
  checkNumber("Adam", "learningRate", learningRate, "a number of at least 0", atLeastZero);
  checkNumber("Adam", "beta1", beta1, "a number from 0 to below 1", belowOne);
  checkNumber("Adam", "beta2", beta2, "a number from 0 to below 1", belowOne);
  checkNumber("Adam", "eps", eps, "a number of at least 0", atLeastZero);
  checkNumber("Adam", "weightDecay", weightDecay, "a number of at least 0", atLeastZero);
  return { parameters, learningRate, beta1, beta2, eps, weightDecay, decoupled };
}
