/** normlab's own side of the comparison. The data folder is the first argument. */

import { BatchNorm, Linear, ReLU, Sequential, SGD, Sigmoid } from "../../../src/index.js";
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
  const plan = planTraining({ network, optimizer, batchSize, features: sizes[0] });
  if (!plan) throw new Error(`There is no training plan for ${name}.`);
  const values = batchSize * sizes[0];
  return (step) => {
    const batch = step % BATCHES;
    plan.inputs.data.set(inputs.subarray(batch * values, (batch + 1) * values));
    plan.labels.set(labels.subarray(batch * batchSize, (batch + 1) * batchSize));
    const loss = plan.gradients();
    plan.update();
    return loss;
  };
});
