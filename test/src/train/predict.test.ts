import { expect } from "chai";
import {
  crossEntropy,
  digits,
  evaluate,
  Linear,
  mlp,
  OptionError,
  predict,
  Sequential,
  ShapeError,
  tensor,
  ValueError,
} from "../../../src/index.js";
import { DTYPES } from "../dtypes.js";

describe("predict", () => {
  for (const dtype of DTYPES) {
    const { test, validation } = digits({ seed: 1, dtype });
    const network = mlp({
      inputs: 64,
      hidden: [12],
      classes: 10,
      norm: "batch",
      dropout: 0.5,
      dtype,
      seed: 2,
    });
    network.forward(validation.inputs);

    it(`gives outputs, classes and probabilities in ${dtype}, whatever the batch size`, () => {
      const whole = predict(network, test);
      const inParts = predict(network, test.inputs, { batchSize: 7 });
      const byHand = mlp({ inputs: 64, hidden: [12], classes: 10, norm: "batch", dropout: 0.5, dtype });
      byHand.loadStateDict(network.stateDict()).eval();
      const outputs = byHand.forward(test.inputs);
      expect([...whole.outputs.data]).deep.equal([...outputs.data]);
      expect([...inParts.outputs.data]).deep.equal([...outputs.data]);
      expect(whole.outputs.dtype).equal(dtype);
      const classes = Array.from({ length: test.size }, (_, row) => {
        const values = Array.from({ length: 10 }, (__, k) => outputs.at(row, k));
        return values.indexOf(Math.max(...values));
      });
      expect(whole.labels).instanceOf(Int32Array);
      expect([...whole.labels]).deep.equal(classes);
      const right = classes.filter((label, row) => label === test.labels[row]).length;
      expect(evaluate(network, test).accuracy).equal(right / test.size);
    });

    it(`has probabilities whose logarithms are crossEntropy's, in ${dtype}`, () => {
      const { outputs, labels } = predict(network, test);
      const probabilities = predict(network, test).probabilities();
      expect(probabilities.dtype).equal(dtype);
      const { loss, gradient } = crossEntropy(outputs, labels);
      let sum = 0;
      for (let row = 0; row < test.size; row++) {
        sum -= Math.log(probabilities.at(row, labels[row]));
        let total = 0;
        for (let k = 0; k < 10; k++) {
          total += probabilities.at(row, k);
          const own = test.size * gradient.at(row, k) + (labels[row] === k ? 1 : 0);
          expect(probabilities.at(row, k)).closeTo(own, dtype === "float32" ? 1e-4 : 1e-12);
        }
        expect(total).closeTo(1, 1e-6);
      }
      expect(sum / test.size).closeTo(loss, dtype === "float32" ? 1e-5 : 1e-13);
    });

    it(`leaves modes, statistics and what backward() needs alone, in ${dtype}`, () => {
      const before = JSON.stringify(Object.values(network.stateDict()).map(({ data }) => [...data]));
      const outputs = network.forward(validation.inputs);
      const state = JSON.stringify(Object.values(network.stateDict()).map(({ data }) => [...data]));
      predict(network, test);
      expect(network.training).equal(true);
      expect(JSON.stringify(Object.values(network.stateDict()).map(({ data }) => [...data]))).equal(state);
      network.backward(crossEntropy(outputs, validation.labels).gradient);
      expect(before).not.equal(state);
    });
  }

  const network = new Sequential([new Linear(2, 3, { dtype: "float64", random: 1 })]);
  const inputs = tensor([[1, 2]], undefined, "float64");

  it("stays finite for large outputs, and names no class where one is NaN", () => {
    network.parameters()[0].value.data.set([800, 0, -800, 0, 799, 0]);
    const { labels, ...prediction } = predict(network, inputs);
    expect([...labels]).deep.equal([0]);
    expect(prediction.outputs.at(0, 0)).equal(800);
    const probabilities = predict(network, inputs).probabilities();
    expect(probabilities.at(0, 0)).closeTo(1 / (1 + Math.exp(-1)), 1e-15);
    expect(probabilities.at(0, 1)).equal(0);
    network.parameters()[0].value.data[2] = Number.NaN;
    expect([...predict(network, inputs).labels]).deep.equal([-1]);
  });

  it("says what it needs", () => {
    expect(() => predict(network, [[1, 2]] as never)).throw(ValueError, "a split or a tensor of inputs");
    expect(() => predict(network, tensor([], [0, 2], "float64"))).throw(ValueError, "no examples");
    expect(() => predict(network, inputs, { batchsize: 1 } as object)).throw(OptionError, '"batchSize"');
    expect(() => predict(new Sequential([]), tensor([1, 2], undefined, "float64"))).throw(
      ShapeError,
      "predict needs outputs [N, classes]; of 2 examples the network made [2].",
    );
  });
});
