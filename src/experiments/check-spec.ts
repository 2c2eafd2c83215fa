import * as z from "zod";
import { nearestOf, OptionError } from "../base/errors.js";
import {
  batchNormDefaults,
  dataDefaults,
  defaults,
  finalDefaults,
  imageDefaults,
  networkDefaults,
  optimizerDefaults,
} from "./defaults.js";

const count = z.int().min(1);
const atLeastZero = z.number().min(0);
const seed = z.int();
const dtype = z.enum(["float32", "float64"]);
const scale = z.enum(["standard", "unit", "binary", "raw"]);
const initializer = z.union([z.enum(["kaiming", "xavier"]), z.strictObject({ std: atLeastZero })]);
const layer = z.union([z.int(), z.string()]);
const percentiles = z.array(z.number().min(0).max(100)).min(1);
const part = z.enum(["train", "validation", "test"]);
const splitSizes = z.strictObject({
  train: atLeastZero.optional(),
  validation: atLeastZero.optional(),
  test: atLeastZero.optional(),
});
const dataChoices = {
  seed: seed.optional(),
  split: splitSizes.optional(),
  trainSize: count.optional(),
  standardize: z.boolean().default(dataDefaults.standardize),
};
const synthetic = { ...dataChoices, size: count.optional(), noise: atLeastZero.optional() };

const data = z.discriminatedUnion("set", [
  z.strictObject({ set: z.literal("digits"), ...dataChoices, scale: scale.default(imageDefaults.scale) }),
  z.strictObject({ set: z.literal("moons"), ...synthetic }),
  z.strictObject({
    set: z.literal("spirals"),
    ...synthetic,
    classes: count.optional(),
    turns: z.number().positive().optional(),
  }),
  z.strictObject({
    set: z.literal("blobs"),
    ...synthetic,
    classes: count.optional(),
    features: count.optional(),
    spread: atLeastZero.optional(),
  }),
  z.strictObject({
    set: z.literal("idx"),
    ...dataChoices,
    images: z.string(),
    labels: z.string(),
    scale: scale.default(imageDefaults.scale),
    classes: count.optional(),
  }),
  z.strictObject({
    set: z.literal("csv"),
    ...dataChoices,
    file: z.string(),
    label: z.union([z.string(), z.int()]).optional(),
    delimiter: z.string().optional(),
  }),
]);

const batchNorm = z.strictObject({
  eps: atLeastZero.default(batchNormDefaults.eps),
  momentum: z.number().min(0).max(1).nullable().default(batchNormDefaults.momentum),
  scale: z.boolean().default(batchNormDefaults.scale),
  center: z.boolean().default(batchNormDefaults.center),
  stopGradient: z.enum(["mean", "variance", "both"]).optional(),
  noise: z
    .union([
      z.boolean(),
      z.strictObject({
        meanRange: atLeastZero.optional(),
        stdRange: atLeastZero.optional(),
        meanSpread: atLeastZero.optional(),
        stdSpread: atLeastZero.optional(),
      }),
    ])
    .default(batchNormDefaults.noise),
});

const network = z.strictObject({
  hidden: z.array(count),
  activation: z.enum(["relu", "sigmoid", "tanh", "none"]).default(networkDefaults.activation),
  norm: z
    .union([z.enum(["none", "batch", "layer"]), z.strictObject({ groups: count })])
    .default(networkDefaults.norm),
  normPlace: z.enum(["before", "after"]).default(networkDefaults.normPlace),
  normOutput: z.boolean().default(networkDefaults.normOutput),
  biasBeforeNorm: z.boolean().default(networkDefaults.biasBeforeNorm),
  dropout: z.number().min(0).lt(1).default(networkDefaults.dropout),
  init: initializer.optional(),
  outputInit: initializer.optional(),
  hiddenScale: atLeastZero.default(networkDefaults.hiddenScale),
  batchNorm: batchNorm.prefault({}),
  seed: seed.optional(),
  dtype: dtype.default(networkDefaults.dtype),
});

const decays = z.enum(["all", "weights"]);
const { sgd, adam } = optimizerDefaults;
const optimizer = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("sgd"),
    learningRate: atLeastZero,
    momentum: atLeastZero.default(sgd.momentum),
    nesterov: z.boolean().default(sgd.nesterov),
    weightDecay: atLeastZero.default(sgd.weightDecay),
    decays: decays.default(sgd.decays),
  }),
  z.strictObject({
    kind: z.literal("adam"),
    learningRate: atLeastZero,
    beta1: z.number().min(0).lt(1).default(adam.beta1),
    beta2: z.number().min(0).lt(1).default(adam.beta2),
    eps: atLeastZero.default(adam.eps),
    weightDecay: atLeastZero.default(adam.weightDecay),
    decoupled: z.boolean().default(adam.decoupled),
    decays: decays.default(adam.decays),
  }),
]);

const probe = z.union([
  z.enum(["gradientNorms", "weightNorms", "updateRatios", "gammaBeta"]),
  z.discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("inputPercentiles"),
      layer,
      percentiles: percentiles.optional(),
      unit: z.int().min(0).optional(),
    }),
    z.strictObject({ kind: z.literal("gammaBeta"), percentiles: percentiles.optional() }),
    z.strictObject({ kind: z.literal("drift"), layer }),
  ]),
]);

