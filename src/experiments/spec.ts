/**
 * What an experiment's spec is, said once: the schema has the keys, their ranges, defaults and words. The types are inferred
 * from it, checkSpec() checks by it, results files leave out its defaults, and the build writes the public declarations from it
 * (kernel/setup/spec-types.js), which lead to no type of zod, whose own declarations older versions of TypeScript cannot read.
 *
 * zod/mini, since every import of normlab loads it: it is a tenth of zod.
 */
import * as z from "zod/mini";

/** Words for a key: its doc comment. A default is added by itself. */
export const words = z.registry<{ text: string }>();

/** The schema with words for it. */
function about<Schema extends z.ZodMiniType>(text: string, schema: Schema): Schema {
  words.add(schema, { text });
  return schema;
}

const count = z.int().check(z.minimum(1));
const atLeastZero = z.number().check(z.minimum(0));
const share = z.number().check(z.minimum(0), z.maximum(1));
const belowOne = z.number().check(z.minimum(0), z.lt(1));
const seed = z.int();

/** A list that nothing writes to: a spec may be `as const`. */
const list = <Element extends z.ZodMiniType>(element: Element) => z.readonly(z.array(element));
const someOf = <Element extends z.ZodMiniType>(element: Element) =>
  z.readonly(z.array(element).check(z.minLength(1)));

export const part = z.enum(["train", "validation", "test"]);

const sizes = z.strictObject({
  train: z.optional(atLeastZero),
  validation: z.optional(atLeastZero),
  test: z.optional(atLeastZero),
});

const dataChoices = {
  seed: about("Draws the parts (the spec's seed).", z.optional(seed)),
  split: about("Sizes of the parts, in examples or fractions.", z.optional(sizes)),
  trainSize: about("Train on so many examples only: the first ones of the part (all).", z.optional(count)),
  standardize: about(
    "Shift and scale each feature to mean 0 and standard deviation 1 of the training part.",
    z._default(z.boolean(), false),
  ),
};
const scale = z._default(z.enum(["standard", "unit", "binary", "raw"]), "standard");
const synthetic = { ...dataChoices, size: z.optional(count), noise: z.optional(atLeastZero) };

const file = about(
  "A path; with the file's SHA-256 a run fails where the file is another one.",
  z.union([
    z.string(),
    z.strictObject({ path: z.string(), sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)) }),
  ]),
);

export const data = about(
  "Which examples: a set of the package's own, drawn points, or files, whose paths start from the program's folder.",
  z.discriminatedUnion("set", [
    z.strictObject({ set: z.literal("digits"), ...dataChoices, scale }),
    z.strictObject({
      set: z.literal("fashion"),
      ...dataChoices,
      scale,
      folder: about("With the full set's files (the part that normlab ships).", z.optional(z.string())),
    }),
    z.strictObject({ set: z.literal("moons"), ...synthetic }),
    z.strictObject({
      set: z.literal("spirals"),
      ...synthetic,
      classes: z.optional(count),
      turns: z.optional(z.number().check(z.positive())),
    }),
    z.strictObject({
      set: z.literal("blobs"),
      ...synthetic,
      classes: z.optional(count),
      features: z.optional(count),
      spread: z.optional(atLeastZero),
    }),
    z.strictObject({
      set: z.literal("idx"),
      ...dataChoices,
      images: file,
      labels: file,
      scale,
      classes: z.optional(count),
    }),
    z.strictObject({
      set: z.literal("csv"),
      ...dataChoices,
      file,
      label: z.optional(z.union([z.string(), z.int()])),
      delimiter: z.optional(z.string()),
    }),
  ]),
);

