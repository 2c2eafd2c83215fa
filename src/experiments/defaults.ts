import type { ExperimentSpec } from "./spec.js";

/** What the keys mean that a spec does not name: the schema fills them in, results files leave them out. */
export const defaults = {
  seed: 0,
  batchSize: 64,
  lastBatch: "keep",
  batchOrder: "shuffled",
  trainable: "all",
  evaluate: ["validation", "test"],
  probes: [],
  probeSize: 256,
  finally: [],
} as const;

export const dataDefaults = { standardize: false } as const;

/** Of data sets of images. */
export const imageDefaults = { scale: "standard" } as const;

export const batchNormDefaults = {
  eps: 1e-5,
  momentum: 0.1,
  scale: true,
  center: true,
  noise: false,
} as const;

export const networkDefaults = {
  activation: "relu",
  norm: "none",
  normPlace: "before",
  normOutput: false,
  biasBeforeNorm: false,
  dropout: 0,
  hiddenScale: 1,
  batchNorm: batchNormDefaults,
  dtype: "float32",
} as const;

export const optimizerDefaults = {
  sgd: { momentum: 0, nesterov: false, weightDecay: 0, decays: "all" },
  adam: { beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0, decoupled: false, decays: "all" },
} as const;

export const finalDefaults = { on: "test", statistics: "running", batchSize: 512, sorted: false } as const;

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The defaults of all keys that this spec may have, apart from those inside `finally`. */
function defaultsFor({ data, optimizer }: ExperimentSpec): Json {
  const isImages = data.set === "digits" || data.set === "idx";
  return {
    ...defaults,
    data: { ...dataDefaults, ...(isImages && imageDefaults) },
    network: networkDefaults,
    optimizer: optimizerDefaults[optimizer.kind],
  };
}

/** The spec with its defaults filled in, after the keys that it has, which keep their order. */
export function withDefaults(spec: ExperimentSpec): ExperimentSpec {
  return withFinally(filled({ ...spec }, defaultsFor(spec)), (each) => filled(each, finalDefaults));
}

/** The spec without all that `withDefaults` gives back: most of what each line of a results file would repeat. */
export function withoutDefaults(spec: ExperimentSpec): ExperimentSpec {
  return withFinally(shortened({ ...spec }, defaultsFor(spec)), (each) => shortened(each, finalDefaults));
}

function withFinally(spec: Json, change: (each: Json) => Json): ExperimentSpec {
  const { finally: last } = spec;
  const changed = Array.isArray(last) ? { ...spec, finally: last.map(change) } : spec;
  return changed as unknown as ExperimentSpec;
}

function filled(part: Json, usual: Json): Json {
  const own = Object.entries(part).map(([key, value]) => {
    const inner = usual[key];
    return [key, isObject(value) && isObject(inner) ? filled(value, inner) : value];
  });
  const missing = Object.entries(usual).filter(([key]) => !(key in part));
  return Object.fromEntries([...own, ...missing]);
}

function shortened(part: Json, usual: Json): Json {
  const own = Object.entries(part).flatMap(([key, value]) => {
    const inner = usual[key];
    if (!isObject(value) || !isObject(inner))
      return JSON.stringify(value) === JSON.stringify(inner) ? [] : [[key, value]];
    const rest = shortened(value, inner);
    return Object.keys(rest).length === 0 ? [] : [[key, rest]];
  });
  return Object.fromEntries(own);
}
