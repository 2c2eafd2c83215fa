import { checkOptions, OptionError, showValue } from "../../base/errors.js";
import type { Tensor } from "../../tensor/tensor.js";
import { Parameter } from "../parameter.js";
import { copyState, loadState } from "../state.js";

/** Parameters that are trained alike. Subclasses of Optimizer add their options. */
export interface ParameterGroup {
  readonly parameters: readonly Parameter[];
  /** Step size of these parameters; may be changed between steps. */
  learningRate: number;
}

/** What changes parameters by their gradients: step() after each backward(). */
export abstract class Optimizer {
  readonly groups: readonly ParameterGroup[];
  /** Of all groups, in order. */
  readonly parameters: readonly Parameter[];

  /** One group of parameters with a learning rate, or the groups. Throws an OptionError when a parameter comes twice. */
  constructor(parameters: readonly Parameter[], learningRate: number);
  constructor(groups: readonly ParameterGroup[]);
  constructor(given: readonly (Parameter | ParameterGroup)[], learningRate?: number) {
    this.groups =
      learningRate === undefined
        ? (given as readonly ParameterGroup[])
        : [{ parameters: given as readonly Parameter[], learningRate }];
    checkGroups(new.target.name, this.groups);
    this.parameters = this.groups.flatMap(({ parameters }) => parameters);
  }

  /**
   * Step size of all groups; may be changed between steps. Where groups have different ones it can be neither read nor
   * set here, but at each group: an OptionError says so.
   */
  get learningRate(): number {
    const [{ learningRate }, ...others] = this.groups;
    const different = others.find((group) => group.learningRate !== learningRate);
    if (different)
      throw new OptionError(
        `${this.constructor.name}: its groups have different learning rates, ${learningRate} and ${different.learningRate} ` +
          "for instance. Use optimizer.groups[0].learningRate.",
      );
    return learningRate;
  }

  set learningRate(rate: number) {
    // Reading it throws where setting all groups to one rate would lose how they differ.
    if (this.learningRate !== rate) for (const group of this.groups) group.learningRate = rate;
  }

  /** One step: every parameter moves by its gradient. */
  abstract step(): void;

  /** The optimizer's memory by name, without the options: "velocity.0", "step". */
  abstract namedState(): [name: string, value: Tensor][];

  /** Copies of the optimizer's memory by name, in the order of the parameters. */
  stateDict(): Record<string, Tensor> {
    return copyState(this.namedState());
  }

  /** Goes on where stateDict() was taken; throws a StateError when names or shapes differ. */
  loadStateDict(state: Record<string, Tensor>): this {
    loadState(this.constructor.name, this.namedState(), state);
    return this;
  }
}

/**
 * The options of each group: its own, or those given for all. Parameters alone are one group. Throws an OptionError that
 * names an option that is unknown.
 *
 * @param known the names of the options
 */
export function optionsOfGroups<Options extends object>(
  owner: string,
  given: readonly Parameter[] | readonly ({ parameters: readonly Parameter[] } & Options)[],
  options: Options,
  known: readonly string[],
): ({ parameters: readonly Parameter[] } & Options)[] {
  checkOptions(owner, options, known);
  if (!Array.isArray(given) || given.length === 0 || given.every((entry) => entry instanceof Parameter))
    return [{ ...options, parameters: given as readonly Parameter[] }];
  return given.map((group: unknown, place) => {
    if (group instanceof Parameter || typeof group !== "object" || group === null || !("parameters" in group))
      throw new OptionError(
        `${owner} takes parameters, or groups such as { parameters: layer.parameters(), learningRate: 0.01 }; ` +
          `entry ${place} is ${showValue(group)}.`,
      );
    checkOptions(`${owner}, group ${place},`, group, ["parameters", ...known]);
    return { ...options, ...group } as { parameters: readonly Parameter[] } & Options;
  });
}

function checkGroups(owner: string, groups: readonly ParameterGroup[]): void {
  const seen = new Set<unknown>();
  for (const { parameters } of groups) {
    const listed =
      Array.isArray(parameters) && parameters.every((entry: unknown) => entry instanceof Parameter);
    if (!listed || parameters.length === 0)
      throw new OptionError(
        `${owner} takes a list of at least one Parameter first, such as network.parameters().`,
      );
    for (const parameter of parameters) {
      if (seen.has(parameter))
        throw new OptionError(
          `${owner}: a parameter ${showValue([...parameter.value.shape])} comes twice, and would move twice a step. ` +
            "Give each parameter once, in one group.",
        );
      seen.add(parameter);
    }
  }
}
