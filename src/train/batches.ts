import { OptionError } from "../base/errors.js";
import type { Random } from "../base/random.js";

/**
 * How the examples are put into batches.
 * - "shuffled": each epoch takes every example once, in a new random order;
 * - { classesPerBatch: k }: each batch is drawn with replacement from the examples of k classes, themselves drawn anew for
 *   each batch (all classes: independent draws). For lessons on batches that don't resemble the data.
 */
export type BatchOrder = "shuffled" | { classesPerBatch: number };

/** The last batch of an epoch, when the examples don't divide evenly: smaller, or left out. */
export type LastBatch = "keep" | "drop";

/**
 * Which examples stand in the batch of each step. A pure function of seed and step: a resumed run takes the same batches,
 * and two networks with the same seed are compared on the same ones.
 */
export class Batches {
  /** Steps that see each example once. */
  readonly perEpoch: number;
  private readonly order: BatchOrder;
  private readonly examplesOfClass: readonly number[][];
  private epoch = -1;
  private permutation: Int32Array = new Int32Array(0);

  constructor(
    private readonly labels: Int32Array,
    classes: number,
    private readonly batchSize: number,
    lastBatch: LastBatch,
    order: BatchOrder,
    private readonly random: Random,
  ) {
    const exact = labels.length / batchSize;
    this.perEpoch = Math.max(1, lastBatch === "drop" ? Math.floor(exact) : Math.ceil(exact));
    this.order = order;
    if (order === "shuffled") {
      this.examplesOfClass = [];
      return;
    }
    const examples: number[][] = Array.from({ length: classes }, () => []);
    labels.forEach((label, example) => {
      examples[label].push(example);
    });
    this.examplesOfClass = examples.filter((members) => members.length > 0);
    if (order.classesPerBatch > this.examplesOfClass.length)
      throw new OptionError(
        `Trainer: classesPerBatch is ${order.classesPerBatch}, but the data has ${this.examplesOfClass.length} classes.`,
      );
  }

  /** The sizes that batches have. */
  sizes(lastBatch: LastBatch): number[] {
    const rest = this.labels.length % this.batchSize;
    if (this.order !== "shuffled") return [this.batchSize];
    if (this.labels.length < this.batchSize) return [this.labels.length];
    return rest === 0 || lastBatch === "drop" ? [this.batchSize] : [this.batchSize, rest];
  }

  /** The examples of the step, counted from 0. The array is good until the next call. */
  at(step: number): Int32Array {
    return this.order === "shuffled" ? this.shuffled(step) : this.ofClasses(step, this.order.classesPerBatch);
  }

  private shuffled(step: number): Int32Array {
    const epoch = Math.floor(step / this.perEpoch);
    if (epoch !== this.epoch) {
      this.permutation = this.random.stream(epoch).permutation(this.labels.length);
      this.epoch = epoch;
    }
    const start = (step % this.perEpoch) * this.batchSize;
    return this.permutation.subarray(start, start + this.batchSize);
  }

  private ofClasses(step: number, count: number): Int32Array {
    const random = this.random.stream(step);
    const classes = random.permutation(this.examplesOfClass.length).subarray(0, count);
    const pool = Array.from(classes).flatMap((label) => this.examplesOfClass[label]);
    return Int32Array.from({ length: this.batchSize }, () => pool[random.integer(pool.length)]);
  }
}
