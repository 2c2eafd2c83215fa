// The page in which the sides of the browser's benchmark train, bundled by ../browser.ts. Plain JavaScript in the source tree, so
// that it finds the packages of this folder. Each side has one thread: a page without special headers has no shared memory to
// post, and so no more.
import { defaultDevice, init } from "@jax-js/jax";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
// What the benchmark compiled.
import { normlabStep } from "normlab-bench/normlab-step.js";
import { Trainings } from "normlab-bench/trainings.js";
import { tfjsStep } from "../trainer/tfjs-step.js";
import { jaxStep } from "./jax-step.js";

const bytesOf = async (name) => (await fetch(`data/${name}`)).arrayBuffer();

async function start() {
  const { nets } = await (await fetch("data/nets.json")).json();
  const all = new Map();
  for (const net of nets) {
    const [inputs, labels, weights] = await Promise.all(
      ["inputs", "labels", "weights"].map((kind) => bytesOf(`${net.name}.${kind}`)),
    );
    const data = {
      inputs: new Float32Array(inputs),
      labels: new Int32Array(labels),
      weights: new Float32Array(weights),
    };
    all.set(net.name, [net, data]);
  }
  setWasmPaths("tfjs/");
  await tf.setBackend("wasm");
  await tf.ready();
  await init("wasm");
  defaultDevice("wasm");
  return {
    normlab: new Trainings((name) => normlabStep(...all.get(name))),
    tfjs: new Trainings((name) => tfjsStep(tf, ...all.get(name))),
    jax: new Trainings((name) => jaxStep(...all.get(name))),
  };
}

globalThis.trainings = start();
