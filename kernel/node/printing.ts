// Catches what is printed: process.stdout and stderr (console included), and what is written to the file descriptors 1
// and 2 through node:fs, in any of its ways. What native code writes to the descriptors by itself is not caught: Node
// cannot redirect them.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { StringDecoder } from "node:string_decoder";
import type { StreamName } from "../session/transport.js";
import { replaceFunction } from "./replace.js";

export type Print = (name: StreamName, text: string) => void;

const descriptors: readonly [number, StreamName][] = [
  [1, "stdout"],
  [2, "stderr"],
];

/** What a program may call the two instead of by their numbers. */
const names = new Map<unknown, StreamName>(
  descriptors.flatMap(([descriptor, name]) =>
    [descriptor, `/dev/${name}`, `/dev/fd/${descriptor}`].map((target) => [target, name] as const),
  ),
);

/** Sends all that is printed to `print`. */
export function capturePrinting(print: Print): void {
  captureStreams(print);
  captureFiles(print);
  syncBuiltinESMExports();
}

/** Text of chunks, where a character may be cut by the end of one. */
export function decodeTo(name: StreamName, print: Print): (chunk: unknown, encoding?: unknown) => void {
  const decoder = new StringDecoder("utf8");
  return (chunk, encoding) => {
    if (ArrayBuffer.isView(chunk)) print(name, decoder.write(bytesOf(chunk)));
    else if (typeof encoding === "string" && Buffer.isEncoding(encoding) && encoding !== "utf8")
      print(name, decoder.write(Buffer.from(String(chunk), encoding)));
    else print(name, String(chunk));
  };
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function captureStreams(print: Print): void {
  for (const [, name] of descriptors) {
    const write = decodeTo(name, print);
    replaceFunction(
      process[name],
      "write",
      () => (chunk: unknown, encoding?: unknown, callback?: unknown) => {
        write(chunk, encoding);
        const done = typeof encoding === "function" ? encoding : callback;
        if (typeof done === "function") process.nextTick(() => done());
        return true;
      },
    );
  }
}

type Call = (...args: unknown[]) => unknown;

function captureFiles(print: Print): void {
  const writers = new Map(descriptors.map(([, name]) => [name, decodeTo(name, print)]));
  /** What is written: a text, or the part of the bytes that offset and length name. */
  const part = (data: unknown, rest: unknown[]): { chunk: unknown; encoding: unknown; size: number } => {
    if (!ArrayBuffer.isView(data)) {
      const encoding = typeof rest[1] === "string" ? rest[1] : "utf8";
      const size = Buffer.byteLength(String(data), Buffer.isEncoding(encoding) ? encoding : "utf8");
      return { chunk: data, encoding, size };
    }
    const named =
      typeof rest[0] === "object" && rest[0] !== null ? (rest[0] as Record<string, unknown>) : undefined;
    const [offset, length] = named ? [named.offset, named.length] : rest;
    const start = typeof offset === "number" ? offset : 0;
    const end = typeof length === "number" ? start + length : undefined;
    const chunk = bytesOf(data).subarray(start, end);
    return { chunk, encoding: undefined, size: chunk.byteLength };
  };
  const all = (buffers: unknown): Buffer =>
    Buffer.concat(Array.isArray(buffers) ? buffers.filter(ArrayBuffer.isView).map(bytesOf) : []);
  const encodingOf = (options: unknown) =>
    typeof options === "object" && options !== null && "encoding" in options ? options.encoding : options;

  /** Functions by name: what they print of their arguments after the first, and what they give for it. */
  const printing: Record<
    string,
    (write: (chunk: unknown, encoding?: unknown) => void, args: unknown[]) => unknown[]
  > = {
    write: (write, [data, ...rest]) => {
      const { chunk, encoding, size } = part(data, rest);
      write(chunk, encoding);
      return [size, data];
    },
    writev: (write, [buffers]) => {
      const bytes = all(buffers);
      write(bytes);
      return [bytes.byteLength, buffers];
    },
    writeFile: (write, [data, options]) => {
      write(data, encodingOf(options));
      return [];
    },
  };
  printing.appendFile = printing.writeFile;

  for (const [name, printed] of Object.entries(printing)) {
    replaceFunction(fs, `${name}Sync`, (original) => (target: unknown, ...args: unknown[]) => {
      const write = writers.get(names.get(target) ?? ("" as StreamName));
      return write === undefined ? Reflect.apply(original, fs, [target, ...args]) : printed(write, args)[0];
    });
    replaceFunction(fs, name, (original) => (target: unknown, ...args: unknown[]) => {
      const write = writers.get(names.get(target) ?? ("" as StreamName));
      const callback = args.at(-1);
      if (write === undefined || typeof callback !== "function")
        return Reflect.apply(original, fs, [target, ...args]);
      const given = printed(write, args.slice(0, -1));
      process.nextTick(() => (callback as Call)(null, ...given));
      return undefined;
    });
  }
}
