import type { Scale } from "../data/scaling.js";
import type { SplitSizes } from "../data/split.js";
import type { Initializer } from "../nn/initializers.js";
import type { BatchOrder, LastBatch } from "../train/batches.js";
import type { EarlyStop } from "../train/early-stopping.js";

/**
 * All that one training run needs, in plain JSON: the same spec gives the same bits on every machine. Defaults stand in
 * parentheses; `runExperiment` checks every key and names the path of what it can't use.
 */
export interface ExperimentSpec {
  /** A name of your own for the table of results. */
  name?: string;
  /** Decides the parts of the data, the initial weights and the batches, unless these have a seed of their own (0). */
  seed?: number;
  data: DataSpec;
  network: NetworkSpec;
  optimizer: OptimizerSpec;
  /** (64) */
  batchSize?: number;
  /** ("keep") */
  lastBatch?: LastBatch;
  /** ("shuffled") */
  batchOrder?: BatchOrder;
  /** Give this or `epochs`; 0 only evaluates and probes the initial network. */
  steps?: number;
  epochs?: number;
  /** Which parameters are trained ("all"). The others stay as they were drawn. */
  trainable?: "all" | TrainablePart[];
  /** Which parts of the data are evaluated during the training (["validation", "test"]). */
  evaluate?: Part[];
  /** Evaluate every so many steps (once an epoch), before the training and at the end too. */
  evaluateEvery?: number;
  /**
   * Accuracies: the result then tells at which evaluation each part first had reached them, and of all evaluations keeps the
   * first and the last only, so that hundreds of runs make a small file (none: all evaluations are kept).
   */
  milestones?: number[];
  /** Judged on the validation part. */
  earlyStop?: EarlyStop;
  probes?: ProbeSpec[];
  /** (evaluateEvery) */
  probeEvery?: number;
  /** How many of the first training examples the probes look at (256). */
  probeSize?: number;
  /** More evaluations of the trained network, each with a name of its own. */
  finally?: FinalEvaluationSpec[];
}

export type Part = "train" | "validation" | "test";

/** Parameters by what they are; "output" means weight and bias of the last Linear. */
export type TrainablePart = "hiddenWeights" | "hiddenBiases" | "gamma" | "beta" | "output";

/** Options that all data sets share. */
interface DataChoices {
  /** Draws the parts (the spec's seed). */
  seed?: number;
  /** Sizes of the parts, in examples or fractions. */
  split?: SplitSizes;
  /** Train on so many examples only: the first ones of the part (all). */
  trainSize?: number;
  /** Shift and scale each feature to mean 0 and standard deviation 1 of the training part (false). */
  standardize?: boolean;
}

export type DataSpec =
  | (DataChoices & { set: "digits"; scale?: Scale })
  | (DataChoices & { set: "moons"; size?: number; noise?: number })
  | (DataChoices & { set: "spirals"; size?: number; noise?: number; classes?: number; turns?: number })
  | (DataChoices & {
      set: "blobs";
      size?: number;
      noise?: number;
      classes?: number;
      features?: number;
      spread?: number;
    })
  /** Paths start from the folder in which the program runs. */
  | (DataChoices & { set: "idx"; images: string; labels: string; scale?: Scale; classes?: number })
  | (DataChoices & { set: "csv"; file: string; label?: string | number; delimiter?: string });

/** A multilayer perceptron: for each hidden width Linear, norm, activation, dropout; then a Linear to the classes. */
export interface NetworkSpec {
  hidden: number[];
  /** ("relu"); "none" makes a linear network. */
  activation?: "relu" | "sigmoid" | "tanh" | "none";
  /** ("none") */
  norm?: "none" | "batch" | "layer" | { groups: number };
  /** Where the normalization stands ("before" the activation). */
  normPlace?: "before" | "after";
  /** Normalize the outputs of the last Linear as well (false). */
  normOutput?: boolean;
  /** A bias in Linears that a BatchNorm follows, where it has no effect on the output (false). */
  biasBeforeNorm?: boolean;
  /** Probability that a hidden activation is dropped (0). */
  dropout?: number;
  /** Of hidden weights ("kaiming" for ReLU, else "xavier"). */
  init?: Initializer;
  /** Of the last Linear's weights (as `init`). */
  outputInit?: Initializer;
  /** Multiplies the hidden layers' initial weights (1). */
  hiddenScale?: number;
  batchNorm?: BatchNormSpec;
  /** (the spec's seed) */
  seed?: number;
  /** ("float32") */
  dtype?: "float32" | "float64";
}

/** BatchNorm's options (and, for scale and center, those of the other normalizations). */
export interface BatchNormSpec {
  /** (1e-5) */
  eps?: number;
  /** (0.1); null averages over all batches. */
  momentum?: number | null;
  /** Whether gamma is there (true). */
  scale?: boolean;
  /** Whether beta is there (true). */
  center?: boolean;
  /** Backward takes these statistics for constants (neither). */
  stopGradient?: "mean" | "variance" | "both";
  /** Noise on the normalized values, Santurkar et al. 2018 (none). */
  noise?: boolean | { meanRange?: number; stdRange?: number; meanSpread?: number; stdSpread?: number };
}

export type OptimizerSpec =
  | {
      kind: "sgd";
      learningRate: number;
      momentum?: number;
      nesterov?: boolean;
      weightDecay?: number;
      /** Which parameters decay: ("all"), or weights without biases, gamma and beta. */
      decays?: "all" | "weights";
    }
  | {
      kind: "adam";
      learningRate: number;
      beta1?: number;
      beta2?: number;
      eps?: number;
      weightDecay?: number;
      decoupled?: boolean;
      decays?: "all" | "weights";
    };

/** The trainer's probes that are plain JSON. */
export type ProbeSpec =
  | "gradientNorms"
  | "weightNorms"
  | "updateRatios"
  | "gammaBeta"
  | { kind: "inputPercentiles"; layer: number | string; percentiles?: number[]; unit?: number }
  | { kind: "gammaBeta"; percentiles?: number[] }
  | { kind: "drift"; layer: number | string };

export interface FinalEvaluationSpec {
  name: string;
  /** ("test") */
  on?: Part;
  /**
   * What BatchNorm normalizes by: the running statistics ("running"), those of each evaluated batch ("batch", what happens when
   * eval() is forgotten, without dropout), or running statistics computed anew over the training part ("recalibrated").
   */
  statistics?: "running" | "batch" | "recalibrated";
  /** Examples of an evaluated batch (512). */
  batchSize?: number;
  /** Take the examples in the order of their classes (false). */
  sorted?: boolean;
}
