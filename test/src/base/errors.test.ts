import { expect } from "chai";
import { checkOptions, nearestOf, showValue } from "../../../src/base/errors.js";
import { BatchNorm, OptionError, ShapeError, zeros } from "../../../src/index.js";

describe("checkOptions", () => {
  const known = ["learningRate", "momentum", "weightDecay"];

  it("takes known options, and none", () => {
    expect(() => checkOptions("SGD", { momentum: 0.9 }, known)).not.to.throw();
    expect(() => checkOptions("SGD", undefined, known)).not.to.throw();
  });

  it("names the unknown option, the nearest known one, and all that there are", () => {
    expect(() => checkOptions("SGD", { learningrate: 1 }, known)).to.throw(
      OptionError,
      'SGD has no option "learningrate". Did you mean "learningRate"? Its options: learningRate, momentum, weightDecay.',
    );
  });

  it("guesses nothing where nothing is near", () => {
    expect(() => checkOptions("SGD", { xyz: 1 }, known)).to.throw('SGD has no option "xyz". Its options:');
    expect(() => checkOptions("ReLU", { slope: 1 }, [])).to.throw(
      'ReLU has no option "slope"; it takes none.',
    );
  });

  it("says when options are no object", () => {
    expect(() => checkOptions("SGD", 0.1, known)).to.throw(
      "SGD takes its options as an object { learningRate,",
    );
    expect(() => checkOptions("SGD", [0.1], known)).to.throw("got [0.1].");
  });
});

describe("nearestOf", () => {
  it("finds slips of the finger, not other words", () => {
    expect(nearestOf("momentun", ["momentum", "eps"])).to.equal("momentum");
    expect(nearestOf("EPS", ["momentum", "eps"])).to.equal("eps");
    expect(nearestOf("weight", ["gamma", "beta"])).to.equal(undefined);
  });
});

describe("showValue", () => {
  it("shows values as they fit into a sentence", () => {
    const shown = [
      "a",
      1,
      Number.NaN,
      null,
      undefined,
      [1, "b"],
      { x: 1 },
      Array(99).fill(0),
      zeros([2]),
    ].map(showValue);
    expect(shown).to.deep.equal([
      '"a"',
      "1",
      "NaN",
      "null",
      "undefined",
      '[1, "b"]',
      "{ x }",
      "an array of 99",
      "a Tensor",
    ]);
  });
});

describe("errors", () => {
  it("have the name of their meaning", () => {
    const layer = new BatchNorm(2, { dtype: "float64" });
    const error = (() => {
      try {
        layer.forward(zeros([1, 2], "float64"));
      } catch (thrown) {
        return thrown;
      }
      return undefined;
    })();
    expect(error).to.be.instanceOf(ShapeError).and.instanceOf(Error);
    expect(String(error)).to.match(/^ShapeError: BatchNorm in training needs more than 1 value per channel/);
  });
});
