import { checkCount, checkNumber, checkOptions, nearestOf, OptionError } from "../base/errors.js";
import type { Split } from "../data/split.js";
import { BatchNorm } from "../nn/layers/batch-norm.js";
import type { Layer } from "../nn/layers/layer.js";
import { SampleNorm } from "../nn/layers/sample-norm.js";
import { quantileOfSorted } from "../statistics/quantile.js";
import type { Tensor } from "../tensor/tensor.js";
import type { CarryOver } from "./carry-over.js";
import { driftTo } from "./drift.js";
import { alongGradient, gradientShift } from "./gradient-probes.js";
import { findLayer, leafLayers, type NamedLayer } from "./leaf-layers.js";
import { type Observation, observe } from "./observe.js";
import type { LossFunction } from "./training-step.js";
import { unitValues } from "./unit-values.js";

/**
 * What to measure while training, on a fixed sample of the training data, in training mode, without disturbing the
 * training. `layer` is a place (negative: from the end) or a name such as "1.0". Those without further choices may be given by
 * their kind alone: "gradientNorms".
 *
 * | kind | series | what |
 * |---|---|---|
 * | inputPercentiles | "input of 2, 50 %" | percentiles of all values (or of one unit) that enter the layer; default 15, 50, 85 |
 * | gradientNorms | "gradient norm of 0.weight" | Euclidean norm of each parameter's gradient |
 * | weightNorms | "norm of 0.weight" | Euclidean norm of each parameter |
 * | updateRatios | "update ratio of 0.weight" | norm of the last step's change over the norm before it; NaN before any step |
 * | rotations | "rotation of 0.weight" | how far a parameter's direction turned in the last step, in radians; NaN before any step |
 * | alongGradient | "loss range along the gradient", … | loss and gradient some steps along the gradient (see alongGradient) |
 * | gradientShift | "gradient shift of 6", … | change of a layer's gradient by the steps of the layers before it (see gradientShift) |
 * | gammaBeta | "1.gamma, 50 %" | percentiles over the units of gamma and beta of each normalization layer |
 * | drift | "drift of 2", "drift of 2 per sd" | the way that the distribution of each unit's input has moved (see driftTo) |
 *
 * What is measured of each parameter may be asked of some: `{ kind: "rotations", parameters: ["3.weight"] }`.
 *
 * A training in pieces measures what the whole one does: drift goes on from one fit() to the next as long as each asks for
 * it, and what is measured only because a fit() starts or ends there is no part of its way.
 */
export type Probe =
  | { kind: "inputPercentiles"; layer: number | string; percentiles?: readonly number[]; unit?: number }
  | { kind: "gradientNorms" | "weightNorms" | "updateRatios" | "rotations"; parameters?: readonly string[] }
  | { kind: "alongGradient" }
  | { kind: "gammaBeta"; percentiles?: readonly number[] }
  | { kind: "drift" | "gradientShift"; layer: number | string }
  | "gradientNorms"
  | "weightNorms"
  | "updateRatios"
  | "rotations"
  | "alongGradient"
  | "gammaBeta"
  | CustomProbe;

/** A measurement of your own; gives a number for each of its series. */
export interface CustomProbe {
  kind: "custom";
  measure(observation: Observation, network: Layer): Record<string, number>;
}

type Measure = (observation: Observation) => Record<string, number>;
type NamedParameters = ReturnType<Layer["namedParameters"]>;

const DEFAULT_PERCENTILES = [15, 50, 85];

/** The options of each kind. */
const KINDS: Record<string, readonly string[]> = {
  inputPercentiles: ["layer", "percentiles", "unit"],
  gradientNorms: ["parameters"],
  weightNorms: ["parameters"],
  updateRatios: ["parameters"],
  rotations: ["parameters"],
  alongGradient: [],
  gradientShift: ["layer"],
  gammaBeta: ["percentiles"],
  drift: ["layer"],
  custom: ["measure"],
};

/** All probes of a training: one look at the network serves them all. */
export class Probes {
  private readonly measures: Measure[];
  private readonly needsGradients: boolean;
  private readonly needsUpdates: boolean;
  /** The parameters before the running step. */
  private before = new Map<string, Float64Array>();
  /** The series of the drift probes. */
  private readonly drifting: string[] = [];
  /** What is measured now: how many steps were done, and whether the whole training would look here too. */
  private now = { step: 0, isRegular: true };

