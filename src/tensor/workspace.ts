import type { DType } from "./backends.js";
import { sameShape, type Tensor, zeros } from "./tensor.js";

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

/**
 * Gives each slot of each owner the same tensor again as long as shape and dtype stay; so a result lives until
 * the next step.
 */
export class ReusedWorkspace implements Workspace {
  private readonly owners = new Map<object, Map<string, Tensor>>();

  tensor(owner: object, slot: string, shape: readonly number[], dtype: DType): Tensor {
    let slots = this.owners.get(owner);
    if (!slots) {
      slots = new Map();
      this.owners.set(owner, slots);
    }
    const kept = slots.get(slot);
    if (kept && kept.dtype === dtype && sameShape(kept.shape, shape)) return kept;
    const made = zeros(shape, dtype);
    slots.set(slot, made);
    return made;
  }
}
