import { readFileSync } from "node:fs";
import type { ResourceName } from "../host.js";

/** Compiled files lie beside the compiled code, others beside the sources: dist/src/host/node is four folders below the package. */
const kernels = new URL("../../tensor/wasm/", import.meta.url);
const data = new URL("../../../../src/data/files/", import.meta.url);
const fonts = new URL("../../../../src/figure/files/", import.meta.url);

const FOLDERS: Readonly<Record<ResourceName, URL>> = {
  "kernels.wasm": kernels,
  "kernels-tight.wasm": kernels,
  "kernels-wide.wasm": kernels,
  "kernels-relaxed.wasm": kernels,
  "digits-images-idx3-ubyte.gz": data,
  "digits-labels-idx1-ubyte.gz": data,
  "fashion-train-images-idx3-ubyte.gz": data,
  "fashion-train-labels-idx1-ubyte.gz": data,
  "fashion-test-images-idx3-ubyte.gz": data,
  "fashion-test-labels-idx1-ubyte.gz": data,
  "normlab-sans.json": fonts,
};

/** The files that decide what a run gives: the kernels whose bits are the same everywhere, and the data. */
export const decisive = (Object.keys(FOLDERS) as ResourceName[]).filter(
  (name) => FOLDERS[name] !== fonts && name !== "kernels-relaxed.wasm",
);

export function resource(name: ResourceName): Uint8Array<ArrayBuffer> {
  return readFileSync(new URL(name, FOLDERS[name]));
}
