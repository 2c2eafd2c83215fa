// The worker that trains: the plain and the normalized network step by step beside each other, by normlab's own trainer
// and kernels. What is computed depends on the state alone; when frames are shown depends on the clock.
import type * as normlab from "normlab";
import type { FromTrainer, Layerwise, Points, Side, ToTrainer } from "./messages.js";
import { type Module, networkOf, type Problem, problemOf } from "./networks.js";
import type { PlaygroundState } from "./state.js";

/** Between two frames (ms). */
const frameEvery = 100;
/** Points a side of the surface. */
const grid = 48;
/** Steps between two looks into the layers. */
const lookEvery = 16;
/** Training examples that a look takes. */
const lookSize = 128;
const shownExamples = 200;

const post = (message: FromTrainer): void => self.postMessage(message);

/** Lets the two trainings go on together, and stand together. */
class Gate {
  #arrived = 0;
  #members: number;
  #open: (() => void)[] = [];
  readonly #between: () => Promise<void>;

  /** `between` is called when all have arrived. */
  constructor(members: number, between: () => Promise<void>) {
    this.#members = members;
    this.#between = between;
  }

  pass(): Promise<void> {
    return new Promise((resolve) => {
      this.#open.push(resolve);
      this.#arrived++;
      this.#release();
    });
  }

  /** A training has ended by itself. */
  leave(): void {
    this.#members--;
    this.#release();
  }

  #release(): void {
    if (this.#arrived < this.#members || this.#members === 0) return;
    const open = this.#open;
    this.#arrived = 0;
    this.#open = [];
    void this.#between().then(() => {
      for (const resolve of open) resolve();
    });
  }
}

class Half {
  readonly network: normlab.Sequential;
  losses: number[] = [];
  diverged: string | null = null;
  layers: Layerwise = { preActivations: [], gradients: [] };
  statistics: Side["statistics"] = { running: [], batch: [] };

  constructor(
    readonly name: Side["name"],
    private readonly module: Module,
    private readonly state: PlaygroundState,
    private readonly problem: Problem,
  ) {
    const { train } = problem;
    this.network = networkOf(module, state, {
      inputs: train.inputs.shape[1],
      classes: train.classes,
      isNormalized: name === "normalized",
    });
  }

  async train(gate: Gate, signal: AbortSignal): Promise<void> {
    const { SGD, Trainer, DivergenceError } = this.module;
    const { network, state } = this;
    const optimizer = new SGD(network.parameters(), { learningRate: state.rate });
    const trainer = new Trainer({
      network,
      optimizer,
      batchSize: state.batch,
      seed: state.seed,
      lastBatch: "drop",
    });
    try {
      await trainer.fit(this.problem.train, {
        steps: 1e9,
        evaluateEvery: 1e9,
        probes: [{ kind: "custom", measure: (seen) => this.#look(seen) }],
        probeEvery: lookEvery,
        probeSize: lookSize,
        progress: false,
        signal,
        onStep: (_, { loss }) => {
          this.losses.push(loss);
          return gate.pass();
        },
      });
    } catch (error) {
      if (!(error instanceof DivergenceError)) throw error;
      this.diverged = error.message;
      gate.leave();
    }
  }

  #look(seen: normlab.Observation): Record<string, number> {
    const { Linear, BatchNorm } = this.module;
    const hidden = seen.layers
      .map(({ layer }, at) => ({ layer, output: seen.layerOutputs[at] }))
      .filter(({ layer }) => layer instanceof Linear);
    // What enters the activations: the norm's output where it sits before them.
    const entering = seen.layers
      .map(({ layer }, at) => ({ layer, input: seen.inputs[at] }))
      .filter(({ layer }) => isActivation(this.module, layer));
    this.layers = {
      preActivations: entering.map(({ input }) => percentiles(input.data)),
      gradients: hidden.map(({ layer }) => norm(layer.parameters()[0].gradient.data)),
    };
    const at = seen.layers.findIndex(({ layer }) => layer instanceof BatchNorm);
    const first = seen.layers[at]?.layer;
    if (first instanceof BatchNorm)
      this.statistics = {
        running: Array.from(first.runningMean.data),
        batch: means(seen.inputs[at]),
      };
    return {};
  }

  side(points: normlab.Tensor): Side {
    const { losses } = this;
    this.losses = [];
    return {
      name: this.name,
      diverged: this.diverged,
      losses,
      accuracy: this.#accuracy(),
      surface: this.#surface(points),
      layers: this.layers,
      statistics: this.statistics,
    };
  }

  #accuracy(): number {
    const { test } = this.problem;
    const { labels } = this.module.predict(this.network, test);
    return labels.filter((label, at) => label === test.labels[at]).length / test.size;
  }

  #surface(points: normlab.Tensor): Uint8Array {
    const labels =
      this.mode === "eval" ? this.module.predict(this.network, points).labels : this.#inTraining(points);
    return Uint8Array.from(labels, (label) => (label < 0 ? 255 : label));
  }

  mode: PlaygroundState["mode"] = "eval";

  /** By the statistics of the points themselves; nothing of the network is changed by it. */
  #inTraining(points: normlab.Tensor): Int32Array {
    const { network } = this;
    const held = network.namedBuffers().map(([, buffer]) => ({ buffer, values: buffer.data.slice() }));
    network.train();
    const { data, shape } = network.forward(points);
    for (const { buffer, values } of held) buffer.data.set(values);
    const [, classes] = shape;
    return Int32Array.from({ length: points.shape[0] }, (_, row) => {
      const outputs = data.subarray(row * classes, (row + 1) * classes);
      return outputs.every(Number.isFinite) ? outputs.indexOf(Math.max(...outputs)) : -1;
    });
  }
}

