import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import type { JumpableRandomGenerator } from "pure-rand/types/JumpableRandomGenerator";
import { digestOf } from "./digest.js";
import { cos, log, sin } from "./math/index.js";

/** What `Random.state()` gives: plain JSON, all that `Random.fromState` needs to go on with the same numbers. */
export interface RandomState {
  /** The seed and the names of the streams that lead here, such as "1/batches". */
  path: string;
  /** The 128 bits of the generator xoroshiro128+. */
  words: number[];
  /** The second number of the last Box-Muller pair, when it was not yet given out. */
  spareNormal: number | null;
}

const TWO_PI = 6.283185307179586;

/**
 * A seeded stream of random numbers: the same seed gives the same numbers on every machine and in every version of Node.
 *
 * `stream(name)` gives an independent stream that depends on the seed and the name only, never on what was drawn
 * before: two networks compared on seed 3 see the same batches, however many weights each had to draw.
 *
 * Generator: xoroshiro128+ (Blackman and Vigna 2018), its state derived from seed and names by SHA-256.
 */
export class Random {
  readonly path: string;
  private readonly generator: JumpableRandomGenerator;
  private spareNormal: number | null;

  /** `seed`: any safe integer; a RangeError otherwise. */
  constructor(seed: number);
  constructor(state: RandomState);
  constructor(from: number | RandomState) {
    if (typeof from === "number") {
      if (!Number.isSafeInteger(from))
        throw new RangeError(`A seed is an integer between ±2^53; got ${from}. Use for instance 1.`);
      this.path = String(from);
      this.generator = xoroshiro128plusFromState(wordsOf(this.path));
      this.spareNormal = null;
    } else {
      this.path = from.path;
      this.generator = xoroshiro128plusFromState(from.words);
      this.spareNormal = from.spareNormal;
    }
  }

  /** An independent stream: the same for the same seed and name, whatever was drawn from this one. */
  stream(name: string | number): Random {
    const path = `${this.path}/${name}`;
    return new Random({ path, words: wordsOf(path), spareNormal: null });
  }

  /** Uniform in [low, high), 53 random bits. */
  uniform(low = 0, high = 1): number {
    // The highest bits of each word: the lowest ones of xoroshiro128+ are its weak ones.
    const upper = this.generator.next() >>> 5;
    const lower = this.generator.next() >>> 6;
    return low + (high - low) * ((upper * 67108864 + lower) / 9007199254740992);
  }

  /** Normal with the given mean and standard deviation (Box and Muller 1958: two numbers from two uniform ones). */
  normal(mean = 0, standardDeviation = 1): number {
    let value = this.spareNormal;
    this.spareNormal = null;
    if (value === null) {
      const radius = Math.sqrt(-2 * log(1 - this.uniform()));
      const angle = TWO_PI * this.uniform();
      value = radius * cos(angle);
      this.spareNormal = radius * sin(angle);
    }
    return mean + standardDeviation * value;
  }

  /** A whole number in 0 … count - 1, each as likely. */
  integer(count: number): number {
    if (!Number.isSafeInteger(count) || count < 1)
      throw new RangeError(`integer(count) needs a whole number of at least 1; got ${count}.`);
    return Math.floor(this.uniform() * count);
  }

  /** 0 … size - 1 in random order. */
  permutation(size: number): Int32Array {
    if (!Number.isSafeInteger(size) || size < 0)
      throw new RangeError(`permutation(size) needs a whole number of at least 0; got ${size}.`);
    const order = new Int32Array(size);
    for (let i = 0; i < size; i++) order[i] = i;
    return this.shuffle(order);
  }

  /** Puts the elements in random order, in place (Fisher and Yates), and gives the same array back. */
  shuffle<Elements extends { length: number; [index: number]: unknown }>(elements: Elements): Elements {
    for (let i = elements.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const kept = elements[i];
      elements[i] = elements[j];
      elements[j] = kept;
    }
    return elements;
  }

  /** Where the stream stands, as plain JSON for a checkpoint. */
  state(): RandomState {
    return { path: this.path, words: [...this.generator.getState()], spareNormal: this.spareNormal };
  }

  /** A stream that goes on where `state()` was taken. */
  static fromState(state: RandomState): Random {
    const wellFormed =
      typeof state?.path === "string" &&
      Array.isArray(state.words) &&
      state.words.length === 4 &&
      state.words.every((word) => Number.isInteger(word)) &&
      (state.spareNormal === null || Number.isFinite(state.spareNormal));
    if (!wellFormed)
      throw new TypeError(
        `This is no state of a random stream: ${JSON.stringify(state)}. Pass what Random.state() gave.`,
      );
    return new Random(state);
  }
}

/** 128 bits from the text of a path; SHA-256 makes near seeds and names as unlike as far ones. */
function wordsOf(path: string): number[] {
  const digest = new DataView(digestOf(path).buffer);
  return [0, 4, 8, 12].map((offset) => digest.getInt32(offset, true));
}
