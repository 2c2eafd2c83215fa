import { expect } from "chai";
import { withDefaults } from "../../../src/experiments/defaults.js";
import type { ExperimentResult } from "../../../src/experiments/result.js";
import { bestRate, Runs } from "../../../src/experiments/runs.js";

interface Made {
  rate: number;
  seed?: number;
  validation: number;
  test?: number;
  dropout?: number;
  steps?: number | null;
  diverged?: boolean;
}

/** A result as a sweep would give it, with these numbers in it. */
function made({
  rate,
  seed = 0,
  validation,
  test = 0.5,
  dropout = 0,
  steps = null,
  diverged,
}: Made): ExperimentResult {
  return {
    key: `${rate} ${seed} ${dropout}`,
    spec: withDefaults({
      data: { set: "digits" },
      network: { hidden: [4], dropout },
      optimizer: { kind: "sgd", learningRate: rate },
      steps: 10,
      seed,
      milestones: [0.95],
    }),
    status: diverged ? "diverged" : "finished",
    steps: 10,
    evaluatedAt: [0, 10],
    trainingLoss: [null, 1],
    evaluations: {
      validation: { loss: [2, 1], accuracy: [0.1, validation] },
      test: { loss: [2, 1], accuracy: [0.1, test] },
    },
    milestones: { validation: [steps], test: [steps] },
    probedAt: [],
    probes: {},
    finally: {},
    hash: "",
  };
}

describe("bestRate", () => {
  it("takes the rate with the best mean validation accuracy, whatever the test part says", () => {
    const runs = [
      made({ rate: 0.1, seed: 0, validation: 0.9, test: 0.99 }),
      made({ rate: 0.1, seed: 1, validation: 0.91, test: 0.99 }),
      made({ rate: 0.3, seed: 1, validation: 0.94, test: 0.1 }),
      made({ rate: 0.3, seed: 0, validation: 0.92, test: 0.1 }),
      made({ rate: 1, seed: 0, validation: 0.99, test: 1 }),
      made({ rate: 1, seed: 1, validation: 0.5, test: 1 }),
    ];
    const best = bestRate(new Runs(runs));
    expect(best.rate).to.equal(0.3);
    expect(best.edge).to.equal(undefined);
    expect(best.runs.seeds).to.deep.equal([0, 1]);
    expect(best.tried.map(({ validation }) => validation)).to.deep.equal([90.5, 93, 74.5]);
    const flipped = runs.map((run) => ({
      ...run,
      evaluations: {
        ...run.evaluations,
        test: { loss: [2, 1], accuracy: [0.1, 1 - (run.evaluations.test.accuracy[1] ?? 0)] },
      },
    }));
    expect(bestRate(new Runs(flipped)).rate).to.equal(0.3);
  });

  it("says when the best one is the smallest or the largest that was tried", () => {
    const runs = (accuracies: number[]) =>
      new Runs(accuracies.map((validation, i) => made({ rate: 10 ** i, validation })));
    expect(runs([0.9, 0.8, 0.7]).best().edge).to.equal("smallest");
    expect(runs([0.7, 0.8, 0.9]).best().edge).to.equal("largest");
    expect(runs([0.7, 0.8, 0.7]).best().edge).to.equal(undefined);
    expect(runs([0.7]).best().edge).to.equal(undefined);
  });

  it("takes the smaller of two that are equally good, in whatever order they come", () => {
    const runs = [made({ rate: 1, validation: 0.9 }), made({ rate: 0.1, validation: 0.9 })];
    expect(bestRate(new Runs(runs)).rate).to.equal(0.1);
    expect(bestRate(new Runs(runs.reverse())).rate).to.equal(0.1);
  });

  it("counts a training that diverged as guessing, and steps never reached as the most", () => {
    const runs = new Runs([
      made({ rate: 0.1, validation: 0.8, steps: 40 }),
      made({ rate: 1, validation: 0.99, steps: null, diverged: true }),
    ]);
    expect(runs.best().rate).to.equal(0.1);
    expect(runs.best({ stepsTo: 0.95 }).rate).to.equal(0.1);
    expect(runs.accuracy("test")).to.deep.equal([50, 10]);
  });

  it("chooses along other paths as well, and looks for the edge among the rates beside the best", () => {
    const runs = new Runs([
      made({ rate: 0.1, dropout: 0.2, validation: 0.95 }),
      made({ rate: 0.3, dropout: 0.2, validation: 0.9 }),
      made({ rate: 0.03, dropout: 0.5, validation: 0.8 }),
    ]);
    const best = bestRate(runs, { over: ["optimizer.learningRate", "network.dropout"] });
    expect(best.values).to.deep.equal({ "optimizer.learningRate": 0.1, "network.dropout": 0.2 });
    expect(best.edge).to.equal("smallest");
  });

  it("refuses rates that were tried with different seeds, and no runs at all", () => {
    const runs = [made({ rate: 0.1, seed: 0, validation: 0.9 }), made({ rate: 1, seed: 1, validation: 0.9 })];
    expect(() => bestRate(new Runs(runs))).to.throw("was tried with other seeds");
    expect(() => bestRate(new Runs([]))).to.throw("there is no run");
  });
});

describe("Runs", () => {
  it("selects by paths, where a list takes any of its values, and sorts by seed", () => {
    const runs = new Runs([2, 0, 1].map((seed) => made({ rate: 0.1, seed, validation: 0.9 })));
    expect(runs.where({ seed: [2, 1] }).seeds).to.deep.equal([1, 2]);
    expect(runs.where({ "network.norm": "none", "network.hidden": [4] }).size).to.equal(3);
    expect(runs.where({ "network.norm": "batch" }).size).to.equal(0);
    expect(runs.where({ "network.batchNorm.ghostBatchSize": null }).size).to.equal(3);
    expect(runs.where({ "network.norm": null }).size).to.equal(0);
  });

  it("names what a run does not have", () => {
    const runs = new Runs([made({ rate: 0.1, validation: 0.9 })]);
    expect(() => runs.accuracy("train")).to.throw('no evaluations on the part "train"');
    expect(() => runs.accuracy("test", 5)).to.throw("not evaluated after 5 steps");
    expect(() => runs.stepsTo(0.9)).to.throw("no milestone 0.9");
    expect(() => runs.finally("x")).to.throw('no final evaluation "x"');
    expect(() => runs.probe("x")).to.throw("One series has to end");
  });
});
