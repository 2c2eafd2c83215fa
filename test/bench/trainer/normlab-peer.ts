/** normlab's own side of the comparison. The data folder is the first argument. */

import {
  BatchNorm,
  crossEntropy,
  Linear,
  ReLU,
  Sequential,
  SGD,
  Sigmoid,
  tensor,
} from "../../../src/index.js";
import { planTraining } from "../../../src/train/plan/training-plan.js";
import { BATCHES, netNamed, readData } from "./nets.js";
import { serve } from "./serve.js";

const folder = process.argv[2];

serve((name) => {
  const { sizes, batchSize, activation, learningRate, momentum } = netNamed(name);
  const { inputs, labels, weights } = readData(folder, name);
  const last = sizes.length - 2;
  let taken = 0;
  const network = new Sequential(
    sizes.slice(1).flatMap((out, layer) => {
      const linear = new Linear(sizes[layer], out, { bias: layer === last });
      const { data, size } = linear.weight.value;
      data.set(weights.subarray(taken, taken + size));
      taken += size;
      if (layer === last) return [linear];
      return [linear, new BatchNorm(out), activation === "relu" ? new ReLU() : new Sigmoid()];
    }),
  );
  const optimizer = new SGD(network.parameters(), { learningRate, momentum });
  const data = { inputs: tensor(inputs, [inputs.length / sizes[0], sizes[0]]), labels };
  const plan = planTraining({
    network,
    optimizers: [optimizer],
    loss: crossEntropy,
    data,
    batchSizes: [batchSize],
  });
  if (!plan) throw new Error(`There is no training plan for ${name}.`);
  const batches = Array.from({ length: BATCHES }, (_, batch) =>
    Int32Array.from({ length: batchSize }, (_, row) => batch * batchSize + row),
  );
  return (step) => {
    const loss = plan.gradients(batches[step % BATCHES]);
    plan.update();
    return loss;
  };
});
