// TensorFlow.js's training step of a net, for Node (tfjs-peer.js) and for a page (../browser/).

/** `tf` is TensorFlow.js with its backend set; the other two are of nets.ts. Gives a step, which returns a batch's loss. */
export function tfjsStep(
  tf,
  { sizes, batchSize, activation, learningRate, momentum },
  { inputs, labels, weights },
) {
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
  const batches = Array.from({ length: labels.length / batchSize }, (_, batch) => {
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
    const { x, y } = batches[step % batches.length];
    const loss = optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, forward(x)), true);
    const value = loss.dataSync()[0];
    loss.dispose();
    return value;
  };
}
