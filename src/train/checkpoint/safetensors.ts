/**
 * The safetensors format (https://huggingface.co/docs/safetensors): 8 bytes with the header's length (little endian), the
 * header in JSON, then the numbers. The header names each tensor's dtype, shape and the offsets of its first byte and of the
 * byte after its last; the tensors fill the rest of the file without gaps.
 */
import { host } from "#host";
import { DataError, unreadable } from "../../data/data-error.js";
import { type Tensor, tensor } from "../../tensor/tensor.js";
import { writeWhole } from "./write-file.js";

/** What a safetensors file holds: tensors by name, and texts by name. */
export interface TensorFile {
  tensors: Record<string, Tensor>;
  metadata: Record<string, string>;
}

/** The format's own limit, which keeps a damaged length from being believed. */
const LONGEST_HEADER = 100_000_000;
const LENGTH_BYTES = 8;

/** The dtypes that are read; what float32 holds exactly becomes float32, the others float64. */
const DTYPES: Record<
  string,
  { bytes: number; as: "float32" | "float64"; read(view: DataView, at: number): number }
> = {
  F64: { bytes: 8, as: "float64", read: (view, at) => view.getFloat64(at, true) },
  F32: { bytes: 4, as: "float32", read: (view, at) => view.getFloat32(at, true) },
  F16: { bytes: 2, as: "float32", read: (view, at) => halfPrecision(view.getUint16(at, true)) },
  BF16: { bytes: 2, as: "float32", read: (view, at) => brainFloat(view.getUint16(at, true)) },
  I64: { bytes: 8, as: "float64", read: (view, at) => Number(view.getBigInt64(at, true)) },
  I32: { bytes: 4, as: "float64", read: (view, at) => view.getInt32(at, true) },
  U8: { bytes: 1, as: "float32", read: (view, at) => view.getUint8(at) },
};

function halfPrecision(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return (sign * fraction) / 16777216;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  // Both factors are exact, whatever computes the power of two.
  return exponent >= 25
    ? sign * (1024 + fraction) * (1 << (exponent - 25))
    : (sign * (1024 + fraction)) / (1 << (25 - exponent));
}

function brainFloat(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits << 16);
  return view.getFloat32(0);
}

/** Writes tensors (and texts) to a file that Python's safetensors reads: as F32 and F64, under a temporary name first. */
export function saveTensors(
  file: string,
  tensors: Record<string, Tensor>,
  metadata: Record<string, string> = {},
): void {
  writeWhole(file, encodeTensors(tensors, metadata));
}

function encodeTensors(tensors: Record<string, Tensor>, metadata: Record<string, string>): Uint8Array {
  // Numbers of 8 bytes come first, so that every number lies on a multiple of its size.
  const sizeOfNumber = ({ dtype }: Tensor) => (dtype === "float64" ? 8 : 4);
  const entries = Object.entries(tensors).sort(([, a], [, b]) => sizeOfNumber(b) - sizeOfNumber(a));
  const header: Record<string, unknown> = {};
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata;
  let end = 0;
  for (const [name, { dtype, shape, size }] of entries) {
    const start = end;
    end += size * (dtype === "float64" ? 8 : 4);
    header[name] = { dtype: dtype === "float64" ? "F64" : "F32", shape, data_offsets: [start, end] };
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const headerLength = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(LENGTH_BYTES + headerLength + end);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(headerLength), true);
  bytes.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerLength);
  bytes.set(text, LENGTH_BYTES);
  let at = LENGTH_BYTES + headerLength;
  for (const [, { dtype, data }] of entries) {
    for (let i = 0; i < data.length; i++) {
      if (dtype === "float64") view.setFloat64(at, data[i], true);
      else view.setFloat32(at, data[i], true);
      at += dtype === "float64" ? 8 : 4;
    }
  }
  return bytes;
}

/**
 * Reads a safetensors file, ours or Python's. Throws a DataError that says what is wrong when the file is cut off, its
 * header damaged, or its offsets and sizes don't fit together.
 */
