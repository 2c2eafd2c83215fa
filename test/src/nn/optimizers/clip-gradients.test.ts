import { expect } from "chai";
import fc from "fast-check";
import { clipGradients, OptionError, Parameter, tensor, zeros } from "../../../../src/index.js";
import { expectNear, goldenCases, TOLERANCE } from "../../../golden/golden.js";
import { DTYPES } from "../../dtypes.js";

describe("clipGradients", () => {
  for (const dtype of DTYPES)
    for (const golden of goldenCases("clipGradients"))
      it(`agrees with PyTorch in ${dtype}: ${golden.name}`, () => {
        const parameters = ["first", "second"].map((name) => {
          const gradient = golden.input(name, dtype);
          const parameter = new Parameter(zeros(gradient.shape, dtype));
          parameter.gradient.data.set(gradient.data);
          return parameter;
        });
        const norm = clipGradients(parameters, golden.options.most as number);
        const expected = golden.output("norm").data[0];
        expect(Math.abs(norm - expected) / expected).most(TOLERANCE[dtype]);
        expectNear(parameters[0].gradient, golden.output("first"), "first");
        expectNear(parameters[1].gradient, golden.output("second"), "second");
      });

  it("leaves gradients below the norm to the bit, and brings others to it", () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(values, fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (numbers, most) => {
        const parameter = new Parameter(tensor(numbers, undefined, "float64"));
        parameter.gradient.data.set(numbers);
        const norm = clipGradients([parameter], most);
        // Squares of values below 1e-160 are 0.
        expect(norm).closeTo(Math.hypot(...numbers), 1e-9 * norm + 1e-150);
        const after = Math.hypot(...parameter.gradient.data);
        if (norm + 1e-6 <= most) expect([...parameter.gradient.data]).deep.equal(numbers);
        else expect(after).within(0, most * (1 + 1e-12));
      }),
    );
  });

  it("refuses a norm that is none", () => {
    expect(() => clipGradients([], 0)).throw(OptionError, "the norm must be a number above 0; got 0");
  });
});
