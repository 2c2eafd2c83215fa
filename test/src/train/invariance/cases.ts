/** Trainings whose bits are compared. Run as a program, this file prints the hashes of those that are named: a fresh process. */
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import {
  Adam,
  BatchNorm,
  blobs,
  Dropout,
  type FitOptions,
  type Layer,
  LayerNorm,
  Linear,
  mlp,
  type Optimizer,
  type Partition,
  ReLU,
  resnet,
  Sequential,
  SGD,
  type Split,
  Trainer,
  tensor,
} from "../../../../src/index.js";

interface Case {
  data: () => Partition;
  network: () => Sequential;
  optimizers: (network: Sequential) => Optimizer | Optimizer[];
  batchSize: number;
  fit: Omit<FitOptions, "validation">;
}

/** Of 60 examples, a tenth and a fifth are for validation and test: of several sizes, as are the batches. */
const small = (): Partition =>
  blobs({ size: 60, classes: 3, features: 5, seed: 1, split: { validation: 0.2, test: 0.3 } });

export const cases: Record<string, Case> = {
  "batch norm, SGD with momentum": {
    data: small,
    network: () => mlp({ inputs: 5, hidden: [6, 7], classes: 3, norm: "batch", seed: 1 }),
    optimizers: (network) => new SGD(network.parameters(), { learningRate: 0.2, momentum: 0.9 }),
    batchSize: 8,
    fit: { steps: 9, evaluateEvery: 4, probes: ["gradientNorms"] },
  },
  "layer norm, dropout, two optimizers": {
    data: small,
    network: () =>
      new Sequential([
        new Linear(5, 9, { random: 1 }),
        new LayerNorm(9),
        new ReLU(),
        new Dropout(0.2, { random: 3 }),
        new Linear(9, 6, { random: 2 }),
        new BatchNorm(6, { stopGradient: "mean" }),
        new Linear(6, 3, { random: 4 }),
      ]),
    optimizers: (network) => [
      new SGD(network.layers[0].parameters(), { learningRate: 0.1 }),
      new Adam(network.layers.slice(1).flatMap((layer: Layer) => layer.parameters())),
    ],
    batchSize: 10,
    fit: { steps: 7, evaluateEvery: 3 },
  },
  "inputs that are mostly zeros": {
    data: () => withZeros(small()),
    network: () => mlp({ inputs: 5, hidden: [130], classes: 3, norm: "batch", seed: 1 }),
    optimizers: (network) => new SGD(network.parameters(), { learningRate: 0.2 }),
    batchSize: 8,
    fit: { steps: 5, evaluateEvery: 4 },
  },
  "products of zeros for several threads": {
    data: () => withZeros(blobs({ size: 600, classes: 4, features: 200, seed: 1 })),
    network: () => mlp({ inputs: 200, hidden: [256], classes: 4, norm: "batch", seed: 1 }),
    optimizers: (network) => new SGD(network.parameters(), { learningRate: 0.2, momentum: 0.9 }),
    batchSize: 128,
    fit: { steps: 12, evaluateEvery: 5 },
  },
  "products for several threads": {
    data: () => blobs({ size: 600, classes: 4, features: 200, seed: 1 }),
    network: () => mlp({ inputs: 200, hidden: [256, 256], classes: 4, norm: "batch", seed: 1 }),
    optimizers: (network) => new SGD(network.parameters(), { learningRate: 0.2, momentum: 0.9 }),
    batchSize: 128,
    fit: { steps: 12, evaluateEvery: 5 },
  },
  "convolutions for several threads": {
    data: () => {
      const { train, validation, test, classes } = blobs({ size: 600, classes: 4, features: 196, seed: 1 });
      const images = (part: Split) => part.withInputs(part.inputs.reshape([part.size, 1, 14, 14]));
      return { train: images(train), validation: images(validation), test: images(test), classes };
    },
    network: () => resnet({ inputs: [1, 14, 14], channels: [5, 12], blocks: 2, classes: 4, norm: "batch" }),
    optimizers: (network) => new SGD(network.parameters(), { learningRate: 0.1, momentum: 0.9 }),
    batchSize: 60,
    fit: { steps: 9 },
  },
};

/** Seven of ten inputs are 0 in all parts. */
function withZeros({ train, validation, test, classes }: Partition): Partition {
  const zeros = (part: Split) =>
    part.withInputs(
      tensor(
        Float32Array.from(part.inputs.data, (value, at) => ((at * 31) % 10 < 7 ? 0 : value)),
        part.inputs.shape,
      ),
    );
  return { train: zeros(train), validation: zeros(validation), test: zeros(test), classes };
}

export interface Prepared {
  readonly network: Sequential;
  /** Trains and returns the hash of the losses, the evaluations and all that the network holds. */
  readonly train: (options?: Partial<FitOptions>) => Promise<string>;
}

export function prepared(name: string): Prepared {
  const { data, network: networkOf, optimizers, batchSize, fit } = cases[name];
  const { train, validation, test } = data();
  const network = networkOf();
  const trainer = new Trainer({ network, optimizer: optimizers(network), batchSize, seed: 1 });
  return {
    network,
    async train(options = {}) {
      const evaluate = test.size > 0 ? { test } : undefined;
      const history = await trainer.fit(train, {
        validation,
        evaluate,
        progress: false,
        ...fit,
        ...options,
      });
      const hash = createHash("sha256").update(history.loss);
      for (const { loss, accuracy } of Object.values(history.evaluations)) hash.update(loss).update(accuracy);
      for (const values of Object.values(history.probes)) hash.update(values);
      return hash.update(stateOf(network)).digest("hex");
    },
  };
}

/** The bytes of everything that the network holds. */
export function stateOf(network: Layer): Uint8Array {
  const bytes = Object.values(network.stateDict()).map(
    ({ data }) => new Uint8Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength)),
  );
  return Buffer.concat(bytes);
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const name of process.argv.slice(2)) console.log(await prepared(name).train());
