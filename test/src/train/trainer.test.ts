import { createHash } from "node:crypto";
import { expect } from "chai";
import { OptionError, ShapeError, ValueError } from "../../../src/base/errors.js";
import { jupyterDisplay } from "../../../src/base/kernel.js";
import { Random } from "../../../src/base/random.js";
import { dataset, digits, type Split } from "../../../src/data/index.js";
import type { Layer } from "../../../src/nn/layers/layer.js";
import { Linear } from "../../../src/nn/layers/linear.js";
import { ReLU } from "../../../src/nn/layers/relu.js";
import { Sequential } from "../../../src/nn/layers/sequential.js";
import { crossEntropy } from "../../../src/nn/losses/cross-entropy.js";
import { type MLPOptions, mlp } from "../../../src/nn/networks/mlp.js";
import { SGD } from "../../../src/nn/optimizers/sgd.js";
import type { ProgressSink } from "../../../src/report/progress.js";
import { tensor } from "../../../src/tensor/tensor.js";
import {
  DivergenceError,
  evaluate,
  type FitOptions,
  History,
  Trainer,
  type TrainerOptions,
} from "../../../src/train/index.js";
import { caught } from "../../caught.js";

const data = digits({ seed: 1, dtype: "float64" });
const float32Data = digits({ seed: 1 });

function newTrainer(
  network: Partial<MLPOptions> = {},
  trainer: Partial<TrainerOptions> = {},
  learningRate = 0.1,
): Trainer {
  const built = mlp({
    inputs: 64,
    hidden: [16],
    classes: 10,
    norm: "batch",
    dtype: "float64",
    seed: 1,
    ...network,
  });
  const optimizer = new SGD(built.parameters(), { learningRate });
  return new Trainer({ network: built, optimizer, batchSize: 64, seed: 1, ...trainer });
}

const quiet = (options: FitOptions): FitOptions => ({ progress: false, ...options });

function hashOf(network: Layer): string {
  const hash = createHash("sha256");
  for (const { data: values } of Object.values(network.stateDict()))
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return hash.digest("hex");
}

