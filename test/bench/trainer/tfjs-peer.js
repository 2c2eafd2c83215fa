// TensorFlow.js's side of the comparison (the lines it answers: serve.ts). Plain JavaScript in the source tree, so that it finds
// the packages of test/bench/node_modules. Arguments: data folder, backend (wasm or cpu), folder of the compiled benchmark.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, backend, compiled] = process.argv.slice(2);
const { serve } = await import(pathToFileURL(join(compiled, "serve.js")).href);
const { BATCHES, netNamed, readData } = await import(pathToFileURL(join(compiled, "nets.js")).href);

const require = createRequire(import.meta.url);
const tf = require("@tensorflow/tfjs");
if (backend === "wasm") {
  const wasm = require("@tensorflow/tfjs-backend-wasm");
  const entry = require.resolve("@tensorflow/tfjs-backend-wasm");
  wasm.setWasmPaths(join(entry, "..", "/"));
}
await tf.setBackend(backend);
await tf.ready();

serve((name) => {
  const { sizes, batchSize, activation, learningRate, momentum } = netNamed(name);
  const { inputs, labels, weights } = readData(folder, name);
  const last = sizes.length - 2;
  let taken = 0;
  const layers = sizes.slice(1).map((out, place) => {
    const shape = [out, sizes[place]];
    const size = out * sizes[place];
    const weight = tf.variable(tf.transpose(tf.tensor2d(weights.slice(taken, taken + size), shape)));
    taken += size;
    const gamma = place < last ? tf.variable(tf.ones([out])) : null;
    return { weight, gamma, beta: tf.variable(tf.zeros([out])) };
  });
  const batches = Array.from({ length: BATCHES }, (_, batch) => {
    const rows = [batch * batchSize, (batch + 1) * batchSize];
    const x = tf.tensor2d(inputs.slice(...rows.map((row) => row * sizes[0])), [batchSize, sizes[0]]);
    const y = tf.oneHot(tf.tensor1d(labels.slice(...rows), "int32"), sizes[last + 1]).toFloat();
    return { x, y };
  });
  const optimizer = momentum > 0 ? tf.train.momentum(learningRate, momentum) : tf.train.sgd(learningRate);
  const forward = (x) =>
    layers.reduce((value, { weight, gamma, beta }) => {
      const z = tf.matMul(value, weight);
      if (!gamma) return tf.add(z, beta);
      const { mean, variance } = tf.moments(z, 0);
      const scaled = tf.batchNorm2d(z, mean, variance, beta, gamma, 1e-5);
      return activation === "relu" ? tf.relu(scaled) : tf.sigmoid(scaled);
    }, x);
  return (step) => {
    const { x, y } = batches[step % BATCHES];
    const loss = optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, forward(x)), true);
    const value = loss.dataSync()[0];
    loss.dispose();
    return value;
  };
});