const finalEvaluation = z.strictObject({
  name: z.string(),
  on: part.default(finalDefaults.on),
  statistics: z.enum(["running", "batch", "recalibrated"]).default(finalDefaults.statistics),
  batchSize: count.default(finalDefaults.batchSize),
  sorted: z.boolean().default(finalDefaults.sorted),
});

const trainablePart = z.enum(["hiddenWeights", "hiddenBiases", "gamma", "beta", "output"]);

const spec = z.strictObject({
  name: z.string().optional(),
  seed: seed.default(defaults.seed),
  data,
  network,
  optimizer,
  batchSize: count.default(defaults.batchSize),
  lastBatch: z.enum(["keep", "drop"]).default(defaults.lastBatch),
  batchOrder: z
    .union([z.literal("shuffled"), z.strictObject({ classesPerBatch: count })])
    .default(defaults.batchOrder),
  steps: z.int().min(0).optional(),
  epochs: z.number().positive().optional(),
  trainable: z.union([z.literal("all"), z.array(trainablePart).min(1)]).default(defaults.trainable),
  evaluate: z.array(part).default([...defaults.evaluate]),
  evaluateEvery: count.optional(),
  milestones: z.array(z.number().min(0).max(1)).min(1).optional(),
  earlyStop: z
    .strictObject({
      accuracy: z.number().min(0).max(1).optional(),
      patience: count.optional(),
      metric: z.enum(["loss", "accuracy"]).optional(),
      restoreBest: z.boolean().optional(),
    })
    .optional(),
  probes: z.array(probe).default([...defaults.probes]),
  probeEvery: count.optional(),
  probeSize: count.default(defaults.probeSize),
  finally: z.array(finalEvaluation).default([...defaults.finally]),
});

/** A spec as the schema takes it: the same as ExperimentSpec, which a test holds it to. */
export type SpecInput = z.input<typeof spec>;

/** A spec with its defaults filled in. */
export type CheckedSpec = z.output<typeof spec>;

/**
 * The spec with defaults filled in. Throws an OptionError that names the path of every unknown key and every value out of
 * range: "spec.optimizer.learningRate: Too small: expected number to be >=0 (got -1)".
 *
 * @param owner what the paths start with
 */
export function checkSpec(value: unknown, owner = "spec"): CheckedSpec {
  const parsed = spec.safeParse(value);
  if (!parsed.success)
    throw new OptionError(parsed.error.issues.flatMap((issue) => describe(issue, value, owner)).join("\n"));
  const checked = parsed.data;
  if ((checked.steps === undefined) === (checked.epochs === undefined))
    throw new OptionError(`${owner}: give either steps or epochs.`);
  if (checked.earlyStop && !checked.evaluate.includes("validation"))
    throw new OptionError(`${owner}.earlyStop judges by the validation part: add "validation" to evaluate.`);
  const names = checked.finally.map(({ name }) => name);
  if (new Set(names).size < names.length)
    throw new OptionError(`${owner}.finally: each evaluation needs its own name.`);
  for (const { name, statistics, batchSize } of checked.finally)
    if (statistics === "batch" && batchSize < 2 && checked.network.norm === "batch")
      throw new OptionError(
        `${owner}.finally, "${name}": a batch of 1 has no variance for BatchNorm to normalize by; take a batchSize of 2 or more.`,
      );
  return checked;
}

type Issue = z.core.$ZodIssue;

function describe(issue: Issue, value: unknown, owner: string): string[] {
  const path = pathText(owner, issue.path);
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => {
      const nearest = nearestOf(key, keysAt(spec, issue.path, value));
      return `${path}.${key}: unknown key.${nearest === undefined ? "" : ` Did you mean "${nearest}"?`}`;
    });
  const got = valueAt(value, issue.path);
  if (got === undefined) return [`${path}: missing. ${expectation(issue)}`];
  return [`${path}: ${expectation(issue)} (got ${JSON.stringify(got)})`];
}

/** Of a union, what the first alternative that comes nearest wants. */
function expectation(issue: Issue): string {
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return issue.message;
  return issue.errors.map((alternative) => alternative.map(inAlternative).join(", ")).join("; or ");
}

const inAlternative = (issue: Issue): string =>
  issue.path.length === 0 ? issue.message : `${pathText("it", issue.path)}: ${issue.message}`;

const pathText = (owner: string, path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : `${text}.${String(key)}`),
    owner,
  );

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);

/** The keys that the schema knows at a path. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[], value: unknown): string[] {
  let inner = unwrapped(schema, value);
  let innerValue = value;
  for (const key of path) {
    innerValue = (innerValue as Record<PropertyKey, unknown>)[key];
    if (inner instanceof z.ZodObject) inner = unwrapped(inner.shape[String(key)] as z.ZodType, innerValue);
    else if (inner instanceof z.ZodArray) inner = unwrapped(inner.element as z.ZodType, innerValue);
  }
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

/** The schema below defaults and optionals; of a union the alternative that has the value's kind, or is an object. */
function unwrapped(schema: z.ZodType, value: unknown): z.ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault)
    return unwrapped(schema.def.innerType as z.ZodType, value);
  if (!(schema instanceof z.ZodUnion)) return schema;
  const objects = schema.options.map((option) => unwrapped(option as z.ZodType, value));
  const fitting = objects.find(
    (option) =>
      option instanceof z.ZodObject &&
      Object.entries(option.shape).some(
        ([key, inner]) => inner instanceof z.ZodLiteral && inner.value === valueAt(value, [key]),
      ),
  );
  return fitting ?? objects.find((option) => option instanceof z.ZodObject) ?? schema;
}
