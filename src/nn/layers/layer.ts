import { consoleInspect } from "../../base/console-inspect.js";
import { DTypeError, OrderError, ShapeError } from "../../base/errors.js";
import type { DType } from "../../tensor/backends.js";
import { sameShape, showShape, type Tensor } from "../../tensor/tensor.js";
import type { Workspace } from "../../tensor/workspace.js";
import type { Parameter } from "../parameter.js";
import { copyState, loadState } from "../state.js";

/**
 * What every layer is: forward, backward, two modes, parameters and state.
 *
 * forward() keeps what backward() needs; backward() takes ∂loss/∂output of the last forward(), writes the
 * gradients of the parameters over the old ones, and returns ∂loss/∂input. A layer of your own extends this
 * class and gives forward and backward; parameters and state when it has any.
 */
export abstract class Layer {
  /** true after train() (the start), false after eval(). */
  training = true;

  /** The layer's output for x. `workspace` is for training loops: without it the result is a fresh tensor. */
  abstract forward(x: Tensor, workspace?: Workspace): Tensor;

  /** ∂loss/∂input from ∂loss/∂output of the last forward(). */
  abstract backward(gradOutput: Tensor, workspace?: Workspace): Tensor;

  /** Training mode: BatchNorm uses the batch's statistics, Dropout drops. */
  train(): this {
    this.training = true;
    return this;
  }

  /** Evaluation mode: BatchNorm uses its running statistics, Dropout does nothing. */
  eval(): this {
    this.training = false;
    return this;
  }

  /** The layers inside this one; Sequential and Residual have some. */
  children(): readonly Layer[] {
    return [];
  }

  /** The same with the names that their state has in stateDict(): their places, unless the layer says others. */
  namedChildren(): readonly [name: string, layer: Layer][] {
    return this.children().map((child, place) => [`${place}`, child]);
  }

  /** What an optimizer trains. */
  parameters(): Parameter[] {
    return this.namedParameters().map(([, parameter]) => parameter);
  }

  /** The parameters with the names they have in stateDict(). */
  namedParameters(): [name: string, parameter: Parameter][] {
    return [];
  }

  /**
   * State that no optimizer trains but a checkpoint keeps, such as BatchNorm's running statistics: tensors by
   * name.
   */
  namedBuffers(): [name: string, buffer: Tensor][] {
    return [];
  }

  /** Copies of all parameters and buffers by name. */
  stateDict(): Record<string, Tensor> {
    return copyState(this.namedState());
  }

  /**
   * Copies the tensors of a stateDict() into this layer.
   * Throws a StateError when a name is missing or unknown, or a shape differs; then nothing has been changed.
   */
  loadStateDict(state: Record<string, Tensor>): this {
    loadState(this.constructor.name, this.namedState(), state);
    return this;
  }

  /** Class and settings: BatchNorm(50, momentum: 0.01). Layers print as this. */
  toString(): string {
    return `${this.constructor.name}(${this.settings().join(", ")})`;
  }

  [consoleInspect](): string {
    return this.toString();
  }

  /** What toString() puts between the brackets: sizes, and options that are not at their default. */
  protected settings(): string[] {
    return [];
  }

  private namedState(): [name: string, value: Tensor][] {
    const parameters = this.namedParameters().map(([name, parameter]): [string, Tensor] => [
      name,
      parameter.value,
    ]);
    return [...parameters, ...this.namedBuffers()];
  }
}

/** Throws a DTypeError unless x has the layer's dtype. */
export function checkInputDType(layer: string, x: Tensor, dtype: DType): void {
  if (x.dtype === dtype) return;
  throw new DTypeError(
    `${layer} is ${dtype} and its input is ${x.dtype}. Make both the same: ` +
      `new ${layer}(…, { dtype: "${x.dtype}" }) or tensor(values, shape, "${dtype}").`,
  );
}

/**
 * What forward() kept for backward(); throws when there was no forward(), or when gradOutput does not fit its
 * output.
 */
export function checkBackward<Kept extends { output: Tensor }>(
  layer: string,
  kept: Kept | undefined,
  gradOutput: Tensor,
): Kept {
  if (!kept) throw new OrderError(`${layer}.backward() needs a forward() before it.`);
  const { shape, dtype } = kept.output;
  if (!sameShape(gradOutput.shape, shape))
    throw new ShapeError(
      `${layer}.backward() takes the gradient of the last output, ${showShape(shape)}; got ${showShape(gradOutput.shape)}.`,
    );
  if (gradOutput.dtype !== dtype)
    throw new DTypeError(
      `${layer}.backward() takes a ${dtype} gradient, the dtype of its output; got ${gradOutput.dtype}.`,
    );
  return kept;
}
