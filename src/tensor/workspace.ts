import type { DType } from "./backends.js";
import type { FloatArray } from "./kernels/float-array.js";
import { sameShape, sizeOf, Tensor, zeros } from "./tensor.js";

/**
 * Where a layer takes the tensors for its results from. Their contents are undefined: the layer overwrites
 * them.
 *
 * forward(x) and backward(g) as a reader calls them give fresh tensors, which nobody writes to later. A
 * training loop passes one ReusedWorkspace instead, and nothing is allocated from the second step on.
 */
export interface Workspace {
  /** A tensor for the result `slot` of `owner` (a layer). */
  tensor(owner: object, slot: string, shape: readonly number[], dtype: DType): Tensor;
}

export const freshWorkspace: Workspace = {
  tensor: (_owner, _slot, shape, dtype) => zeros(shape, dtype),
};

/** An array as long as the longest result so far, and the tensor that last lay in it. */
interface Slot {
  array: FloatArray;
  tensor: Tensor;
}

/**
 * Gives each slot of each owner the same array again, which grows with the largest of its results: batches of several
 * sizes take turns without a new one. So a result lives until the next step.
 */
export class ReusedWorkspace implements Workspace {
  private readonly owners = new Map<object, Map<string, Slot>>();

  /** @param make gives a tensor of undefined content; default: of its own */
  constructor(private readonly make: (shape: readonly number[], dtype: DType) => Tensor = zeros) {}

  tensor(owner: object, slot: string, shape: readonly number[], dtype: DType): Tensor {
    let slots = this.owners.get(owner);
    if (!slots) {
      slots = new Map();
      this.owners.set(owner, slots);
    }
    const kept = slots.get(slot);
    if (kept?.tensor.dtype !== dtype || kept.array.length < sizeOf(shape)) {
      const tensor = this.make(shape, dtype);
      slots.set(slot, { array: tensor.data, tensor });
      return tensor;
    }
    if (!sameShape(kept.tensor.shape, shape))
      kept.tensor = new Tensor(kept.array.subarray(0, sizeOf(shape)), shape);
    return kept.tensor;
  }
}
