import { host } from "#host";
import { checkOptions } from "../base/errors.js";
import type { ResourceName } from "../host/host.js";
import type { DType } from "../tensor/backends.js";
import { idxOf, type NamedBytes } from "./idx.js";
import type { Scale } from "./scaling.js";
import type { Partition, Split, SplitSizes } from "./split.js";

export interface DigitsOptions {
  /** Draws which images go into which part; default 1. */
  seed?: number;
  /** Default: 1000 to train, 397 to validate, 400 to test. */
  split?: SplitSizes;
  /**
   * How the pixels (0 to 16) are shifted and scaled, all by the same two numbers; default "standard": (x - 4.884)/6.017,
   * mean 0 and standard deviation 1 over all pixels of all images. "unit": 0 to 1. "binary": 0 or 1. "raw": 0 to 16.
   */
  scale?: Scale;
  /** true (default): [N, 64]; false: [N, 1, 8, 8]. */
  flatten?: boolean;
  /** Default "float32". */
  dtype?: DType;
}

/** What was read before, by how it was read: a sweep takes the same files hundreds of times. split() copies, so it stays whole. */
const read = new Map<string, Split>();

/**
 * 1797 handwritten digits of 8×8 pixels in ten classes: the set "Optical Recognition of Handwritten Digits" of the UCI
 * repository by E. Alpaydin and C. Kaynak, CC BY 4.0, that scikit-learn ships as `load_digits`.
 *
 *     const { train, validation, test, classes } = digits({ seed: 1 });
 */
export function digits(options: DigitsOptions = {}): Partition {
  checkOptions("digits", options, ["seed", "split", "scale", "flatten", "dtype"]);
  const {
    seed = 1,
    split = { train: 1000, validation: 397, test: 400 },
    scale = "standard",
    flatten,
    dtype,
  } = options;
  const reading = JSON.stringify({ scale, flatten, dtype });
  let all = read.get(reading);
  if (!all) {
    const images = shipped("digits-images-idx3-ubyte.gz");
    const labels = shipped("digits-labels-idx1-ubyte.gz");
    all = idxOf(images, labels, { classes: 10, scale, flatten, dtype });
    read.set(reading, all);
  }
  return all.split({ ...split, seed });
}

const shipped = (file: ResourceName): NamedBytes => ({ file, bytes: host.resource(file) });
