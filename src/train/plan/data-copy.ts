import { copyRows } from "../../data/rows.js";
import { askFor, type Borrower, borrowed, returned } from "../../tensor/borrowing.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Place } from "./place.js";

/** Larger data stay where they are, and the rows of the batches are copied out of them one by one. */
const MOST_BYTES = 64 * 2 ** 20;

/** So many times as much does it cost to take rows out of ordinary arrays as to copy them all at once. */
const COPIES_FOR_ROWS = 16;

/** The largest part of values that are not 0 with which a product by them alone is the faster one (measured on Node 24; 1/2 on Node 20). */
const MOST_NONZEROS = 1 / 3;
const SAMPLED_RUNS = 32;
const SAMPLED_RUN = 128;

/** The rows of the data that a batch takes, for a first layer that reads them where they lie. */
export interface BatchRows {
  /** Where the copy of the data begins, and the list of its rows: one address each. */
  readonly data: number;
  readonly places: number;
  /** Some layer reads them there, where it can. */
  isRead: boolean;
  /** It can in this step; else they are copied to the batch's inputs. */
  areInPlace: boolean;
  /** Of the data as they were when the plan was made: that changes how fast a product is, not what it is. */
  readonly areMostlyZeros: boolean;
}

/**
 * The training data beside the plan that takes batches out of them. Whoever looks at the data may change them: after that the
 * rows come from where they lie, and a new copy is made as soon as it would have cost no more than the rows since.
 */
export class DataCopy implements Borrower {
  private readonly array: Float32Array;
  private readonly copy: Float32Array | null;
  private readonly rows: number;
  private readonly width: number;
  private readonly areMostlyZeros: boolean;
  private isCurrent = false;
  private rowsSince = 0;

  constructor(
    inputs: Tensor,
    private readonly place: Place,
  ) {
    const { data } = inputs;
    this.array = data instanceof Float32Array ? data : Float32Array.from(data);
    this.rows = inputs.shape[0];
    this.width = inputs.size / this.rows;
    this.areMostlyZeros = nonzeroShare(this.array) <= MOST_NONZEROS;
    this.copy = this.array.byteLength <= MOST_BYTES ? place.arena.floats(this.array.length) : null;
  }

  /** The rows that lie at these places of the copy, as the numbers there will say; null without a copy. */
  rowsAt(places: Int32Array): BatchRows | null {
    if (this.copy === null) return null;
    const { memory } = this.place;
    return {
      data: memory.pointer(this.copy),
      places: memory.pointer(places),
      isRead: false,
      areInPlace: false,
      areMostlyZeros: this.areMostlyZeros,
    };
  }

  /** target [examples, …] = these rows of the data, unless they are read in their place; the examples lie in the place's memory. */
  gather(examples: Int32Array, target: Float32Array, rows: BatchRows | null): void {
    this.rowsSince += examples.length;
    if (rows !== null) rows.areInPlace = false;
    if (this.copy === null || (!this.isCurrent && COPIES_FOR_ROWS * this.rowsSince < this.rows)) {
      copyRows(this.array, examples, target, this.width);
      return;
    }
    if (!this.isCurrent) {
      askFor(this.array, this);
      this.copy.set(this.array);
      borrowed(this.array, this);
      this.isCurrent = true;
    }
    if (rows?.isRead) {
      rows.areInPlace = true;
      return;
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
    this.rowsSince = 0;
    returned(this.array, this);
  }
}

/** The part of the values that are not 0, by runs of them spread over the array. */
function nonzeroShare(array: Float32Array): number {
  const run = Math.ceil(array.length / SAMPLED_RUNS);
  let [seen, nonzeros] = [0, 0];
  for (let start = 0; start < array.length; start += run) {
    const end = Math.min(start + SAMPLED_RUN, start + run, array.length);
    for (let at = start; at < end; at++) if (array[at] !== 0) nonzeros++;
    seen += end - start;
  }
  return nonzeros / seen;
}