  constructor(
    private readonly network: Layer,
    private readonly sample: Split,
    private readonly loss: LossFunction,
    probes: readonly Probe[],
    private readonly carryOver: CarryOver,
    private readonly rate: () => number,
  ) {
    const kinds = probes.map(kindOf);
    this.measures = probes.map((probe) => this.measureOf(probe));
    this.needsGradients = ["gradientNorms", "alongGradient", "gradientShift", "custom"].some((kind) =>
      kinds.includes(kind),
    );
    this.needsUpdates = kinds.includes("updateRatios") || kinds.includes("rotations");
    for (const series of carryOver.drifts.keys())
      if (!this.drifting.includes(series)) carryOver.drifts.delete(series);
  }

  get none(): boolean {
    return this.measures.length === 0;
  }

  /** To be called before a step after which measure() comes. */
  beforeStep(): void {
    if (!this.needsUpdates) return;
    for (const [name, { value }] of this.network.namedParameters())
      this.before.set(name, Float64Array.from(value.data));
  }

  /** To be called after it, with the steps done: a checkpoint made before measure() keeps what the step has changed. */
  afterStep(step: number): void {
    if (!this.needsUpdates) return;
    const ratios = new Map<string, number>();
    const rotations = new Map<string, number>();
    for (const [name, { value }] of this.network.namedParameters()) {
      const before = this.before.get(name);
      if (!before) continue;
      const change = before.map((old, i) => value.data[i] - old);
      ratios.set(name, norm(change) / norm(before));
      rotations.set(name, turned(before, value.data));
    }
    this.carryOver.updates = { step, ratios, rotations };
  }

  /** @param isRegular whether the whole training looks at this step, not only a piece of it that starts or ends here */
  measure(step: number, isRegular: boolean): Record<string, number> {
    this.now = { step, isRegular };
    const observation = observe(this.network, this.sample.inputs, this.sample.labels, this.loss, {
      mode: "train",
      gradients: this.needsGradients,
    });
    return Object.assign({}, ...this.measures.map((measure) => measure(observation)));
  }

  private measureOf(probe: Probe): Measure {
    const named = typeof probe === "string" ? { kind: probe } : probe;
    const kind = kindOf(named);
    checkOptions(`The probe "${kind}"`, withoutKind(named), KINDS[kind]);
    switch (named.kind) {
      case "inputPercentiles":
        return this.inputPercentiles(named);
      case "gammaBeta":
        return this.gammaBeta("percentiles" in named ? named.percentiles : undefined);
      case "drift":
        return this.drift(named.layer);
      case "gradientShift": {
        const { name } = findLayer(this.network, named.layer);
        return () => gradientShift(this.network, name, this.rate(), this.look);
      }
      case "alongGradient":
        return ({ loss }) => alongGradient(this.network, loss, this.rate(), this.look);
      case "custom":
        return (observation) => named.measure(observation, this.network);
      default:
        return this.norms(
          kind,
          this.parametersOf(kind, "parameters" in named ? named.parameters : undefined),
        );
    }
  }

  private parametersOf(kind: string, asked?: readonly string[]): NamedParameters {
    const parameters = this.network.namedParameters();
    if (asked === undefined) return parameters;
    const names = parameters.map(([name]) => name);
    const unknown = asked.find((name) => !names.includes(name));
    if (unknown !== undefined)
      throw new OptionError(
        `The probe "${kind}" is asked of a parameter "${unknown}" that this network does not have. Parameters: ${names.join(", ")}.`,
      );
    return parameters.filter(([name]) => asked.includes(name));
  }

  private norms(kind: string, parameters: NamedParameters): Measure {
    if (kind === "gradientNorms")
      return () =>
        seriesOf(
          parameters,
          (name) => `gradient norm of ${name}`,
          ({ gradient }) => norm(gradient.data),
        );
    if (kind === "weightNorms")
      return () =>
        seriesOf(
          parameters,
          (name) => `norm of ${name}`,
          ({ value }) => norm(value.data),
        );
    const ofUpdate = (title: string, what: "ratios" | "rotations") => () =>
      seriesOf(
        parameters,
        (name) => `${title} of ${name}`,
        (_parameter, name) => {
          const { updates } = this.carryOver;
          return (updates?.step === this.now.step ? updates[what].get(name) : undefined) ?? Number.NaN;
        },
      );
    return kind === "rotations" ? ofUpdate("rotation", "rotations") : ofUpdate("update ratio", "ratios");
  }

  /** A forward and a backward pass over the sample; gives the loss. */
  private readonly look = (): number =>
    observe(this.network, this.sample.inputs, this.sample.labels, this.loss, {
      mode: "train",
      gradients: true,
    }).loss;