describe("Trainer", () => {
  it("learns the digits, in both dtypes", async () => {
    for (const [dtype, { train, validation }] of [
      ["float64", data],
      ["float32", float32Data],
    ] as const) {
      const trainer = newTrainer({ dtype, hidden: [32] }, {}, 0.3);
      const history = await trainer.fit(train, quiet({ steps: 80, validation }));
      expect(history).instanceOf(History);
      expect(history.loss).lengthOf(80);
      expect(history.validationAccuracy.at(-1)).above(0.92);
      expect(history.stopped).equal("finished");
      expect(trainer.stepsDone).equal(80);
    }
  });

  it("does what the same steps do that are written out by hand", async () => {
    const trainer = newTrainer({}, { lastBatch: "keep" });
    const history = await trainer.fit(data.train, quiet({ steps: 17 }));

    const network = mlp({ inputs: 64, hidden: [16], classes: 10, norm: "batch", dtype: "float64", seed: 1 });
    const optimizer = new SGD(network.parameters(), { learningRate: 0.1 });
    const losses: number[] = [];
    for (let step = 0; step < 17; step++) {
      const order = new Random(1)
        .stream("batches")
        .stream(Math.floor(step / 16))
        .permutation(1000);
      const batch = data.train.subset(order.subarray((step % 16) * 64, (step % 16) * 64 + 64));
      const { loss, gradient } = crossEntropy(network.forward(batch.inputs), batch.labels);
      network.backward(gradient);
      optimizer.step();
      losses.push(loss);
    }
    expect([...history.loss]).deep.equal(losses);
    expect(hashOf(trainer.network)).equal(hashOf(network));
  });

  it("gives the same bits in float32 through the plan and through the layers", async () => {
    const planned = newTrainer({ dtype: "float32", dropout: 0.2 });
    // A loss of one's own, though it does the same, is computed layer by layer.
    const layerwise = newTrainer(
      { dtype: "float32", dropout: 0.2 },
      { loss: (...given) => crossEntropy(...given) },
    );
    const options = quiet({ steps: 35 });
    const histories = [
      await planned.fit(float32Data.train, options),
      await layerwise.fit(float32Data.train, options),
    ];
    expect([...histories[0].loss]).deep.equal([...histories[1].loss]);
    expect(hashOf(planned.network)).equal(hashOf(layerwise.network));
  });

  it("evaluates before the training, every so many steps, and at the end", async () => {
    const history = await newTrainer().fit(
      data.train,
      quiet({ steps: 25, evaluateEvery: 10, validation: data.validation, evaluate: { test: data.test } }),
    );
    expect([...history.evaluatedAt]).deep.equal([0, 10, 20, 25]);
    expect(history.validationLoss).lengthOf(4);
    expect(Object.keys(history.evaluations)).deep.equal(["validation", "test"]);
    expect(String(history.toTable())).match(/step .*training loss .*validation loss .*test accuracy/);
  });

  it("shows itself as a figure of losses and accuracies with the table as its text", async () => {
    const trainer = newTrainer();
    await trainer.fit(data.train, quiet({ steps: 3 }));
    const history = await trainer.fit(data.train, quiet({ steps: 450, validation: data.validation }));
    const bundle = await history[jupyterDisplay]();
    const { data: traces } = bundle["application/vnd.plotly.v1+json"] as {
      data: { name: string; x0: number; dx: number; y: number[] }[];
    };
    expect(traces.map(({ name }) => name)).deep.equal(["training batches", "validation", "validation"]);
    expect(traces[0].y).lengthOf(150);
    expect([traces[0].x0, traces[0].dx]).deep.equal([4, 3]);
    expect(bundle["image/svg+xml"]).match(/^<svg/);
    expect(bundle["text/plain"]).contain("validation accuracy");
    const short = await (await newTrainer().fit(data.train, quiet({ steps: 1 })))[jupyterDisplay]();
    expect(Object.keys(short)).deep.equal(["text/html", "text/plain"]);
  });

  it("counts an epoch with its small last batch, or without it", async () => {
    const losses = async (lastBatch: "keep" | "drop") => {
      const history = await newTrainer({}, { lastBatch }).fit(data.train, quiet({ epochs: 2 }));
      return history.loss.length;
    };
    expect(await losses("keep")).equal(32);
    expect(await losses("drop")).equal(30);
  });

  it("goes on where the last fit ended", async () => {
    const inOne = newTrainer();
    await inOne.fit(data.train, quiet({ steps: 30 }));
    const inTwo = newTrainer();
    await inTwo.fit(data.train, quiet({ steps: 13 }));
    await inTwo.fit(data.train, quiet({ steps: 17 }));
    expect(hashOf(inTwo.network)).equal(hashOf(inOne.network));
  });

  it("gives the same bits with and without validation, probes and pauses", async () => {
    const settings = { norm: "batch", dropout: 0.3, batchNorm: { noise: true } } as const;
    const plain = newTrainer(settings);
    await plain.fit(data.train, quiet({ steps: 20 }));
    const watched = newTrainer(settings);
    await watched.fit(
      data.train,
      quiet({
        steps: 20,
        validation: data.validation,
        evaluateEvery: 3,
        probeEvery: 4,
        probes: ["gradientNorms", { kind: "inputPercentiles", layer: -1 }, { kind: "drift", layer: 2 }],
      }),
    );
    expect(hashOf(watched.network)).equal(hashOf(plain.network));
  });

  it("reports progress to a sink, and ends it when the training fails", async () => {
    const calls: string[] = [];
    const sink: ProgressSink = {
      start: (total, label) => calls.push(`start ${total} ${label}`),
      report: (done, values) => calls.push(`report ${done} ${typeof values?.loss}`),
      finish: () => calls.push("finish"),
    };
    await newTrainer().fit(data.train, { steps: 2, progress: sink });
    expect(calls).deep.equal(["start 2 Training", "report 1 number", "report 2 number", "finish"]);
    calls.length = 0;
    await caught(newTrainer({ norm: "none" }, {}, 1e200).fit(data.train, { steps: 9, progress: sink }));
    expect(calls.at(-1)).equal("finish");
  });

  it("stops at an AbortSignal and gives what it has; the loop lets other work in meanwhile", async () => {
    const controller = new AbortController();
    const trainer = newTrainer();
    setImmediate(() => controller.abort());
    const history = await trainer.fit(data.train, quiet({ steps: 1e6, signal: controller.signal }));
    expect(history.stopped).equal("aborted");
    expect(history.loss).lengthOf(trainer.stepsDone);
    expect(trainer.stepsDone).below(1e6);
    const before = await newTrainer().fit(data.train, quiet({ steps: 5, signal: AbortSignal.abort() }));
    expect(before.loss).lengthOf(0);
  });

  it("stops when the running cell is interrupted, without a signal of its own", async () => {
    const controller = new AbortController();
    const bridge = Symbol.for("normlab.kernel");
    const globals = globalThis as Record<symbol, unknown>;
    globals[bridge] = { signal: controller.signal };
    try {
      setImmediate(() => controller.abort());
      const history = await newTrainer().fit(data.train, quiet({ steps: 1e6 }));
      expect(history.stopped).equal("aborted");
    } finally {
      delete globals[bridge];
    }
  });

  it("trains on the squared error to the classes", async () => {
    const trainer = newTrainer({ hidden: [32] }, { loss: "meanSquaredError" }, 3);
    const history = await trainer.fit(data.train, quiet({ steps: 80, validation: data.validation }));
    const { inputs, labels } = data.validation;
    const outputs = trainer.network.eval().forward(inputs);
    const error = Array.from(
      outputs.data,
      (value, i) => (value - (labels[Math.floor(i / 10)] === i % 10 ? 1 : 0)) ** 2,
    );
    expect(history.validationLoss.at(-1)).closeTo(
      error.reduce((sum, value) => sum + value, 0) / error.length,
      1e-12,
    );
    expect(history.validationAccuracy.at(-1)).above(0.85);
  });

  it("stops early at an accuracy, or when nothing improves any more", async () => {
    const reached = await newTrainer().fit(
      data.train,
      quiet({ steps: 500, validation: data.validation, evaluateEvery: 10, earlyStop: { accuracy: 0.8 } }),
    );
    expect(reached.stopped).equal("early");
    expect(reached.validationAccuracy.at(-1)).least(0.8);
    expect(reached.validationAccuracy.at(-2)).below(0.8);

    const trainer = newTrainer({}, {}, 0);
    const patient = await trainer.fit(
      data.train,
      quiet({
        steps: 500,
        validation: data.validation,
        evaluateEvery: 10,
        earlyStop: { patience: 3, metric: "accuracy" },
      }),
    );
    expect(patient.stopped).equal("early");
    expect(patient.evaluatedAt.length).below(20);
  });

  it("puts the best parameters back when asked", async () => {
    const trainer = newTrainer({ norm: "none" }, {}, 1);
    const options = { steps: 60, validation: data.validation, evaluateEvery: 5 };
    const history = await trainer.fit(data.train, quiet({ ...options, earlyStop: { restoreBest: true } }));
    expect(evaluate(trainer.network, data.validation).loss).closeTo(
      Math.min(...history.validationLoss),
      1e-12,
    );
  });

  it("names step and layer when the training diverges", async () => {
    const diverging = newTrainer({ norm: "none" }, {}, 1e200);
    const error = await caught(diverging.fit(data.train, quiet({ steps: 50 })));
    expect(error).instanceOf(DivergenceError);
    const { message, step, history } = error as DivergenceError;
    expect(message).match(
      /^Training diverged: .*step \d+.*(layer \d \((Linear|ReLU)\)|parameter \d\.(weight|bias)) holds (NaN|-?Infinity)/,
    );
    expect(step).equal(history.loss.length + 1);
  });

  it("names the parameter that was broken before the step", async () => {
    const trainer = newTrainer();
    trainer.network.parameters()[1].value.data[3] = Number.NaN;
    const error = await caught(trainer.fit(data.train, quiet({ steps: 5 })));
    expect(error).instanceOf(DivergenceError);
    expect((error as DivergenceError).layer).equal("1.gamma");
    expect((error as DivergenceError).step).equal(1);
    expect((error as Error).message).contain("the parameter 1.gamma holds NaN");
  });

  it("names the layer whose output overflows first", async () => {
    const network = new Sequential([
      new Linear(2, 3, { dtype: "float64", random: 1 }),
      new ReLU(),
      new Linear(3, 2, { dtype: "float64", random: 2 }),
    ]);
    network.parameters()[0].value.data.fill(1e308);
    const trainer = new Trainer({
      network,
      optimizer: new SGD(network.parameters(), { learningRate: 0.1 }),
      batchSize: 2,
    });
    const error = await caught(trainer.fit(pairs(4), quiet({ steps: 1 })));
    expect((error as DivergenceError).layer).equal("0");
    expect((error as Error).message).contain("the output of layer 0 (Linear) holds Infinity");
  });

  it("refuses a batch of one example for BatchNorm before it trains, and says what to do", async () => {
    const trainer = newTrainer({}, { batchSize: 37 });
    const error = await caught(trainer.fit(data.train, quiet({ epochs: 1 })));
    expect(error).instanceOf(ShapeError);
    expect((error as Error).message).contain('leave one of 1. Use lastBatch: "drop"');
    expect(trainer.stepsDone).equal(0);
    await newTrainer({}, { batchSize: 37, lastBatch: "drop" }).fit(data.train, quiet({ epochs: 1 }));
    await newTrainer({ norm: "layer" }, { batchSize: 37 }).fit(data.train, quiet({ epochs: 1 }));
  });

  it("draws batches of few classes when asked", async () => {
    const classesSeen: number[] = [];
    const network = mlp({ inputs: 64, hidden: [4], classes: 10, dtype: "float64" });
    const trainer = new Trainer({
      network,
      optimizer: new SGD(network.parameters(), { learningRate: 0.1 }),
      batchSize: 32,
      batchOrder: { classesPerBatch: 2 },
      loss: (outputs, labels, workspace) => {
        classesSeen.push(new Set(labels).size);
        return crossEntropy(outputs, labels, workspace);
      },
    });
    await trainer.fit(data.train, quiet({ steps: 20 }));
    expect(new Set(classesSeen)).deep.equal(new Set([2]));
  });

  it("names unknown options and missing ones", async () => {
    expect(() => new Trainer({ netwrok: 1 } as never)).throw(OptionError, '"network"');
    expect(() => newTrainer({}, { batchSize: 0 })).throw(OptionError, "batchSize");
    expect(() => newTrainer({}, { loss: "crossEntropie" as never })).throw(
      OptionError,
      'got "crossEntropie"',
    );
    for (const [options, message] of [
      [{}, "either steps or epochs"],
      [{ steps: 1, epochs: 1 }, "either steps or epochs"],
      [{ steps: -1 }, "steps must be"],
      [{ steps: 1, earlyStop: { patience: 1 } }, "validation split"],
      [{ steps: 1, probes: ["gradientNorm"] }, 'Did you mean "gradientNorms"?'],
      [
        { steps: 1, probes: [{ kind: "drift", layer: 9 }] },
        "There is no layer 9 in this network. Its layers: 0 (Linear)",
      ],
    ] as const) {
      const error = await caught(newTrainer().fit(data.train, quiet(options as unknown as FitOptions)));
      expect(error).instanceOf(OptionError);
      expect((error as Error).message).contain(message);
    }
    const empty = data.train.subset([]);
    expect(await caught(newTrainer().fit(empty, quiet({ steps: 1 })))).instanceOf(ValueError);
  });
});