export const batchNorm = about(
  "BatchNorm's options (and, for scale and center, those of the other normalizations).",
  z.strictObject({
    eps: z._default(atLeastZero, 1e-5),
    momentum: about("null averages over all batches.", z._default(z.nullable(share), 0.1)),
    scale: about("Whether gamma is there.", z._default(z.boolean(), true)),
    center: about("Whether beta is there.", z._default(z.boolean(), true)),
    stopGradient: about(
      "Backward takes these statistics for constants (neither).",
      z.optional(z.enum(["mean", "variance", "both"])),
    ),
    ghostBatchSize: about(
      "In training each group of so many samples is normalized by its own statistics, Hoffer et al. 2017 (the whole batch).",
      z.optional(count),
    ),
    noise: about(
      "Noise on the normalized values, Santurkar et al. 2018.",
      z._default(
        z.union([
          z.boolean(),
          z.strictObject({
            meanRange: z.optional(atLeastZero),
            stdRange: z.optional(atLeastZero),
            meanSpread: z.optional(atLeastZero),
            stdSpread: z.optional(atLeastZero),
            every: z.optional(count),
          }),
        ]),
        false,
      ),
    ),
  }),
);

const initializer = z.union([z.enum(["kaiming", "xavier"]), z.strictObject({ std: atLeastZero })]);

const networkSeed = about("(the spec's seed)", z.optional(seed));
const dtype = z._default(z.enum(["float32", "float64"]), "float32");

const perceptron = about(
  "A multilayer perceptron: for each hidden width Linear, norm, activation, dropout; then a Linear to the classes.",
  z.strictObject({
    kind: z.optional(z.literal("mlp")),
    hidden: list(count),
    activation: about(
      '"none" makes a linear network.',
      z._default(z.enum(["relu", "sigmoid", "tanh", "none"]), "relu"),
    ),
    norm: z._default(
      z.union([z.enum(["none", "batch", "layer"]), z.strictObject({ groups: count })]),
      "none",
    ),
    normPlace: about(
      "Where the normalization stands: before the activation or after it.",
      z._default(z.enum(["before", "after"]), "before"),
    ),
    normOutput: about("Normalize the outputs of the last Linear as well.", z._default(z.boolean(), false)),
    biasBeforeNorm: about(
      "A bias in Linears that a BatchNorm follows, where it has no effect on the output.",
      z._default(z.boolean(), false),
    ),
    dropout: about("Probability that a hidden activation is dropped.", z._default(belowOne, 0)),
    init: about('Of hidden weights ("kaiming" for ReLU, else "xavier").', z.optional(initializer)),
    outputInit: about("Of the last Linear's weights (as `init`).", z.optional(initializer)),
    hiddenScale: about("Multiplies the hidden layers' initial weights.", z._default(atLeastZero, 1)),
    batchNorm: z.prefault(batchNorm, {}),
    seed: networkSeed,
    dtype,
  }),
);

/** What networks of images share. */
const ofImages = {
  channels: someOf(count),
  activation: z._default(z.enum(["relu", "sigmoid", "tanh"]), "relu"),
  norm: z._default(
    z.union([z.enum(["none", "batch", "layer", "instance"]), z.strictObject({ groups: count })]),
    "none",
  ),
  augmentation: about(
    "Moves training images by so many places at most, and mirrors every other (no).",
    z.optional(
      z.strictObject({
        shift: z.optional(z.int().check(z.minimum(0))),
        flip: z._default(z.boolean(), false),
      }),
    ),
  ),
  dropout: about("Probability that an input of the last Linear is dropped.", z._default(belowOne, 0)),
  weightStandardization: about(
    "Whether convolutions take standardized weights, Qiao et al. 2019.",
    z._default(z.boolean(), false),
  ),
  init: about('Of all weights ("kaiming" for ReLU, else "xavier").', z.optional(initializer)),
  batchNorm: z.prefault(batchNorm, {}),
  seed: networkSeed,
  dtype,
};

const convolutional = about(
  "What `cnn` makes: for each number of channels Conv2d 3×3, norm, activation, MaxPool2d; then a Linear to the classes.",
  z.strictObject({ kind: z.literal("cnn"), ...ofImages }),
);