  private inputPercentiles(probe: {
    layer: number | string;
    percentiles?: readonly number[];
    unit?: number;
  }): Measure {
    const { name } = findLayer(this.network, probe.layer);
    const percentiles = checkPercentiles(probe.percentiles ?? DEFAULT_PERCENTILES);
    if (probe.unit !== undefined) checkCount('The probe "inputPercentiles"', "unit", probe.unit, 0);
    const title = probe.unit === undefined ? `input of ${name}` : `input ${probe.unit} of ${name}`;
    return (observation) => {
      const input = inputOf(observation, name);
      const values = probe.unit === undefined ? Float64Array.from(input.data) : unitValues(input, probe.unit);
      return percentileSeries(title, values, percentiles);
    };
  }

  private gammaBeta(asked: readonly number[] = DEFAULT_PERCENTILES): Measure {
    const percentiles = checkPercentiles(asked);
    const layers = leafLayers(this.network).filter(isNormalization);
    if (layers.length === 0)
      throw new OptionError('The probe "gammaBeta" needs a normalization layer, and this network has none.');
    return () =>
      Object.assign(
        {},
        ...layers.flatMap(({ name, layer }) => [
          percentileSeries(`${name}.gamma`, Float64Array.from(layer.gamma.value.data), percentiles),
          percentileSeries(`${name}.beta`, Float64Array.from(layer.beta.value.data), percentiles),
        ]),
      );
  }

  private drift(layer: number | string): Measure {
    const { name } = findLayer(this.network, layer);
    const series = `drift of ${name}`;
    this.drifting.push(series);
    return (observation) => {
      const { drifts } = this.carryOver;
      const before = drifts.get(series);
      const state = driftTo(inputOf(observation, name), before);
      if (this.now.isRegular || !before) drifts.set(series, state);
      return { [series]: state.raw, [`${series} per sd`]: state.perDeviation };
    };
  }
}

function kindOf(probe: Probe): string {
  const kind: unknown = typeof probe === "string" ? probe : probe?.kind;
  if (typeof kind === "string" && Object.hasOwn(KINDS, kind)) return kind;
  const nearest = nearestOf(String(kind), Object.keys(KINDS));
  const hint = nearest === undefined ? "" : ` Did you mean "${nearest}"?`;
  throw new OptionError(
    `There is no probe ${JSON.stringify(kind)}.${hint} Probes: ${Object.keys(KINDS).join(", ")}.`,
  );
}

function withoutKind(probe: object): object {
  return Object.fromEntries(Object.entries(probe).filter(([key]) => key !== "kind"));
}

type Normalization = BatchNorm | SampleNorm;

function isNormalization(named: NamedLayer): named is { name: string; layer: Normalization } {
  const { layer } = named;
  return layer instanceof BatchNorm || layer instanceof SampleNorm;
}

function checkPercentiles(percentiles: readonly number[]): readonly number[] {
  for (const percentile of percentiles)
    checkNumber(
      "A probe",
      "a percentile",
      percentile,
      "a number from 0 to 100",
      (value) => value >= 0 && value <= 100,
    );
  return percentiles;
}

function percentileSeries(
  title: string,
  values: Float64Array,
  percentiles: readonly number[],
): Record<string, number> {
  values.sort();
  return Object.fromEntries(
    percentiles.map((percentile) => [
      `${title}, ${percentile} %`,
      quantileOfSorted(values, percentile / 100),
    ]),
  );
}

function inputOf({ layers, inputs }: Observation, name: string): Tensor {
  return inputs[layers.findIndex((named) => named.name === name)];
}

function seriesOf<Value>(
  entries: readonly (readonly [string, Value])[],
  title: (name: string) => string,
  measure: (value: Value, name: string) => number,
): Record<string, number> {
  return Object.fromEntries(entries.map(([name, value]) => [title(name), measure(value, name)]));
}

/**
 * The angle between two directions in radians, 2 atan(|a/|a| - b/|b|| / |a/|a| + b/|b||): exact for small angles and for
 * opposite directions alike, where the arc cosine of their product loses half its digits (Kahan, "How futile are mindless
 * assessments of roundoff", section 12).
 */
function turned(a: Float64Array, b: ArrayLike<number>): number {
  const [lengthA, lengthB] = [norm(a), norm(b)];
  const apart = a.map((value, i) => value / lengthA - b[i] / lengthB);
  const together = a.map((value, i) => value / lengthA + b[i] / lengthB);
  return 2 * Math.atan2(norm(apart), norm(together));
}

function norm(values: ArrayLike<number>): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += values[i] * values[i];
  return Math.sqrt(squares);
}
