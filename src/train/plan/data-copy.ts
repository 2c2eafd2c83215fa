import { copyRows } from "../../data/rows.js";
import { askFor, type Borrower, borrowed, returned } from "../../tensor/borrowing.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Place } from "./place.js";

/** Larger data stay where they are, and the rows of the batches are copied out of them one by one. */
const MOST_BYTES = 256 * 2 ** 20;

/** The training data beside the plan that takes batches out of them; copied again when somebody may have changed them. */
export class DataCopy implements Borrower {
  private readonly array: Float32Array;
  private readonly copy: Float32Array | null;
  private readonly width: number;
  private isCurrent = false;

  constructor(
    inputs: Tensor,
    private readonly place: Place,
  ) {
    const { data } = inputs;
    this.array = data instanceof Float32Array ? data : Float32Array.from(data);
    this.width = inputs.size / inputs.shape[0];
    this.copy = this.array.byteLength <= MOST_BYTES ? place.arena.floats(this.array.length) : null;
  }

  /** target [examples, …] = these rows of the data; the examples lie in the place's memory. */
  gather(examples: Int32Array, target: Float32Array): void {
    if (this.copy === null) {
      copyRows(this.array, examples, target, this.width);
      return;
    }
    if (!this.isCurrent) {
      askFor(this.array, this);
      this.copy.set(this.array);
      borrowed(this.array, this);
      this.isCurrent = true;
    }
    const { kernels } = this.place.memory;
    kernels.gatherRows(
      this.copy.byteOffset,
      examples.byteOffset,
      target.byteOffset,
      examples.length,
      this.width,
    );
  }

  giveBack(): void {
    this.isCurrent = false;
    returned(this.array, this);
  }
}
