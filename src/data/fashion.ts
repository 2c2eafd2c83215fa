import { host } from "#host";
import { checkOptions, OptionError, showValue } from "../base/errors.js";
import type { ResourceName } from "../host/host.js";
import type { DType } from "../tensor/backends.js";
import { DataError } from "./data-error.js";
import { idxOf, type NamedBytes, readFile } from "./idx.js";
import { checkScale, type Scale, scaleAs } from "./scaling.js";
import { type Partition, Split, type SplitSizes } from "./split.js";

export interface FashionOptions {
  /** Draws which of the training images train and which validate; default 1. */
  seed?: number;
  /**
   * Examples, or fractions of the training and of the test images. Default: all test images; of the training images a fifth
   * (of the full set a sixth) to validate, the others to train.
   */
  split?: SplitSizes;
  /**
   * How the pixels (0 to 255) are shifted and scaled, all by the same two numbers, which the training images give; default
   * "standard": mean 0 and standard deviation 1. "unit": 0 to 1. "binary": 0 or 1. "raw": 0 to 255.
   */
  scale?: Scale;
  /** true: [N, 784]; false (default): [N, 1, 28, 28]. */
  flatten?: boolean;
  /** Default "float32". */
  dtype?: DType;
  /** A folder with the four files of the full set, gzipped or not: train-images-idx3-ubyte and its kin. Default: the shipped part. */
  folder?: string;
}

const CLASS_NAMES = [
  "T-shirt/top",
  "trouser",
  "pullover",
  "dress",
  "coat",
  "sandal",
  "shirt",
  "sneaker",
  "bag",
  "ankle boot",
];

/** Training and test images, not yet drawn into parts. */
interface Files {
  train: Split;
  test: Split;
}

/** The shipped part by how it was read: a sweep takes it hundreds of times. split() copies, so it stays whole. */
const read = new Map<string, Files>();

/**
 * Fashion-MNIST (Xiao, Rasul & Vollgraf 2017; Zalando SE, MIT licence): 28×28 grey images of clothes in ten classes. The package
 * ships a balanced part: 10,000 images of the training file, of which 8,000 train and 2,000 validate as the seed draws them, and
 * 2,000 images of the test file, which are the same for every seed and were seen by nobody else.
 *
 *     const { train, validation, test, classes } = fashion({ seed: 1 });
 *     train.inputs.shape;   // [8000, 1, 28, 28]
 *
 * All of the 60,000 and 10,000 images come from a folder that has the set's files (Debian: package dataset-fashion-mnist).
 *
 * @throws DataError when a file of the folder is missing, damaged, or of another set.
 */
export function fashion(options: FashionOptions = {}): Partition {
  checkOptions("fashion", options, ["seed", "split", "scale", "flatten", "dtype", "folder"]);
  const { seed = 1, split = {}, scale = "standard", flatten = false, dtype = "float32", folder } = options;
  checkScale("fashion", scale);
  checkOptions("fashion's split", split, ["train", "validation", "test"]);
  const files =
    folder === undefined ? shippedFiles(scale, flatten, dtype) : fullFiles(folder, scale, flatten, dtype);
  const { size } = files.train;
  const { validation = size === 60_000 ? 10_000 : size / 5, train, test } = split;
  const drawn = files.train.split({ train, validation, seed });
  return {
    train: drawn.train,
    validation: drawn.validation,
    test: test === undefined ? files.test : files.test.split({ train: 0, test, seed }).test,
    classes: CLASS_NAMES.length,
  };
}

function shippedFiles(scale: Scale, flatten: boolean, dtype: DType): Files {
  const reading = JSON.stringify({ scale, flatten, dtype });
  let files = read.get(reading);
  if (!files) {
    const shipped = (file: ResourceName): NamedBytes => ({ file, bytes: host.resource(file) });
    files = scaledFiles(
      {
        images: shipped("fashion-train-images-idx3-ubyte.gz"),
        labels: shipped("fashion-train-labels-idx1-ubyte.gz"),
      },
      {
        images: shipped("fashion-test-images-idx3-ubyte.gz"),
        labels: shipped("fashion-test-labels-idx1-ubyte.gz"),
      },
      scale,
      flatten,
      dtype,
    );
    read.set(reading, files);
  }
  return files;
}

function fullFiles(folder: string, scale: Scale, flatten: boolean, dtype: DType): Files {
  if (typeof folder !== "string" || folder === "")
    throw new OptionError(
      `fashion: folder must be the path of the folder with the set's four files; got ${showValue(folder)}.`,
    );
  const filesOf = (prefix: string) => ({
    images: inFolder(folder, `${prefix}-images-idx3-ubyte`),
    labels: inFolder(folder, `${prefix}-labels-idx1-ubyte`),
  });
  return scaledFiles(filesOf("train"), filesOf("t10k"), scale, flatten, dtype);
}

/** The file as it is, or gzipped. */
function inFolder(folder: string, name: string): NamedBytes {
  const path = `${folder.replace(/[/\\]$/, "")}/${name}`;
  try {
    return readFile(`${path}.gz`);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return readFile(path);
  }
}

interface Pair {
  images: NamedBytes;
  labels: NamedBytes;
}

function scaledFiles(train: Pair, test: Pair, scale: Scale, flatten: boolean, dtype: DType): Files {
  const [trainRaw, testRaw] = [train, test].map(({ images, labels }) => {
    const found = idxOf(images, labels, { classes: CLASS_NAMES.length, flatten, dtype });
    if (found.inputs.size !== found.size * 784)
      throw new DataError(
        { file: images.file },
        "images of Fashion-MNIST have 28 × 28 pixels; these have others.",
      );
    return found;
  });
  const shown = ({ inputs, labels, classes }: Split) =>
    new Split(scaleAs(inputs, scale, trainRaw.inputs), labels, classes, { classNames: CLASS_NAMES });
  return { train: shown(trainRaw), test: shown(testRaw) };
}
