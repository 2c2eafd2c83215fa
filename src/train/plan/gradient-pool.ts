import { sizeOf, Tensor } from "../../tensor/tensor.js";
import type { Place } from "./place.js";

/**
 * Memory for the gradients between segments. They are laid out in the order in which a backward pass comes to them, and each is
 * over when the segments behind it are through: then its place is the next one's, which finds it in the cache.
 */
export class GradientPool {
  private readonly free: Float32Array[] = [];
  private readonly places = new Map<Tensor, Float32Array>();

  constructor(private readonly place: Place) {}

  /** A tensor of undefined content until release(). */
  take(shape: readonly number[]): Tensor {
    const size = sizeOf(shape);
    const fitting = this.free.filter(({ length }) => length >= size).sort((a, b) => a.length - b.length);
    const array = fitting[0] ?? this.place.arena.floats(size);
    if (fitting.length > 0) this.free.splice(this.free.indexOf(array), 1);
    const tensor = new Tensor(array.length === size ? array : array.subarray(0, size), shape);
    this.places.set(tensor, array);
    return tensor;
  }

  /** Nobody reads or writes it from here on. Of a tensor that was taken elsewhere it knows nothing. */
  release(tensor: Tensor): void {
    const array = this.places.get(tensor);
    if (array === undefined) return;
    this.places.delete(tensor);
    this.free.push(array);
  }
}
