// A training in pieces, cut anywhere, is the training as a whole: the same bits, the same end, the same measurements.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import {
  Adam,
  type DType,
  digits,
  type EarlyStop,
  type FitOptions,
  type History,
  loadCheckpoint,
  mlp,
  type Probe,
  type Schedule,
  SGD,
  saveCheckpoint,
  schedule,
  Trainer,
} from "../../../src/index.js";

const MODULE = new URL("../../../src/index.js", import.meta.url).href;

/** All that a piece of a training needs, in plain JSON. */
interface Training {
  optimizer: "sgd" | "adam";
  learningRate: number;
  dtype: DType;
  total: number;
  evaluateEvery: number;
  probeEvery: number;
  earlyStop: EarlyStop;
  schedule?: Schedule;
  clipGradients?: number;
}

const probes: Probe[] = [
  "updateRatios",
  "gradientNorms",
  { kind: "drift", layer: 2 },
  { kind: "drift", layer: -1 },
];

/** Used in the processes of the pieces, too: nothing from outside but what it is given. */
function newTrainer(
  module: { mlp: typeof mlp; SGD: typeof SGD; Adam: typeof Adam; Trainer: typeof Trainer },
  { optimizer, learningRate, dtype }: Training,
): Trainer {
  const network = module.mlp({
    inputs: 64,
    hidden: [8],
    classes: 10,
    norm: "batch",
    dropout: 0.2,
    batchNorm: { noise: true },
    dtype,
    seed: 4,
  });
  const [first, ...others] = network.parameters();
  const groups = [{ parameters: [first] }, { parameters: others, learningRate: learningRate / 2 }];
  return new module.Trainer({
    network,
    optimizer:
      optimizer === "sgd"
        ? new module.SGD(groups, { learningRate, momentum: 0.9 })
        : new module.Adam(groups, { learningRate: learningRate / 10 }),
    batchSize: 50,
    seed: 6,
  });
}

const splits = new Map<DType, ReturnType<typeof digits>>();
function dataOf(dtype: DType) {
  const data =
    splits.get(dtype) ?? digits({ seed: 1, dtype, split: { train: 300, validation: 60, test: 20 } });
  splits.set(dtype, data);
  return data;
}

function optionsOf(training: Training, steps: number): FitOptions {
  const { evaluateEvery, probeEvery, earlyStop, clipGradients } = training;
  const { validation } = dataOf(training.dtype);
  const given = { evaluateEvery, probeEvery, earlyStop, clipGradients, schedule: training.schedule };
  return { steps, validation, probes, probeSize: 20, progress: false, ...given };
}

const module = { mlp, SGD, Adam, Trainer };

const bitsOf = ({ network, optimizers }: Trainer) =>
  [network.stateDict(), ...optimizers.map((optimizer) => optimizer.stateDict())].flatMap((state) =>
    Object.entries(state).map(([name, { data }]) => [name, ...data]),
  );

/** What was measured, by step: each time that it was. */
function measured(histories: readonly History[]): Map<number, Record<string, number>[]> {
  const byStep = new Map<number, Record<string, number>[]>();
  const add = (step: number, values: Record<string, number>) =>
    byStep.set(step, [...(byStep.get(step) ?? []), values]);
  for (const history of histories) {
    history.evaluatedAt.forEach((step, row) => {
      add(step, { loss: history.validationLoss[row], accuracy: history.validationAccuracy[row] });
    });
    history.probedAt.forEach((step, row) => {
      add(
        step,
        Object.fromEntries(Object.entries(history.probes).map(([name, values]) => [name, values[row]])),
      );
    });
  }
  return byStep;
}

const trainings: fc.Arbitrary<Training> = fc.record({
  optimizer: fc.constantFrom("sgd", "adam"),
  learningRate: fc.constantFrom(0, 0.05, 0.3, 2),
  dtype: fc.constantFrom("float32", "float64"),
  total: fc.integer({ min: 1, max: 60 }),
  evaluateEvery: fc.integer({ min: 1, max: 12 }),
  probeEvery: fc.integer({ min: 1, max: 12 }),
  earlyStop: fc.record(
    {
      accuracy: fc.constantFrom(0.3, 0.6, 1),
      patience: fc.integer({ min: 1, max: 4 }),
      metric: fc.constantFrom("loss", "accuracy"),
      restoreBest: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
  schedule: fc.constantFrom(undefined, schedule.warmup(5, schedule.cosine(40)), schedule.step(7)),
  clipGradients: fc.constantFrom(undefined, 1),
});

/** Where the whole training is cut. */
const cuts = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 5 });

