// What schedule, clipGradients, onStep and groups of parameters do, beside the same steps written out by hand.
import { expect } from "chai";
import {
  Adam,
  clipGradients,
  crossEntropy,
  type DType,
  digits,
  evaluate,
  type FitOptions,
  type Layer,
  type LearningRateSchedule,
  mlp,
  OptionError,
  Random,
  Sequential,
  SGD,
  schedule,
  Tanh,
  Tensor,
  Trainer,
} from "../../../src/index.js";
import { TrainingPlan } from "../../../src/train/plan/training-plan.js";
import { caught } from "../../caught.js";
import { DTYPES } from "../dtypes.js";

const data = { float32: digits({ seed: 1 }), float64: digits({ seed: 1, dtype: "float64" }) };

const networkOf = (dtype: DType) =>
  mlp({ inputs: 64, hidden: [16], classes: 10, norm: "batch", dropout: 0.1, dtype, seed: 1 });

const bitsOf = (network: Layer) =>
  Object.entries(network.stateDict()).map(([name, { data: values }]) => [name, ...values]);

const quiet = (options: FitOptions): FitOptions => ({ progress: false, ...options });

/** The weights decay, the rest doesn't. */
function groupsOf(network: Layer) {
  const named = network.namedParameters();
  const [weights, others] = [true, false].map((isWeight) =>
    named.filter(([name]) => name.endsWith("weight") === isWeight).map(([, parameter]) => parameter),
  );
  return [{ parameters: weights }, { parameters: others, weightDecay: 0, learningRate: 0.05 }];
}

const optimizers = {
  SGD: (network: Layer) =>
    new SGD(network.parameters(), { learningRate: 0.2, momentum: 0.9, nesterov: true }),
  "SGD in groups": (network: Layer) => new SGD(groupsOf(network), { learningRate: 0.2, weightDecay: 0.01 }),
  Adam: (network: Layer) => new Adam(network.parameters(), { learningRate: 0.01 }),
  "Adam in groups": (network: Layer) =>
    new Adam(groupsOf(network), { learningRate: 0.01, weightDecay: 0.01 }),
};

const schedules: Record<string, LearningRateSchedule | undefined> = {
  "no schedule": undefined,
  "warm-up and cosine": schedule.warmup(5, schedule.cosine(15)),
  "a function": (step) => 1 / (1 + step),
};

