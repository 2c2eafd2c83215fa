import { expect } from "chai";
import { Adam, Linear, Parameter, SGD, type SGDOptions } from "../../../../src/index.js";
import { expectNear, goldenCases } from "../../../golden/golden.js";
import { DTYPES } from "../../dtypes.js";

const OPTIMIZERS = { SGD, Adam };

for (const dtype of DTYPES) {
  for (const [name, Optimizer] of Object.entries(OPTIMIZERS)) {
    describe(`${name} in ${dtype}`, () => {
      for (const golden of goldenCases(name)) {
        const parameter = () => new Parameter(golden.input("value", dtype));
        const gradients = golden.input("gradients", dtype);
        const stepsOf = (optimizer: SGD | Adam, from: number, to: number) => {
          for (let step = from; step < to; step++) {
            optimizer.parameters[0].gradient.data.set(gradients.slice(step, step + 1).data);
            optimizer.step();
          }
        };
        const make = (trained: Parameter) =>
          new Optimizer([trained], { learningRate: 0.001, ...golden.options });

        it(`agrees with PyTorch after five steps: ${golden.name}`, () => {
          const trained = parameter();
          stepsOf(make(trained), 0, 5);
          expectNear(trained.value, golden.output("value"), "value");
        });

        it(`goes on from its state with the same bits: ${golden.name}`, () => {
          const [whole, parted] = [parameter(), parameter()];
          stepsOf(make(whole), 0, 5);
          const first = make(parted);
          stepsOf(first, 0, 2);
          stepsOf(make(parted).loadStateDict(first.stateDict()), 2, 5);
          expect(parted.value.data).to.deep.equal(whole.value.data);
        });
      }
    });
  }
}

describe("optimizers", () => {
  const { parameters } = { parameters: new Linear(2, 2, { dtype: "float64" }).parameters() };

  it("name an unknown option and the nearest known one", () => {
    const misspelt = { learningRate: 0.1, weigthDecay: 0 } as SGDOptions;
    expect(() => new SGD(parameters, misspelt)).to.throw(
      'SGD has no option "weigthDecay". Did you mean "weightDecay"?',
    );
  });

  it("refuse a negative or missing learning rate", () => {
    expect(() => new SGD(parameters, { learningRate: -1 })).to.throw(
      "learningRate must be a number of at least 0; got -1",
    );
    expect(() => new SGD(parameters, {} as SGDOptions)).to.throw("learningRate must be a number");
    expect(() => new Adam(parameters, { beta1: 1 })).to.throw(
      "beta1 must be a number from 0 to below 1; got 1",
    );
  });

  it("refuse Nesterov without momentum, and parameters that are none", () => {
    expect(() => new SGD(parameters, { learningRate: 0.1, nesterov: true })).to.throw(
      "needs a momentum above 0",
    );
    expect(() => new SGD([], { learningRate: 0.1 })).to.throw("such as network.parameters()");
  });
});
