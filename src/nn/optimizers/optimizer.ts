import { OptionError } from "../../base/errors.js";
import type { Tensor } from "../../tensor/tensor.js";
import { Parameter } from "../parameter.js";
import { copyState, loadState } from "../state.js";

/** What changes parameters by their gradients: step() after each backward(). */
export abstract class Optimizer {
  /** Step size; may be changed between steps. */
  learningRate: number;
  readonly parameters: readonly Parameter[];

  constructor(parameters: readonly Parameter[], learningRate: number) {
    const listed =
      Array.isArray(parameters) && parameters.every((entry: unknown) => entry instanceof Parameter);
    if (!listed || parameters.length === 0)
      throw new OptionError(
        `${new.target.name} takes a list of at least one Parameter first, such as network.parameters().`,
      );
    this.parameters = [...parameters];
    this.learningRate = learningRate;
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