describe("fit()'s options", () => {
  for (const dtype of DTYPES)
    for (const [optimizerName, newOptimizer] of Object.entries(optimizers))
      for (const [scheduleName, given] of Object.entries(schedules))
        for (const most of [undefined, 0.5])
          it(`do what steps by hand do: ${dtype}, ${optimizerName}, ${scheduleName}, clipped: ${most}`, async () => {
            const { train } = data[dtype];
            const network = networkOf(dtype);
            const seen: [number, number][] = [];
            const trainer = new Trainer({
              network,
              optimizer: newOptimizer(network),
              batchSize: 64,
              seed: 3,
            });
            const options = quiet({
              steps: 0,
              schedule: given,
              clipGradients: most,
              onStep: (step, { loss }) => {
                seen.push([step, loss]);
              },
            });
            // In two pieces: the schedule counts the steps of all.
            await trainer.fit(train, { ...options, steps: 8 });
            await trainer.fit(train, { ...options, steps: 12 });

            const byHand = networkOf(dtype);
            const optimizer = newOptimizer(byHand);
            const own = optimizer.groups.map(({ learningRate }) => learningRate);
            const losses: [number, number][] = [];
            for (let step = 0; step < 20; step++) {
              const order = new Random(3)
                .stream("batches")
                .stream(Math.floor(step / 16))
                .permutation(1000);
              const batch = train.subset(order.subarray((step % 16) * 64, (step % 16) * 64 + 64));
              const { loss, gradient } = crossEntropy(byHand.forward(batch.inputs), batch.labels);
              byHand.backward(gradient);
              if (most !== undefined) clipGradients(optimizer.parameters, most);
              const factor =
                given === undefined
                  ? 1
                  : typeof given === "function"
                    ? given(step)
                    : schedule.at(given, step);
              optimizer.groups.forEach((group, place) => {
                group.learningRate = own[place] * factor;
              });
              optimizer.step();
              losses.push([step + 1, loss]);
            }
            expect(seen).deep.equal(losses);
            expect(bitsOf(network)).deep.equal(bitsOf(byHand));
            expect(trainer.optimizers[0].groups.map(({ learningRate }) => learningRate)).deep.equal(own);
          });

  it("keep the plan of a float32 training, which is compiled once", async () => {
    const { compile } = TrainingPlan.prototype;
    let compiled = 0;
    TrainingPlan.prototype.compile = function (this: TrainingPlan) {
      compiled++;
      return compile.call(this);
    };
    try {
      const network = networkOf("float32");
      const trainer = new Trainer({
        network,
        optimizer: optimizers["SGD in groups"](network),
        batchSize: 64,
      });
      await trainer.fit(
        data.float32.train,
        quiet({ steps: 20, schedule: schedule.cosine(20), clipGradients: 1, onStep: () => {} }),
      );
    } finally {
      TrainingPlan.prototype.compile = compile;
    }
    expect(compiled).equal(1);
  });

  it("let onStep evaluate, forward and change rates without a trace of the first two", async () => {
    const { train, test } = data.float32;
    const losses: number[][] = [];
    for (const looks of [false, true]) {
      const network = networkOf("float32");
      const optimizer = new SGD(network.parameters(), { learningRate: 0.2 });
      const trainer = new Trainer({ network, optimizer, batchSize: 64, seed: 3 });
      const history = await trainer.fit(
        train,
        quiet({
          steps: 12,
          onStep: async (step) => {
            if (looks) {
              await new Promise((resolve) => setImmediate(resolve));
              evaluate(network, test);
            }
            if (step === 6) optimizer.learningRate = 0.01;
          },
        }),
      );
      losses.push([...history.loss]);
      expect(optimizer.learningRate).equal(0.01);
    }
    expect(losses[0]).deep.equal(losses[1]);
  });

  it("tell onStep the gradients' norm before it was clipped", async () => {
    const network = networkOf("float64");
    const trainer = new Trainer({ network, optimizer: new SGD(network.parameters(), { learningRate: 0.2 }) });
    const norms: (number | undefined)[] = [];
    await trainer.fit(
      data.float64.train,
      quiet({
        steps: 3,
        clipGradients: 0.25,
        onStep: (_step, { gradientNorm }) => {
          norms.push(gradientNorm);
          const clipped = network.parameters().flatMap(({ gradient }) => [...gradient.data]);
          expect(Math.hypot(...clipped)).closeTo(Math.min(0.25, gradientNorm ?? 0), 1e-6);
        },
      }),
    );
    expect(norms.every((norm) => norm !== undefined && norm > 0.25)).equal(true);
  });

  it("leave everything as it stands after the step when onStep throws, and the next fit() goes on", async () => {
    const { train } = data.float32;
    const make = () => {
      const network = networkOf("float32");
      const optimizer = new SGD(network.parameters(), { learningRate: 0.2 });
      return new Trainer({ network, optimizer, batchSize: 64 });
    };
    const [whole, stopped] = [make(), make()];
    const given = { schedule: schedule.cosine(20) };
    await whole.fit(train, quiet({ ...given, steps: 20 }));
    const onStep = (step: number) => {
      if (step === 7) throw new Error("enough");
    };
    const error = await caught(stopped.fit(train, quiet({ ...given, steps: 20, onStep })));
    expect((error as Error).message).equal("enough");
    expect(stopped.stepsDone).equal(7);
    expect(stopped.optimizers[0].learningRate).equal(0.2);
    await stopped.fit(train, quiet({ ...given, steps: 13 }));
    expect(bitsOf(stopped.network)).deep.equal(bitsOf(whole.network));
  });

  it("say what is wrong with them before anything is trained", async () => {
    const network = networkOf("float32");
    const optimizer = new SGD(network.parameters(), { learningRate: 0.2 });
    const trainer = new Trainer({ network, optimizer });
    for (const [options, message] of [
      [
        { schedule: "cosine" },
        'Trainer.fit: schedule: a schedule is needed, such as schedule.cosine(1000); got "cosine".',
      ],
      [{ schedule: { kind: "cosine" } }, "schedule.cosine: steps must be an integer"],
      [
        { schedule: () => Number.NaN },
        "the schedule's factor for step 0 must be a number of at least 0; got NaN",
      ],
      [{ clipGradients: 0 }, "clipGradients must be a number above 0; got 0"],
      [{ onStep: 1 }, "onStep must be a function; got 1"],
      [{ onstep: () => {} }, 'has no option "onstep". Did you mean "onStep"?'],
    ] as const) {
      const error = await caught(
        trainer.fit(data.float32.train, quiet({ steps: 1, ...options } as unknown as FitOptions)),
      );
      expect(error).instanceOf(OptionError);
      expect((error as Error).message).contain(message);
    }
    expect(trainer.stepsDone).equal(0);
  });
});

describe("Trainer", () => {
  it("refuses optimizers that share a parameter, or train another network", () => {
    const [network, other] = [networkOf("float32"), networkOf("float32")];
    const sgd = (parameters = network.parameters()) => new SGD(parameters, { learningRate: 0.1 });
    expect(() => new Trainer({ network, optimizer: [sgd(), sgd([network.parameters()[2]])] })).throw(
      OptionError,
      "two of its optimizers have the parameter 1.beta",
    );
    expect(() => new Trainer({ network, optimizer: sgd(other.parameters()) })).throw(
      OptionError,
      "no parameter of this network",
    );
  });

  it("refuses a layer that stands twice in a network of the reader's own", () => {
    class Twice extends Sequential {
      override children() {
        return [...this.layers, this.layers[0]];
      }
    }
    const network = new Twice([networkOf("float32"), new Tanh()]);
    const optimizer = new SGD(network.parameters(), { learningRate: 0.1 });
    expect(() => new Trainer({ network, optimizer })).throw("the same Sequential stands at places 0 and 2");
    expect(network.forward(data.float32.test.inputs)).instanceOf(Tensor);
  });
});