const residual = about(
  "What `resnet` makes: Conv2d 3×3, residual blocks, norm, activation, GlobalAvgPool2d; then a Linear to the classes.",
  z.strictObject({
    kind: z.literal("resnet"),
    ...ofImages,
    blocks: about("In all, or of each number of channels.", z.union([count, someOf(count)])),
    shortcuts: about("false: the branches stand one behind the other.", z._default(z.boolean(), true)),
    scale: about(
      "The start of a trained number on each branch; 0 is SkipInit and ReZero (none).",
      z.optional(z.number()),
    ),
    fixup: about("The start of Fixup, Zhang et al. 2019.", z._default(z.boolean(), false)),
  }),
);

export const network = about(
  'A network by its kind: "mlp" (when none is said), "cnn" or "resnet", which take images.',
  z.discriminatedUnion("kind", [perceptron, convolutional, residual]),
);

const decays = about(
  "Which parameters decay: all, or weights without biases, gamma, beta and scales.",
  z._default(z.enum(["all", "weights"]), "all"),
);

export const optimizer = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("sgd"),
    learningRate: atLeastZero,
    // No default: it would be part of the keys of all results there are.
    hiddenFactor: about(
      "Multiplies the learning rate of the hidden Linears' weights (1).",
      z.optional(atLeastZero),
    ),
    momentum: z._default(atLeastZero, 0),
    nesterov: z._default(z.boolean(), false),
    weightDecay: z._default(atLeastZero, 0),
    decays,
  }),
  z.strictObject({
    kind: z.literal("adam"),
    learningRate: atLeastZero,
    beta1: z._default(belowOne, 0.9),
    beta2: z._default(belowOne, 0.999),
    eps: z._default(atLeastZero, 1e-8),
    weightDecay: z._default(atLeastZero, 0),
    decoupled: z._default(z.boolean(), false),
    decays,
  }),
]);

const plainSchedules = [
  z.strictObject({ kind: z.literal("constant"), factor: z._default(atLeastZero, 1) }),
  z.strictObject({
    kind: z.literal("step"),
    every: z.optional(count),
    at: z.optional(someOf(count)),
    factor: z._default(atLeastZero, 0.1),
  }),
  z.strictObject({ kind: z.literal("cosine"), steps: count, least: z._default(share, 0) }),
] as const;

export const schedule = about(
  "How the learning rate changes: what `schedule.cosine(1000)` and its kin give.",
  z.discriminatedUnion("kind", [
    ...plainSchedules,
    z.strictObject({
      kind: z.literal("warmup"),
      steps: count,
      from: about("(1 / steps)", z.optional(share)),
      after: about("What follows (a constant 1).", z.optional(z.discriminatedUnion("kind", plainSchedules))),
    }),
  ]),
);

const layer = z.union([z.int(), z.string()]);
const percentiles = z.optional(someOf(z.number().check(z.minimum(0), z.maximum(100))));

export const probe = about(
  "The trainer's probes that are plain JSON.",
  z.union([
    z.enum(["gradientNorms", "weightNorms", "updateRatios", "rotations", "alongGradient", "gammaBeta"]),
    z.discriminatedUnion("kind", [
      z.strictObject({
        kind: z.literal("inputPercentiles"),
        layer,
        percentiles,
        unit: z.optional(z.int().check(z.minimum(0))),
      }),
      z.strictObject({ kind: z.literal("gammaBeta"), percentiles }),
      z.strictObject({
        kind: z.literal(["gradientNorms", "weightNorms", "updateRatios", "rotations"]),
        parameters: z.optional(z.array(z.string())),
      }),
      z.strictObject({ kind: z.literal("drift"), layer }),
      z.strictObject({ kind: z.literal("gradientShift"), layer }),
    ]),
  ]),
);

