import { type Tensor, zeros } from "../tensor/tensor.js";

/**
 * A tensor that an optimizer trains, with the gradient that the last backward() left (written over each time,
 * never added to).
 */
export class Parameter {
  readonly value: Tensor;
  /** ∂loss/∂value, of the value's shape and dtype; zeros before the first backward(). */
  readonly gradient: Tensor;

  constructor(value: Tensor) {
    this.value = value;
    this.gradient = zeros(value.shape, value.dtype);
  }
}
