import { checkNumber, OptionError } from "../../base/errors.js";
import { kernelsFor } from "../../tensor/backends.js";
import { type Tensor, zeros } from "../../tensor/tensor.js";
import type { Parameter } from "../parameter.js";
import { Optimizer, optionsOfGroups, type ParameterGroup } from "./optimizer.js";

export interface SGDOptions {
  learningRate: number;
  /** Default 0. */
  momentum?: number;
  /** Adds weightDecay·w to the gradient (L2). Default 0. */
  weightDecay?: number;
  /** Steps by where the momentum leads (Sutskever et al. 2013, as PyTorch writes it). Default false. */
  nesterov?: boolean;
}

/** Parameters with options of their own; those left out are the ones that SGD was given for all. */
export interface SGDGroup extends Partial<SGDOptions> {
  parameters: readonly Parameter[];
}

const OPTIONS = ["learningRate", "momentum", "weightDecay", "nesterov"];

/**
 * Stochastic gradient descent, in PyTorch's form. With g = gradient + weightDecay·w:
 *
 *     velocity = momentum·velocity + g,   w = w − learningRate·velocity
 *
 * or w − learningRate·(g + momentum·velocity) with { nesterov: true }.
 *
 * Parameters may come in groups with options of their own, PyTorch's param_groups:
 *
 *     new SGD([{ parameters: weights }, { parameters: others, weightDecay: 0 }], { learningRate: 0.1, weightDecay: 1e-4 })
 *
 * @throws OptionError for an option that is unknown or out of range, and when a parameter comes twice.
 */
export class SGD extends Optimizer {
  declare readonly groups: readonly (Required<SGDOptions> & ParameterGroup)[];
  /** One for each parameter, null without momentum. */
  readonly velocities: readonly (Tensor | null)[];

  constructor(parameters: readonly Parameter[], options: SGDOptions);
  constructor(groups: readonly SGDGroup[], options?: Partial<SGDOptions>);
  constructor(given: readonly Parameter[] | readonly SGDGroup[], options: Partial<SGDOptions> = {}) {
    super(optionsOfGroups<Partial<SGDOptions>>("SGD", given, options, OPTIONS).map(checkedGroup));
    this.velocities = this.groups.flatMap(({ parameters, momentum }) =>
      parameters.map(({ value }) => (momentum === 0 ? null : zeros(value.shape, value.dtype))),
    );
  }

  step(): void {
    let place = 0;
    this.groups.forEach((group, at) => {
      for (let i = 0; i < group.parameters.length; i++) this.move(at, place++);
    });
  }

  /** The part of a step that moves one parameter, the `place`-th of all, which is in this group. */
  move(group: number, place: number): void {
    const { value, gradient } = this.parameters[place];
    kernelsFor(value.dtype).sgd({
      ...this.groups[group],
      weight: value.data,
      gradient: gradient.data,
      velocity: this.velocities[place]?.data ?? null,
      length: value.size,
    });
  }

  namedState(): [name: string, value: Tensor][] {
    return this.velocities.flatMap((velocity, place): [string, Tensor][] =>
      velocity ? [[`velocity.${place}`, velocity]] : [],
    );
  }
}

function checkedGroup(group: SGDGroup): Required<SGDOptions> & ParameterGroup {
  const { parameters, learningRate, momentum = 0, weightDecay = 0, nesterov = false } = group;
  const atLeastZero = (value: number) => value >= 0;
  checkNumber("SGD", "learningRate", learningRate, "a number of at least 0", atLeastZero);
  checkNumber("SGD", "momentum", momentum, "a number of at least 0", atLeastZero);
  checkNumber("SGD", "weightDecay", weightDecay, "a number of at least 0", atLeastZero);
  if (nesterov && momentum === 0)
    throw new OptionError("SGD: nesterov looks ahead along the momentum, so it needs a momentum above 0.");
  return { parameters, learningRate, momentum, weightDecay, nesterov };
}
