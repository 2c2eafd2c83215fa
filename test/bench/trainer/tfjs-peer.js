// TensorFlow.js's side of the comparison (the lines it answers: serve.ts). Plain JavaScript in the source tree, so that it finds
// the packages of test/bench/node_modules. Arguments: data folder, backend (wasm or cpu), folder of the compiled benchmark.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { tfjsStep } from "./tfjs-step.js";

const [folder, backend, compiled] = process.argv.slice(2);
const { serve } = await import(pathToFileURL(join(compiled, "serve.js")).href);
const { netNamed, readData } = await import(pathToFileURL(join(compiled, "nets.js")).href);

const require = createRequire(import.meta.url);
const tf = require("@tensorflow/tfjs");
if (backend === "wasm") {
  const wasm = require("@tensorflow/tfjs-backend-wasm");
  const entry = require.resolve("@tensorflow/tfjs-backend-wasm");
  wasm.setWasmPaths(join(entry, "..", "/"));
}
await tf.setBackend(backend);
await tf.ready();

serve((name) => tfjsStep(tf, netNamed(name), readData(folder, name)));
