import { expect } from "chai";
import { crossEntropy, meanSquaredError, tensor, zeros } from "../../../../src/index.js";
import { expectNear, goldenCases, TOLERANCE } from "../../../golden/golden.js";
import { DTYPES } from "../../dtypes.js";

for (const dtype of DTYPES) {
  describe(`crossEntropy in ${dtype}`, () => {
    for (const golden of goldenCases("crossEntropy")) {
      it(`agrees with PyTorch: ${golden.name}`, () => {
        const labels = Int32Array.from(golden.input("labels", "float64").data);
        const { loss, gradient } = crossEntropy(golden.input("logits", dtype), labels);
        const expected = golden.output("loss").data[0];
        expect(Math.abs(loss - expected) / expected).to.be.at.most(TOLERANCE[dtype]);
        expectNear(gradient, golden.output("gradient"), "gradient");
      });
    }

    it("stays finite for logits of a thousand", () => {
      const { loss, gradient } = crossEntropy(tensor([[1000, -1000]], undefined, dtype), [1]);
      expect(loss).to.equal(2000);
      expect(Array.from(gradient.data)).to.deep.equal([1, -1]);
    });
  });

  describe(`meanSquaredError in ${dtype}`, () => {
    for (const golden of goldenCases("meanSquaredError")) {
      it(`agrees with PyTorch: ${golden.name}`, () => {
        const { loss, gradient } = meanSquaredError(
          golden.input("prediction", dtype),
          golden.input("target", dtype),
        );
        const expected = golden.output("loss").data[0];
        expect(Math.abs(loss - expected) / expected).to.be.at.most(TOLERANCE[dtype]);
        expectNear(gradient, golden.output("gradient"), "gradient");
      });
    }
  });
}

describe("losses", () => {
  it("name the label that is no class", () => {
    const logits = zeros([2, 3], "float64");
    expect(() => crossEntropy(logits, [0, 3])).to.throw(
      "label 3 of row 1 is no class of logits [2, 3]: 0 … 2",
    );
    expect(() => crossEntropy(logits, [0, 0.5])).to.throw("label 0.5 of row 1");
  });

  it("say that numbers of rows and labels, or shapes, differ", () => {
    expect(() => crossEntropy(zeros([2, 3], "float64"), [0])).to.throw("2 rows of logits and 1 labels");
    expect(() => meanSquaredError(zeros([2, 3], "float64"), zeros([3, 2], "float64"))).to.throw(
      "[2, 3] and [3, 2]",
    );
  });
});
