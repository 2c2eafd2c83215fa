// jax-js's training step of a net: forward, backward and update in one compiled function.
import { jit, nn, numpy as np, tree, valueAndGrad } from "@jax-js/jax";

const eps = 1e-5;

/** The two are of ../trainer/nets.ts. Gives a step, which returns a batch's loss. An array's `.ref` is one more owner of it. */
export function jaxStep(
  { sizes, batchSize, activation, learningRate, momentum },
  { inputs, labels, weights },
) {
  const last = sizes.length - 2;
  let taken = 0;
  let parameters = sizes.slice(1).map((out, place) => {
    const size = out * sizes[place];
    const weight = np.array(weights.slice(taken, taken + size)).reshape([out, sizes[place]]);
    taken += size;
    const beta = np.zeros([out]);
    return place < last ? { weight, beta, gamma: np.ones([out]) } : { weight, beta };
  });
  let velocity = tree.map((value) => np.zeros(value.shape), parameters);
  const batches = Array.from({ length: labels.length / batchSize }, (_, batch) => {
    const [from, to] = [batch * batchSize, (batch + 1) * batchSize];
    const x = np.array(inputs.slice(from * sizes[0], to * sizes[0])).reshape([batchSize, sizes[0]]);
    const y = nn.oneHot(np.array(labels.slice(from, to), { dtype: np.int32 }), sizes[last + 1]);
    return { x, y };
  });
  const activate = activation === "relu" ? nn.relu : nn.sigmoid;

  function lossOf(layers, x, y) {
    let value = x;
    for (const { weight, beta, gamma } of layers) {
      const z = np.matmul(value, weight.transpose());
      if (gamma === undefined) {
        value = z.add(beta);
        continue;
      }
      const centred = z.ref.sub(np.mean(z, 0, { keepdims: true }));
      const variance = np.mean(np.square(centred.ref), 0, { keepdims: true });
      value = activate(
        centred
          .div(np.sqrt(variance.add(eps)))
          .mul(gamma)
          .add(beta),
      );
    }
    return np.mean(np.sum(nn.logSoftmax(value, -1).mul(y), -1)).mul(-1);
  }

  const train = jit((layers, speeds, x, y) => {
    const [loss, gradients] = valueAndGrad(lossOf)(tree.ref(layers), x, y);
    const faster = tree.map((speed, gradient) => speed.mul(momentum).add(gradient), speeds, gradients);
    const moved = tree.map((value, speed) => value.sub(speed.mul(learningRate)), layers, tree.ref(faster));
    return [loss, moved, faster];
  });

  return (step) => {
    const { x, y } = batches[step % batches.length];
    const [loss, moved, faster] = train(parameters, velocity, x.ref, y.ref);
    [parameters, velocity] = [moved, faster];
    return loss.dataSync()[0];
  };
}