export const finalEvaluation = z.strictObject({
  name: z.string(),
  on: z._default(part, "test"),
  statistics: about(
    "What BatchNorm normalizes by: the running statistics, those of each evaluated batch (what happens when eval() is " +
      "forgotten, without dropout), or running statistics computed anew over the training part.",
    z._default(z.enum(["running", "batch", "recalibrated"]), "running"),
  ),
  batchSize: about("Examples of an evaluated batch.", z._default(count, 512)),
  sorted: about("Take the examples in the order of their classes.", z._default(z.boolean(), false)),
});

export const trainablePart = about(
  'Parameters by what they are; "output" means weight and bias of the last Linear, "scales" the numbers on residual branches.',
  z.enum(["hiddenWeights", "hiddenBiases", "gamma", "beta", "scales", "output"]),
);

export const spec = about(
  "All that one training run needs, in plain JSON: the same spec gives the same bits on every machine. Defaults stand in " +
    "parentheses; `runExperiment` checks every key and names the path of what it can't use.",
  z.strictObject({
    name: about("A name of your own for the table of results.", z.optional(z.string())),
    seed: about(
      "Decides the parts of the data, the initial weights and the batches, unless these have a seed of their own.",
      z._default(seed, 0),
    ),
    data,
    network,
    optimizer,
    batchSize: z._default(count, 64),
    lastBatch: about(
      "The small batch at the end of an epoch: kept, or left out.",
      z._default(z.enum(["keep", "drop"]), "keep"),
    ),
    batchOrder: z._default(
      z.union([z.literal("shuffled"), z.strictObject({ classesPerBatch: count })]),
      "shuffled",
    ),
    steps: about(
      "Give this or `epochs`; 0 only evaluates and probes the initial network.",
      z.optional(z.int().check(z.minimum(0))),
    ),
    epochs: z.optional(z.number().check(z.positive())),
    schedule: about("How the learning rate changes over the steps (it stays).", z.optional(schedule)),
    clipGradients: about(
      "Before each update the gradients are scaled so that their norm over all trained parameters is at most this (not at all).",
      z.optional(z.number().check(z.positive())),
    ),
    trainable: about(
      "Which parameters are trained. The others stay as they were drawn.",
      z._default(z.union([z.literal("all"), someOf(trainablePart)]), "all"),
    ),
    evaluate: about(
      "Which parts of the data are evaluated during the training.",
      z._default(list(part), ["validation", "test"]),
    ),
    evaluateEvery: about(
      "Evaluate every so many steps (once an epoch), before the training and at the end too.",
      z.optional(count),
    ),
    milestones: about(
      "Accuracies: the result then tells at which evaluation each part first had reached them, and of all evaluations keeps " +
        "the first and the last only, so that hundreds of runs make a small file (none: all evaluations are kept).",
      z.optional(someOf(share)),
    ),
    earlyStop: about(
      "Judged on the validation part.",
      z.optional(
        z.strictObject({
          accuracy: z.optional(share),
          patience: z.optional(count),
          metric: z.optional(z.enum(["loss", "accuracy"])),
          restoreBest: z.optional(z.boolean()),
        }),
      ),
    ),
    probes: z._default(list(probe), []),
    probeEvery: about("(evaluateEvery)", z.optional(count)),
    probeSize: about("How many of the first training examples the probes look at.", z._default(count, 256)),
    finally: about(
      "More evaluations of the trained network, each with a name of its own.",
      z._default(list(finalEvaluation), []),
    ),
  }),
);

export type Part = z.input<typeof part>;
export type TrainablePart = z.input<typeof trainablePart>;
export type DataSpec = z.input<typeof data>;
export type BatchNormSpec = z.input<typeof batchNorm>;
export type NetworkSpec = z.input<typeof network>;
export type OptimizerSpec = z.input<typeof optimizer>;
export type ScheduleSpec = z.input<typeof schedule>;
export type ProbeSpec = z.input<typeof probe>;
export type FinalEvaluationSpec = z.input<typeof finalEvaluation>;
export type ExperimentSpec = z.input<typeof spec>;

/** A spec with its defaults filled in. */
export type CheckedSpec = z.output<typeof spec>;
