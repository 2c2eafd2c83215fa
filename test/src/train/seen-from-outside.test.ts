// What code beside a training sees of the network and the data, in arrays that it took before the training as well.
import { expect } from "chai";
import { crossEntropy, type FloatArray, mlp, SGD, Split, Trainer, tensor } from "../../../src/index.js";

const STEPS = 40;

function setting() {
  const inputs = Float32Array.from({ length: 96 * 4 }, (_, i) => Math.sin(i * i));
  const labels = Int32Array.from({ length: 96 }, (_, row) => row % 3);
  const train = new Split(tensor(inputs, [96, 4]), labels, 3);
  const network = mlp({ inputs: 4, hidden: [9, 8], classes: 3, norm: "batch", seed: 1 });
  const optimizer = new SGD(network.parameters(), { learningRate: 0.1, momentum: 0.9 });
  const trainer = new Trainer({ network, optimizer, batchSize: 16, seed: 1 });
  const arrays = network.parameters().flatMap(({ value, gradient }) => [value.data, gradient.data]);
  return { train, network, trainer, arrays, data: train.inputs.data };
}

const first = (arrays: readonly FloatArray[]) => arrays.map((array) => array[0]);

describe("code beside a training", () => {
  it("sees the numbers of now in onStep, in a probe and in a sink of progress", async () => {
    const pieces: number[][] = [];
    const whole = setting();
    for (let step = 0; step < STEPS; step++) {
      await whole.trainer.fit(whole.train, { steps: 1, progress: false });
      pieces.push(first(whole.arrays));
    }
    const { train, trainer, arrays } = setting();
    const seen: Record<string, number[][]> = { onStep: [], probe: [], progress: [] };
    await trainer.fit(train, {
      steps: STEPS,
      onStep: () => void seen.onStep.push(first(arrays)),
      probeEvery: 1,
      probes: [{ kind: "custom", measure: () => ({ looks: seen.probe.push(first(arrays)) }) }],
      progress: { start() {}, report: () => void seen.progress.push(first(arrays)), finish() {} },
    });
    expect(seen.onStep).to.deep.equal(pieces);
    expect(seen.progress).to.deep.equal(pieces);
    // Probes are measured before the first step as well.
    const values = (steps: number[][]) => steps.map((numbers) => numbers.filter((_, at) => at % 2 === 0));
    expect(values(seen.probe.slice(1))).to.deep.equal(values(pieces));
  });

  it("changes what the next step takes: parameters and data", async () => {
    const change = ({ arrays, data }: { arrays: FloatArray[]; data: FloatArray }, step: number) => {
      arrays[0][step % 4] += 0.01;
      data[step] = -data[step];
    };
    const whole = setting();
    for (let step = 0; step < STEPS; step++) {
      await whole.trainer.fit(whole.train, { steps: 1, progress: false });
      change(whole, step);
    }
    const changed = setting();
    const onStep = (step: number) => change(changed, step - 1);
    await changed.trainer.fit(changed.train, { steps: STEPS, progress: false, onStep });
    expect(first(changed.arrays)).to.deep.equal(first(whole.arrays));
    const loss = ({ network, train }: typeof whole) =>
      crossEntropy(network.forward(train.inputs), train.labels).loss;
    expect(loss(changed)).to.equal(loss(whole));
  });

  it("sees the numbers of now where a timer runs it", async () => {
    const { train, trainer, arrays } = setting();
    let looks = 0;
    let stale = 0;
    let done = false;
    const look = () => {
      if (done) return;
      const before = first(arrays);
      // A look at the tensors gives back whatever is borrowed.
      const now = first(
        trainer.network.parameters().flatMap(({ value, gradient }) => [value.data, gradient.data]),
      );
      looks++;
      if (before.some((value, at) => value !== now[at])) stale++;
      setImmediate(look);
    };
    setImmediate(look);
    await trainer.fit(train, { steps: 3000, progress: false });
    done = true;
    expect(looks).to.be.greaterThan(1);
    expect(stale).to.equal(0);
  });
});