describe("probes", () => {
  const options = quiet({ steps: 20, probeEvery: 10 });

  it("give percentiles of a layer's input as NumPy would", async () => {
    const history = await newTrainer().fit(data.train, {
      ...options,
      probeSize: 5,
      probes: [{ kind: "inputPercentiles", layer: 0, percentiles: [0, 50, 100], unit: 20 }],
    });
    expect([...history.probedAt]).deep.equal([0, 10, 20]);
    const pixel = Array.from({ length: 5 }, (_, row) => data.train.inputs.data[row * 64 + 20]).sort(
      (a, b) => a - b,
    );
    expect(history.probes["input 20 of 0, 0 %"][0]).equal(pixel[0]);
    expect(history.probes["input 20 of 0, 50 %"][2]).equal(pixel[2]);
    expect(history.probes["input 20 of 0, 100 %"][1]).equal(pixel[4]);
  });

  it("give norms of gradients, weights and updates of each parameter", async () => {
    const trainer = newTrainer();
    const start = trainer.network.stateDict()["0.weight"].data;
    const { probes } = await trainer.fit(data.train, {
      ...options,
      probes: ["gradientNorms", "weightNorms", "updateRatios"],
    });
    expect(probes["norm of 0.weight"][0]).closeTo(Math.hypot(...start), 1e-12);
    const ratio = probes["update ratio of 0.weight"];
    expect(ratio[0]).satisfy(Number.isNaN);
    expect(ratio[1]).within(1e-4, 0.1);
    for (const name of ["0.weight", "1.gamma", "1.beta", "3.weight", "3.bias"])
      expect(probes[`gradient norm of ${name}`][0]).above(0);
  });

  it("of parameters are asked of some: a rotation is the angle between a step's two ends", async () => {
    // A step so long that an angle is no longer its chord.
    const start = () => newTrainer({}, {}, 3);
    const trainer = start();
    const parameters = ["3.weight", "1.gamma"];
    const { probes } = await trainer.fit(data.train, {
      ...quiet({ steps: 1, probeEvery: 1 }),
      probes: [{ kind: "rotations", parameters }, "updateRatios"],
    });
    const measured = Object.keys(probes).filter((name) => name.startsWith("rotation"));
    expect(measured).members(parameters.map((name) => `rotation of ${name}`));
    const ends = [start(), trainer].map(({ network }) => [...network.stateDict()["3.weight"].data]);
    const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i], 0);
    const cosine = dot(ends[0], ends[1]) / Math.sqrt(dot(ends[0], ends[0]) * dot(ends[1], ends[1]));
    expect(Math.acos(cosine)).above(0.4);
    expect(probes["rotation of 3.weight"][1]).closeTo(Math.acos(cosine), 1e-7);
    const failure = await trainer
      .fit(data.train, { ...options, probes: [{ kind: "weightNorms", parameters: ["2.weight"] }] })
      .catch((error: Error) => error.message);
    expect(failure).match(
      /a parameter "2\.weight" that this network does not have\. Parameters: 0\.weight, /,
    );
  });

  it("give gamma and beta, drift, and what one's own probe measures", async () => {
    const { probes } = await newTrainer().fit(data.train, {
      ...options,
      probes: [
        { kind: "gammaBeta", percentiles: [50] },
        { kind: "drift", layer: 2 },
        { kind: "custom", measure: ({ loss, inputs }) => ({ "sample loss": loss, layers: inputs.length }) },
      ],
    });
    expect(probes["1.gamma, 50 %"][0]).equal(1);
    expect(probes["1.beta, 50 %"][2]).not.equal(0);
    expect([...probes["drift of 2"]]).deep.equal([...probes["drift of 2"]].sort((a, b) => a - b));
    expect(probes["drift of 2"][0]).equal(0);
    expect(probes["drift of 2 per sd"][2]).above(0);
    expect(probes["sample loss"][2]).below(probes["sample loss"][0]);
    expect([...probes.layers]).deep.equal([4, 4, 4]);
  });
});

