import { host } from "#host";
import { checkOptions } from "../base/errors.js";
import type { DType } from "../tensor/backends.js";
import { tensor } from "../tensor/tensor.js";
import { DataError, unreadable } from "./data-error.js";
import { checkScale, type Scale, scaleValues } from "./scaling.js";
import { dataset, type Split } from "./split.js";

export interface IdxOptions {
  /** The number of classes; default: the largest label + 1. */
  classes?: number;
  /** How the values are shifted and scaled; default "raw". */
  scale?: Scale;
  /** true (default): each example becomes one row, [N, rows·columns]; false: [N, 1, rows, columns]. */
  flatten?: boolean;
  /** Default "float32". */
  dtype?: DType;
}

/** The types of an IDX file's values, by the third byte of the file. */
const TYPES: Record<
  number,
  { name: string; bytes: number; read: (view: DataView, offset: number) => number }
> = {
  8: { name: "unsigned byte", bytes: 1, read: (view, offset) => view.getUint8(offset) },
  9: { name: "signed byte", bytes: 1, read: (view, offset) => view.getInt8(offset) },
  11: { name: "short", bytes: 2, read: (view, offset) => view.getInt16(offset) },
  12: { name: "int", bytes: 4, read: (view, offset) => view.getInt32(offset) },
  13: { name: "float", bytes: 4, read: (view, offset) => view.getFloat32(offset) },
  14: { name: "double", bytes: 8, read: (view, offset) => view.getFloat64(offset) },
};

const UNSIGNED_BYTES = TYPES[8];

/**
 * Reads a pair of files in the IDX format of MNIST, gzipped or not: images (first dimension: examples) and labels (one
 * dimension). Any of the format's six value types will do.
 *
 *     const mnist = idx("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", { scale: "unit" });
 *
 * Throws a DataError that names file and byte when a file is missing, damaged, empty, or the two don't fit together.
 */
export function idx(images: string | URL, labels: string | URL, options: IdxOptions = {}): Split {
  return idxOf(readFile(images), readFile(labels), options);
}

/** The bytes of a file, with its name for messages. */
export interface NamedBytes {
  file: string;
  bytes: Uint8Array;
}

/** idx() of files that were read. */
export function idxOf(images: NamedBytes, labels: NamedBytes, options: IdxOptions): Split {
  checkOptions("idx", options, ["classes", "scale", "flatten", "dtype"]);
  const { scale = "raw", flatten = true, dtype = "float32" } = options;
  checkScale("idx", scale);
  const imageArray = readIdx(images);
  const labelArray = readIdx(labels);
  const [examples, ...exampleShape] = imageArray.shape;
  if (labelArray.shape.length !== 1)
    throw new DataError(
      { file: labelArray.file },
      `labels have one dimension; this file has ${labelArray.shape.length}, [${labelArray.shape.join(", ")}]. Are the two files swapped?`,
    );
  if (exampleShape.length === 0)
    throw new DataError({ file: imageArray.file }, "images have two or more dimensions; this file has one.");
  if (labelArray.shape[0] !== examples)
    throw new DataError(
      { file: labelArray.file },
      `it has ${labelArray.shape[0]} labels, but ${imageArray.file} has ${examples} images. Take the two files of one set.`,
    );
  if (imageArray.values.length === 0) throw new DataError({ file: imageArray.file }, "it holds no images.");
  const width = imageArray.values.length / examples;
  const shape = flatten ? [examples, width] : [examples, 1, ...exampleShape];
  const inputs = scaleValues(tensor(imageArray.values, shape, dtype), scale);
  return dataset(inputs, labelArray.values, { classes: options.classes });
}

interface IdxArray {
  /** The file's name, for messages. */
  file: string;
  shape: number[];
  values: Float64Array | Uint8Array;
}

/** One IDX file: two zero bytes, the type, the number of dimensions, each size in 4 bytes, then the values; big endian. */
function readIdx({ file, bytes: read }: NamedBytes): IdxArray {
  const bytes = inflate(file, read);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4)
    throw new DataError({ file }, `it has ${bytes.length} bytes; an IDX file has a header of at least 8.`);
  const type = TYPES[bytes[2]];
  if (bytes[0] !== 0 || bytes[1] !== 0 || type === undefined)
    throw new DataError(
      { file, byte: 0 },
      `no IDX file: it starts with ${hex(bytes.subarray(0, 4))}, an IDX file with 00 00, a type (08, 09, 0b … 0e) and the number of dimensions.`,
    );
  const dimensions = bytes[3];
  const start = 4 + 4 * dimensions;
  if (dimensions === 0 || bytes.length < start)
    throw new DataError(
      { file, byte: 3 },
      `the header names ${dimensions} dimensions, but the file ends before their sizes.`,
    );
  const shape = Array.from({ length: dimensions }, (_, index) => view.getUint32(4 + 4 * index));
  const count = shape.reduce((product, length) => product * length, 1);
  const expected = start + count * type.bytes;
  if (bytes.length !== expected)
    throw new DataError(
      { file, byte: Math.min(bytes.length, expected) },
      `the header promises ${shape.join(" × ")} values of type ${type.name}, ${expected} bytes in all, but the file has ${bytes.length}. It is cut off or damaged; fetch it again.`,
    );
  // The usual type needs no reading: these are its bytes.
  if (type === UNSIGNED_BYTES) return { file, shape, values: bytes.subarray(start) };
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    values[i] = type.read(view, start + i * type.bytes);
    if (!Number.isFinite(values[i]))
      throw new DataError(
        { file, byte: start + i * type.bytes },
        `the value is ${values[i]}; numbers are needed.`,
      );
  }
  return { file, shape, values };
}

export function readFile(file: string | URL): NamedBytes {
  const path = file instanceof URL ? decodeURIComponent(file.pathname) : file;
  try {
    return { file: path.split(/[/]/).at(-1) ?? path, bytes: host.files.read(file) };
  } catch (error) {
    throw unreadable(path, error);
  }
}

function inflate(file: string, bytes: Uint8Array): Uint8Array {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!isGzip) return bytes;
  try {
    return host.gunzip(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataError({ file }, `the gzip file is damaged (${reason}). Fetch it again.`);
  }
}

const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
