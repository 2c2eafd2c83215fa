/** normlab's own side of the comparison. The data folder is the first argument. */
import { crossEntropy, SGD, tensor } from "../../../src/index.js";
import { planTraining } from "../../../src/train/plan/training-plan.js";
import { BATCHES, readData } from "../trainer/nets.js";
import { serve } from "../trainer/serve.js";
import { netNamed, networkOf, weightsOf } from "./nets.js";

const folder = process.argv[2];

serve((name) => {
  const net = netNamed(name);
  const { batchSize, learningRate, momentum } = net;
  const { inputs, labels, weights } = readData(folder, name);
  const network = networkOf(net);
  let taken = 0;
  for (const { data, size } of weightsOf(network)) {
    data.set(weights.subarray(taken, taken + size));
    taken += size;
  }
  const plan = planTraining({
    network,
    optimizers: [new SGD(network.parameters(), { learningRate, momentum })],
    loss: crossEntropy,
    data: { inputs: tensor(inputs, [BATCHES * batchSize, 1, 28, 28]), labels },
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