describe("evaluate", () => {
  it("gives loss and accuracy whatever the batch size, and leaves modes and statistics alone", () => {
    const { network } = newTrainer();
    const before = hashOf(network);
    const whole = evaluate(network, data.test);
    const parts = evaluate(network, data.test, { batchSize: 7 });
    expect(parts.loss).closeTo(whole.loss, 1e-12);
    expect(parts.accuracy).equal(whole.accuracy);
    expect(evaluate(network, data.test, { mode: "train" }).loss).not.closeTo(whole.loss, 1e-6);
    expect(hashOf(network)).equal(before);
    expect(network.training).equal(true);
  });

  it("leaves what backward() and explain() need of the last forward()", () => {
    const [network, undisturbed] = [newTrainer().network, newTrainer().network];
    const { inputs, labels } = data.train.take(32);
    const gradients = [network, undisturbed].map((each) => {
      const { gradient } = crossEntropy(each.forward(inputs), labels);
      if (each === network) {
        evaluate(network, data.validation);
        evaluate(network, data.test, { mode: "train", batchSize: 32 });
      }
      each.backward(gradient);
      return each.parameters().map((parameter) => [...parameter.gradient.data]);
    });
    expect(gradients[0]).deep.equal(gradients[1]);
  });

  it("counts NaN outputs as wrong", () => {
    const network = new Sequential([new Linear(2, 2, { dtype: "float64" })]);
    network.parameters()[0].value.data.fill(Number.NaN);
    expect(evaluate(network, pairs(6)).accuracy).equal(0);
  });
});

/** Points with two features and two classes. */
function pairs(size: number): Split {
  const values = Float64Array.from({ length: size * 2 }, (_, i) => i + 1);
  return dataset(
    tensor(values, [size, 2], "float64"),
    Array.from({ length: size }, (_, i) => i % 2),
    { classes: 2 },
  );
}
