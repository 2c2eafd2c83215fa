import { expect } from "chai";
import {
  Adam,
  clipGradients,
  Linear,
  OptionError,
  Parameter,
  SGD,
  type SGDOptions,
  schedule,
} from "../../../../src/index.js";
import { LearningRates } from "../../../../src/train/learning-rates.js";
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

describe("groups of parameters", () => {
  for (const dtype of DTYPES)
    for (const [name, Optimizer] of Object.entries(OPTIMIZERS))
      for (const golden of goldenCases(`${name} in groups`)) {
        const make = () => {
          const parameters = ["first", "second"].map((input) => new Parameter(golden.input(input, dtype)));
          const { groups, options } = golden.options as { groups: object[]; options: SGDOptions };
          const given = groups.map((group, place) => ({ ...group, parameters: [parameters[place]] }));
          return { parameters, optimizer: new Optimizer(given, options) };
        };
        const gradients = ["firsts", "seconds"].map((input) => golden.input(input, dtype));
        const stepsOf = ({ parameters, optimizer }: ReturnType<typeof make>, from: number, to: number) => {
          const rates = new LearningRates([optimizer], schedule.cosine(6));
          for (let step = from; step < to; step++) {
            parameters.forEach(({ gradient }, place) => {
              gradient.data.set(gradients[place].slice(step, step + 1).data);
            });
            clipGradients(parameters, 2);
            rates.during(step, () => optimizer.step());
          }
        };

        it(`agree with PyTorch: ${name} in ${dtype}, ${golden.name}`, () => {
          const made = make();
          stepsOf(made, 0, 6);
          expectNear(made.parameters[0].value, golden.output("first"), "first");
          expectNear(made.parameters[1].value, golden.output("second"), "second");
        });

        it(`go on from their state with the same bits: ${name} in ${dtype}`, () => {
          const [whole, parted] = [make(), make()];
          stepsOf(whole, 0, 6);
          stepsOf(parted, 0, 2);
          const later = make();
          later.optimizer.loadStateDict(parted.optimizer.stateDict());
          later.parameters.forEach(({ value }, place) => {
            value.data.set(parted.parameters[place].value.data);
          });
          stepsOf(later, 2, 6);
          for (const place of [0, 1])
            expect(later.parameters[place].value.data).deep.equal(whole.parameters[place].value.data);
        });
      }

  it("have one learning rate, or are asked for each", () => {
    const [weight, bias] = new Linear(2, 2).parameters();
    const one = new SGD([weight, bias], { learningRate: 0.1 });
    one.learningRate = 0.2;
    expect(one.groups[0].learningRate).equal(0.2);
    const two = new SGD([{ parameters: [weight] }, { parameters: [bias], momentum: 0.5 }], {
      learningRate: 0.1,
    });
    two.learningRate = 0.3;
    expect(two.groups.map(({ learningRate }) => learningRate)).deep.equal([0.3, 0.3]);
    two.groups[1].learningRate = 0.4;
    const message = "have different learning rates, 0.3 and 0.4 for instance. Use optimizer.groups[0]";
    expect(() => two.learningRate).throw(OptionError, message);
    expect(() => {
      two.learningRate = 1;
    }).throw(OptionError, message);
    expect(two.groups.map(({ learningRate }) => learningRate)).deep.equal([0.3, 0.4]);
  });

  it("refuse a parameter that comes twice, and what is neither parameter nor group", () => {
    const [weight, bias] = new Linear(2, 3).parameters();
    const options = { learningRate: 0.1 };
    expect(() => new SGD([weight, weight], options)).throw(OptionError, "a parameter [3, 2] comes twice");
    const twice = [{ parameters: [weight] }, { parameters: [bias, weight] }];
    expect(() => new Adam(twice)).throw(OptionError, "Adam: a parameter [3, 2] comes twice");
    expect(() => new SGD([{ parameters: [weight] }, bias] as never, options)).throw(
      OptionError,
      "entry 1 is a Parameter",
    );
    expect(() => new SGD([{ parameters: [weight], learningrate: 1 }] as never, options)).throw(
      OptionError,
      'SGD, group 0, has no option "learningrate". Did you mean "learningRate"?',
    );
    expect(() => new SGD([{ parameters: [] }], options)).throw(OptionError, "at least one Parameter");
    expect(() => new SGD([{ parameters: [weight] }])).throw(OptionError, "learningRate must be a number");
  });
});

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
