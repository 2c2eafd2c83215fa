// TensorFlow.js's side of the comparison of networks of images (the lines it answers: ../trainer/serve.ts). Plain JavaScript in
// the source tree, so that it finds the packages of test/bench/node_modules. Arguments: data folder, backend (wasm or cpu), folder
// of the compiled benchmark. Images are channels last, the form that its kernels take.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, backend, compiled] = process.argv.slice(2);
const load = (file) => import(pathToFileURL(join(compiled, file)).href);
const { serve } = await load("trainer/serve.js");
const { BATCHES, readData } = await load("trainer/nets.js");
const { netNamed } = await load("convolution/nets.js");

const require = createRequire(import.meta.url);
const tf = require("@tensorflow/tfjs");
if (backend === "wasm") {
  const wasm = require("@tensorflow/tfjs-backend-wasm");
  wasm.setWasmPaths(join(require.resolve("@tensorflow/tfjs-backend-wasm"), "..", "/"));
}
await tf.setBackend(backend);
await tf.ready();

/**
 * The WebAssembly backend has no kernel for the gradient of a filter (Conv2DBackpropFilter). It is a convolution as well: of the
 * images with channels for a batch, by the gradient with places for a window.
 */
function convolveWithGradients(images, variable, kernel, stride, padding) {
  const convolve = tf.customGrad((x, filter, save) => {
    save([x, filter]);
    const gradFunc = (dy, [savedX, savedFilter]) => {
      const byChannels = tf.transpose(savedX, [3, 1, 2, 0]);
      const window = tf.transpose(dy, [1, 2, 0, 3]);
      const all = tf.conv2d(byChannels, window, 1, padding, "NHWC", stride);
      const [from, , , to] = all.shape;
      return [
        tf.conv2dTranspose(dy, savedFilter, savedX.shape, stride, padding),
        tf.transpose(tf.slice(all, [0, 0, 0, 0], [from, kernel, kernel, to]), [1, 2, 0, 3]),
      ];
    };
    return { value: tf.conv2d(x, filter, stride, padding), gradFunc };
  });
  return convolve(images, variable);
}

serve((name) => {
  const { channels, blocks, batchSize, learningRate, momentum } = netNamed(name);
  const { inputs, labels, weights } = readData(folder, name);
  let taken = 0;
  const take = (shape) => {
    const size = shape.reduce((product, length) => product * length, 1);
    const values = tf.tensor(weights.slice(taken, taken + size), shape);
    taken += size;
    return values;
  };
  const conv = (from, to, kernel = 3, stride = 1) => {
    const filter = tf.variable(tf.transpose(take([to, from, kernel, kernel]), [2, 3, 1, 0]));
    const padding = (kernel - 1) / 2;
    if (backend === "wasm") return (x) => convolveWithGradients(x, filter, kernel, stride, padding);
    return (x) => tf.conv2d(x, filter, stride, padding);
  };
  const normReLU = (width) => {
    const [gamma, beta] = [tf.variable(tf.ones([width])), tf.variable(tf.zeros([width]))];
    return (x) => {
      const { mean, variance } = tf.moments(x, [0, 1, 2]);
      return tf.relu(tf.batchNorm4d(x, mean, variance, beta, gamma, 1e-5));
    };
  };
  const chain =
    (...parts) =>
    (x) =>
      parts.reduce((value, part) => part(value), x);
  const pool = (x) => tf.maxPool(x, 2, 2, "valid");
  const linear = (features) => {
    const weight = tf.variable(tf.transpose(take([10, features])));
    const bias = tf.variable(tf.zeros([10]));
    return (x) => tf.add(tf.matMul(x, weight), bias);
  };

  const parts = [];
  let width = 1;
  if (blocks === null) {
    for (const to of channels) {
      parts.push(conv(width, to), normReLU(to), pool);
      width = to;
    }
    // Flattened channels first, as the weights of the Linear have it.
    parts.push((x) => tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [batchSize, 9 * width]), linear(9 * width));
  } else {
    width = channels[0];
    parts.push(conv(1, width));
    channels.forEach((to, stage) => {
      for (let block = 0; block < blocks[stage]; block++) {
        const stride = stage > 0 && block === 0 ? 2 : 1;
        const branch = chain(normReLU(width), conv(width, to, 3, stride), normReLU(to), conv(to, to));
        const shortcut = stride === 2 ? conv(width, to, 1, 2) : (x) => x;
        parts.push((x) => tf.add(shortcut(x), branch(x)));
        width = to;
      }
    });
    parts.push(normReLU(width), (x) => tf.mean(x, [1, 2]), linear(width));
  }
  const forward = chain(...parts);
  const batches = Array.from({ length: BATCHES }, (_, batch) => {
    const rows = [batch * batchSize, (batch + 1) * batchSize];
    const x = tf.tensor4d(inputs.slice(...rows.map((row) => row * 784)), [batchSize, 28, 28, 1]);
    const y = tf.oneHot(tf.tensor1d(labels.slice(...rows), "int32"), 10).toFloat();
    return { x, y };
  });
  const optimizer = momentum > 0 ? tf.train.momentum(learningRate, momentum) : tf.train.sgd(learningRate);
  return (step) => {
    const { x, y } = batches[step % BATCHES];
    const loss = optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, forward(x)), true);
    const value = loss.dataSync()[0];
    loss.dispose();
    return value;
  };
});