export function loadTensors(file: string): TensorFile {
  let bytes: Uint8Array;
  try {
    bytes = host.files.read(file);
  } catch (error) {
    throw unreadable(file, error);
  }
  const damaged = (problem: string, byte?: number) =>
    new DataError({ file, byte }, `${problem}. The file is damaged or no safetensors file.`);
  const { header, start } = readHeader(bytes, damaged);
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
  const { __metadata__: metadata = {}, ...descriptions } = header;
  if (!isRecord(metadata) || !Object.values(metadata).every((text) => typeof text === "string"))
    throw damaged("__metadata__ must hold texts", LENGTH_BYTES);
  const entries = Object.entries(descriptions).map(([name, description]) => ({
    name,
    ...checkedDescription(name, description, damaged),
  }));
  checkLayout(entries, view.byteLength, damaged);
  const tensors = entries.map(({ name, dtype, shape, offset, count }): [string, Tensor] => {
    const { as, bytes: width, read } = DTYPES[dtype];
    const values = new Float64Array(count);
    for (let i = 0; i < count; i++) values[i] = read(view, offset + i * width);
    return [name, tensor(values, shape, as)];
  });
  return { tensors: Object.fromEntries(tensors), metadata: metadata as Record<string, string> };
}

type Damaged = (problem: string, byte?: number) => DataError;

function readHeader(bytes: Uint8Array, damaged: Damaged): { header: Record<string, unknown>; start: number } {
  if (bytes.length < LENGTH_BYTES)
    throw damaged(`it has ${bytes.length} bytes, less than the length of a header`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  const available = bytes.length - LENGTH_BYTES;
  if (length > BigInt(Math.min(available, LONGEST_HEADER)))
    throw damaged(`its first 8 bytes promise a header of ${length} bytes, but ${available} follow`, 0);
  const start = LENGTH_BYTES + Number(length);
  let header: unknown;
  try {
    header = JSON.parse(
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(LENGTH_BYTES, start)),
    );
  } catch (error) {
    throw damaged(
      `the header is no JSON (${error instanceof Error ? error.message : String(error)})`,
      LENGTH_BYTES,
    );
  }
  if (!isRecord(header)) throw damaged("the header is no JSON object", LENGTH_BYTES);
  return { header, start };
}

interface Description {
  dtype: string;
  shape: number[];
  offset: number;
  end: number;
  count: number;
}

function checkedDescription(name: string, description: unknown, damaged: Damaged): Description {
  const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
  if (!isRecord(description)) throw damaged(`the header has no description of "${name}"`, LENGTH_BYTES);
  const { dtype, shape, data_offsets: offsets } = description;
  if (typeof dtype !== "string" || !Object.hasOwn(DTYPES, dtype))
    throw damaged(
      `"${name}" has the dtype ${JSON.stringify(dtype)}; known are ${Object.keys(DTYPES).join(", ")}`,
    );
  if (!Array.isArray(shape) || !shape.every(isCount))
    throw damaged(`"${name}" has the shape ${JSON.stringify(shape)}`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount))
    throw damaged(`"${name}" has the offsets ${JSON.stringify(offsets)}`);
  const [offset, end] = offsets as [number, number];
  const count = shape.reduce((product, length) => product * length, 1);
  const expected = count * DTYPES[dtype].bytes;
  if (end - offset !== expected)
    throw damaged(
      `"${name}" of shape [${shape.join(", ")}] and dtype ${dtype} takes ${expected} bytes, but its offsets span ${end - offset}`,
    );
  return { dtype, shape, offset, end, count };
}

/** The tensors must fill the data without gaps or overlaps. */
function checkLayout(
  entries: readonly (Description & { name: string })[],
  available: number,
  damaged: Damaged,
): void {
  const inOrder = [...entries].sort((a, b) => a.offset - b.offset || a.end - b.end);
  let expected = 0;
  for (const { name, offset, end } of inOrder) {
    if (offset !== expected)
      throw damaged(`"${name}" starts at ${offset} instead of ${expected} of the data`);
    expected = end;
  }
  if (expected !== available)
    throw damaged(`the header describes ${expected} bytes of numbers, but the file has ${available}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