describe("a training in pieces", function () {
  this.timeout(120_000);

  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "normlab-resume-"));
    file = join(folder, "checkpoint.safetensors");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Trains up to a step, at which it ends, or at which it saved a checkpoint before it was killed a little later. */
  type Piece = (trainer: Trainer, training: Training, until: number) => Promise<History | undefined>;

  const ends: Piece = async (trainer, training, until) => {
    const history = await trainer.fit(
      dataOf(training.dtype).train,
      optionsOf(training, until - trainer.stepsDone),
    );
    saveCheckpoint(file, trainer);
    return history;
  };

  const isKilled: Piece = async (trainer, training, until) => {
    if (until === training.total || until <= trainer.stepsDone) return ends(trainer, training, until);
    const killed = new Error("killed");
    const onStep = (step: number) => {
      if (step === until) saveCheckpoint(file, trainer);
      if (step === until + 3) throw killed;
    };
    const options = { ...optionsOf(training, training.total - trainer.stepsDone), onStep };
    try {
      const history = await trainer.fit(dataOf(training.dtype).train, options);
      // It had ended before.
      if (trainer.stepsDone <= until) saveCheckpoint(file, trainer);
      return history;
    } catch (error) {
      if (error !== killed) throw error;
      return undefined;
    }
  };

  for (const [name, piece] of Object.entries({ ends, isKilled }))
    it(`has the bits, the end and the measurements of the whole, whatever the cuts: each piece ${name}`, async () => {
      await fc.assert(
        fc.asyncProperty(trainings, cuts, async (training, at) => {
          const whole = newTrainer(module, training);
          const { train } = dataOf(training.dtype);
          const inOne = await whole.fit(train, optionsOf(training, training.total));

          const histories: History[] = [];
          let trainer = newTrainer(module, training);
          saveCheckpoint(file, trainer);
          for (const until of [
            ...at.filter((cut) => cut < training.total).sort((a, b) => a - b),
            training.total,
          ]) {
            trainer = newTrainer(module, training);
            loadCheckpoint(file, trainer);
            const history = await piece(trainer, training, Math.max(until, trainer.stepsDone));
            if (history) histories.push(history);
            if (history?.stopped === "early") break;
          }
          expect(trainer.stepsDone).equal(whole.stepsDone);
          expect(bitsOf(trainer)).deep.equal(bitsOf(whole));
          const pieces = measured(histories);
          for (const [step, values] of measured([inOne]))
            for (const each of values)
              for (const other of pieces.get(step) ?? [])
                for (const [series, value] of Object.entries(each))
                  if (series in other) expect(other[series], `${series} at ${step}`).deep.equal(value);
        }),
        { numRuns: 30 },
      );
    });

  it("has them in a process of its own for each piece, too", async () => {
    const script = `
      import { writeFileSync } from "node:fs";
      import * as module from ${JSON.stringify(MODULE)};
      const { digits, loadCheckpoint, saveCheckpoint } = module;
      const newTrainer = ${newTrainer};
      const probes = ${JSON.stringify(probes)};
      const splits = new Map();
      ${dataOf}
      ${optionsOf}
      const [training, until, from, to] = JSON.parse(process.argv[1]);
      const trainer = newTrainer(module, training);
      if (from !== null) loadCheckpoint(from, trainer);
      const steps = Math.max(0, until - trainer.stepsDone);
      const { stopped } = await trainer.fit(dataOf(training.dtype).train, optionsOf(training, steps));
      saveCheckpoint(to, trainer);
      console.log(stopped);
    `;
    const training: Training = {
      optimizer: "sgd",
      learningRate: 0.3,
      dtype: "float32",
      total: 200,
      evaluateEvery: 7,
      probeEvery: 5,
      earlyStop: { patience: 4, restoreBest: true },
      schedule: schedule.warmup(5, schedule.cosine(195)),
      clipGradients: 2,
    };
    const whole = newTrainer(module, training);
    const { stopped } = await whole.fit(dataOf("float32").train, optionsOf(training, training.total));
    expect(stopped).equal("early");
    expect(whole.stepsDone).within(20, 190);
    for (const length of [30, 61]) {
      const ends = Array.from({ length: Math.ceil(200 / length) }, (_, place) => (place + 1) * length);
      let from: string | null = null;
      for (const until of ends) {
        const given = JSON.stringify([training, Math.min(until, 200), from, file]);
        const said = execFileSync(process.execPath, ["--input-type=module", "--eval", script, given], {
          encoding: "utf8",
        });
        from = file;
        if (said.trim() === "early") break;
      }
      const last = newTrainer(module, training);
      loadCheckpoint(file, last);
      expect(last.stepsDone).equal(whole.stepsDone);
      expect(bitsOf(last)).deep.equal(bitsOf(whole));
    }
  });

  const base: Training = {
    optimizer: "sgd",
    learningRate: 0.3,
    dtype: "float64",
    total: 60,
    evaluateEvery: 5,
    probeEvery: 5,
    earlyStop: { patience: 2 },
  };

  it("does nothing more once it has stopped, unless it is asked for more", async () => {
    const training: Training = { ...base, learningRate: 0 };
    const trainer = newTrainer(module, training);
    const { train, validation } = dataOf("float64");
    expect((await trainer.fit(train, optionsOf(training, 60))).stopped).equal("early");
    const { stepsDone } = trainer;
    const again = await trainer.fit(train, optionsOf(training, 60));
    expect([again.stopped, again.loss.length, trainer.stepsDone]).deep.equal(["early", 0, stepsDone]);
    const more = await trainer.fit(train, {
      steps: 5,
      validation,
      evaluateEvery: 5,
      earlyStop: { patience: 20 },
      progress: false,
    });
    expect([more.stopped, trainer.stepsDone]).deep.equal(["finished", stepsDone + 5]);
    await trainer.fit(train, { steps: 1, progress: false });
    expect(trainer.carryOver.stopping).equal(undefined);
  });

  it("goes on from the last step with restoreBest, from the best one without, and from what was put in between", async () => {
    const training: Training = { ...base, learningRate: 1, earlyStop: { restoreBest: true } };
    const { train } = dataOf("float64");
    const make = async () => {
      const trainer = newTrainer(module, training);
      await trainer.fit(train, optionsOf(training, 20));
      return trainer;
    };
    const [whole, goesOn, startsAnew, changed] = [
      newTrainer(module, training),
      await make(),
      await make(),
      await make(),
    ];
    const best = bitsOf(goesOn)[0];
    await whole.fit(train, { ...optionsOf(training, 20), earlyStop: undefined });
    expect(bitsOf(whole)[0], "the best one is not the last").not.deep.equal(best);
    await whole.fit(train, { steps: 1, progress: false });
    await goesOn.fit(train, { ...optionsOf(training, 1), evaluateEvery: 100 });
    const { lastState } = goesOn.carryOver.stopping ?? {};
    const state = lastState ?? goesOn.network.stateDict();
    expect([...state["0.weight"].data]).deep.equal([...whole.network.stateDict()["0.weight"].data]);

    const plain = newTrainer(module, training);
    plain.network.loadStateDict(startsAnew.network.stateDict());
    plain.optimizers[0].loadStateDict(startsAnew.optimizers[0].stateDict());
    plain.stepsDone = startsAnew.stepsDone;
    for (const trainer of [plain, startsAnew]) await trainer.fit(train, { steps: 3, progress: false });
    expect(bitsOf(startsAnew)).deep.equal(bitsOf(plain));

    changed.network.parameters()[0].value.data.fill(0.01);
    await changed.fit(train, { ...optionsOf(training, 0) });
    expect(changed.carryOver.stopping?.lastState?.["0.weight"].data[0]).equal(0.01);
  });
});
