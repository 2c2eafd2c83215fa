import { checkCount, checkNumber, checkOptions } from "../base/errors.js";
import { cos, sin } from "../base/math/index.js";
import { Random } from "../base/random.js";
import type { DType } from "../tensor/backends.js";
import { tensor } from "../tensor/tensor.js";
import { dataset, type Partition, type SplitSizes } from "./split.js";

/** Options that all made-up sets share. */
export interface SyntheticOptions {
  /** Draws points, noise and parts; default 1. */
  seed?: number;
  /** How many points in all; default 1500. */
  size?: number;
  /** Default: 0.6 to train, 0.2 to validate, 0.2 to test. */
  split?: SplitSizes;
  /** Default "float32". */
  dtype?: DType;
}

export interface MoonsOptions extends SyntheticOptions {
  /** Standard deviation of the normal noise on each coordinate; default 0.1 (moons), 0.05 (spirals). */
  noise?: number;
}

export interface SpiralsOptions extends MoonsOptions {
  /** How many arms, each a class; default 3. */
  classes?: number;
  /** How often an arm winds around the origin; default 0.75. */
  turns?: number;
}

export interface BlobsOptions extends SyntheticOptions {
  /** Default 3. */
  classes?: number;
  /** Default 2. */
  features?: number;
  /** Standard deviation of each blob; default 1. */
  noise?: number;
  /** The centres are normal with this standard deviation; default 4. */
  spread?: number;
}

const SHARED = ["seed", "size", "split", "dtype"];
const DEFAULT_SPLIT: SplitSizes = { train: 0.6, validation: 0.2, test: 0.2 };
const PI = Math.PI;

/** Two half circles that reach into each other: (cos t, sin t) and (1 - cos t, ½ - sin t), t in [0, π]. */
export function moons(options: MoonsOptions = {}): Partition {
  checkOptions("moons", options, [...SHARED, "noise"]);
  const { noise = 0.1 } = options;
  checkNoise("moons", noise);
  return generate("moons", options, 2, 2, (label, position, random) => {
    const t = PI * position;
    const [x, y] = label === 0 ? [cos(t), sin(t)] : [1 - cos(t), 0.5 - sin(t)];
    return [random.normal(x, noise), random.normal(y, noise)];
  });
}

/** Arms that wind outward from the origin: radius t in [0, 1], angle 2π (turns t + label / classes). */
export function spirals(options: SpiralsOptions = {}): Partition {
  checkOptions("spirals", options, [...SHARED, "noise", "classes", "turns"]);
  const { noise = 0.05, classes = 3, turns = 0.75 } = options;
  checkNoise("spirals", noise);
  checkCount("spirals", "classes", classes, 2);
  checkNumber("spirals", "turns", turns, "a number above 0", (value) => value > 0);
  return generate("spirals", options, classes, 2, (label, position, random) => {
    const angle = 2 * PI * (turns * position + label / classes);
    return [random.normal(position * cos(angle), noise), random.normal(position * sin(angle), noise)];
  });
}

/** Normal clouds, one a class, around centres that are normal themselves. */
export function blobs(options: BlobsOptions = {}): Partition {
  checkOptions("blobs", options, [...SHARED, "noise", "classes", "features", "spread"]);
  const { noise = 1, classes = 3, features = 2, spread = 4, seed = 1 } = options;
  checkNoise("blobs", noise);
  checkCount("blobs", "classes", classes, 2);
  checkCount("blobs", "features", features, 1);
  checkNumber("blobs", "spread", spread, "a number of at least 0", (value) => value >= 0);
  const random = new Random(seed).stream("blob centres");
  const centres = Array.from({ length: classes }, () =>
    Array.from({ length: features }, () => random.normal(0, spread)),
  );
  return generate("blobs", options, classes, features, (label, _position, stream) =>
    centres[label].map((coordinate) => stream.normal(coordinate, noise)),
  );
}

function checkNoise(owner: string, noise: number): void {
  checkNumber(owner, "noise", noise, "a number of at least 0", (value) => value >= 0);
}

/** Points of all classes in turn; `position` goes evenly from 0 to 1 within each class. */
function generate(
  owner: string,
  { seed = 1, size = 1500, split = DEFAULT_SPLIT, dtype = "float32" }: SyntheticOptions,
  classes: number,
  features: number,
  point: (label: number, position: number, random: Random) => number[],
): Partition {
  checkCount(owner, "size", size, classes);
  const random = new Random(seed).stream(owner);
  const values = new Float64Array(size * features);
  const labels = new Int32Array(size);
  for (let i = 0; i < size; i++) {
    const label = i % classes;
    const inClass = Math.ceil((size - label) / classes);
    const position = Math.floor(i / classes) / Math.max(inClass - 1, 1);
    values.set(point(label, position, random), i * features);
    labels[i] = label;
  }
  return dataset(tensor(values, [size, features], dtype), labels, { classes }).split({ ...split, seed });
}