function isActivation({ ReLU, Sigmoid, Tanh }: Module, layer: normlab.Layer): boolean {
  return layer instanceof ReLU || layer instanceof Sigmoid || layer instanceof Tanh;
}

function percentiles(values: ArrayLike<number>): [number, number, number] {
  const sorted = Float64Array.from(values).sort();
  const at = (part: number) => sorted[Math.round(part * (sorted.length - 1))];
  return [at(0.05), at(0.5), at(0.95)];
}

const norm = (values: ArrayLike<number>) =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0));

/** Of each column. */
function means({ data, shape: [rows, columns] }: normlab.Tensor): number[] {
  return Array.from({ length: columns }, (_, column) => {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += data[row * columns + column];
    return sum / rows;
  });
}

class Training {
  readonly #halves: readonly Half[];
  readonly #problem: Problem;
  readonly #points: normlab.Tensor;
  readonly #end = new AbortController();
  readonly #target: number;
  #plays: boolean;
  #step = 0;
  #wake: (() => void) | undefined;
  #shownAt = 0;
  #shownStep = 0;
  #steps = 0;

  constructor(module: Module, state: PlaygroundState, plays: boolean) {
    this.#problem = problemOf(module, state);
    this.#halves = (["plain", "normalized"] as const).map(
      (name) => new Half(name, module, state, this.#problem),
    );
    this.setMode(state.mode);
    this.#target = state.steps;
    this.#plays = plays;
    const places = Array.from({ length: grid * grid }, (_, at) =>
      this.#problem.inputsAt(((at % grid) + 0.5) / grid, (Math.floor(at / grid) + 0.5) / grid),
    );
    this.#points = module.tensor(places);
  }

  get points(): Points {
    const { test } = this.#problem;
    const [, width] = test.inputs.shape;
    const examples = Array.from({ length: Math.min(shownExamples, test.size) }, (_, at) => {
      const place = this.#problem.placeOf(test.inputs.data.subarray(at * width, (at + 1) * width));
      return place && { ...place, label: test.labels[at] };
    });
    return { grid, classes: test.classes, examples: examples.filter((example) => example !== undefined) };
  }

  async run(): Promise<void> {
    const gate = new Gate(this.#halves.length, () => this.#between());
    await this.#stand();
    const { signal } = this.#end;
    await Promise.all(this.#halves.map((half) => half.train(gate, signal)));
    if (!signal.aborted) await this.#show(true);
  }

  end(): void {
    this.#end.abort();
    this.#wake?.();
  }

  play(): void {
    this.#plays = true;
    this.#wake?.();
  }

  pause(): void {
    this.#plays = false;
  }

  step(): void {
    this.#plays = false;
    this.#steps = 1;
    this.#wake?.();
  }

  setMode(mode: PlaygroundState["mode"]): void {
    for (const half of this.#halves) half.mode = mode;
    if (this.#wake) void this.#show(true);
  }

  /** After each step of both. */
  async #between(): Promise<void> {
    this.#step++;
    const now = performance.now();
    if (now - this.#shownAt > frameEvery) {
      await this.#show(false);
      // Messages come in only when the event loop turns.
      await new Promise((resolve) => setTimeout(resolve));
    }
    await this.#stand();
  }

  /** Waits while the training is to stand. */
  async #stand(): Promise<void> {
    if (this.#step < this.#target) return;
    if (this.#steps > 0 && this.#step > 0) this.#steps--;
    if (this.#plays || this.#end.signal.aborted) return;
    await this.#show(true);
    while (!this.#plays && this.#steps === 0 && !this.#end.signal.aborted)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    this.#wake = undefined;
    this.#shownAt = performance.now();
    this.#shownStep = this.#step;
  }

  async #show(stands: boolean): Promise<void> {
    const now = performance.now();
    const speed = stands ? 0 : ((this.#step - this.#shownStep) / (now - this.#shownAt)) * 1000;
    const sides = this.#halves.map((half) => half.side(this.#points));
    post({
      type: "frame",
      frame: { step: this.#step, speed, sides, hash: stands ? await this.#hash() : null },
    });
    this.#shownAt = performance.now();
    this.#shownStep = this.#step;
  }

  async #hash(): Promise<string> {
    const values = this.#halves.flatMap(({ network }) => [
      ...network.parameters().map(({ value }) => value.data),
      ...network.namedBuffers().map(([, buffer]) => buffer.data),
    ]);
    const all = Float32Array.from(values.flatMap((part) => Array.from(part)));
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", all));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
}

let training: Training | undefined;

async function begin({ module, state, plays }: Extract<ToTrainer, { type: "begin" }>): Promise<void> {
  training?.end();
  const loaded: Module = await import(module);
  training = new Training(loaded, state, plays);
  post({ type: "begun", points: training.points });
  await training.run();
}

self.addEventListener("message", ({ data }: MessageEvent<ToTrainer>) => {
  switch (data.type) {
    case "begin":
      begin(data).catch((error: unknown) =>
        post({ type: "failed", reason: error instanceof Error ? error.message : String(error) }),
      );
      break;
    case "play":
      training?.play();
      break;
    case "pause":
      training?.pause();
      break;
    case "step":
      training?.step();
      break;
    case "mode":
      training?.setMode(data.mode);
  }
});
