import { expect } from "chai";
import { check } from "../../../src/index.js";

type Solution = Parameters<typeof check.sigmoidLayerBackward>[0];

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i], 0);

/** Back with a slope of one's own at each unit. */
const withSlope =
  (slope: (z: number) => number): Solution =>
  (x, weights, gradient) =>
    x.map((row, example) =>
      row.map((_, input) =>
        weights.reduce((sum, w, unit) => sum + gradient[example][unit] * slope(dot(w, row)) * w[input], 0),
      ),
    );

describe("check.sigmoidLayerBackward", () => {
  const taken: Record<string, Solution> = {
    "a sum for each input": withSlope((z) => sigmoid(z) * (1 - sigmoid(z))),
    "loops that add to zeros, with another form of the slope": (x, weights, gradient) => {
      const result = x.map((row) => row.map(() => 0));
      for (let example = 0; example < x.length; example++)
        for (let unit = 0; unit < weights.length; unit++) {
          const half = Math.cosh(dot(x[example], weights[unit]) / 2);
          const atZ = gradient[example][unit] / (4 * half * half);
          weights[unit].forEach((weight, input) => {
            result[example][input] += atZ * weight;
          });
        }
      return result;
    },
  };
  for (const [name, solution] of Object.entries(taken))
    it(`takes ${name}`, () => {
      expect(check.sigmoidLayerBackward(solution).record).to.include({ status: "solved", hint: "" });
    });

  const refused: Record<string, { solution: Solution; says: RegExp }> = {
    "no slope": {
      solution: withSlope(() => 1),
      says: /slope of the sigmoid is missing/,
    },
    "the output for the slope": {
      solution: withSlope(sigmoid),
      says: /not σ\(z\)/,
    },
    "z for the output": {
      solution: withSlope((z) => z * (1 - z)),
      says: /takes z for the output/,
    },
    "the gradient of z": {
      solution: (x, weights, gradient) =>
        x.map((row, example) =>
          weights.map((w, unit) => {
            const y = sigmoid(dot(w, row));
            return gradient[example][unit] * y * (1 - y);
          }),
        ),
      says: /multiply it by the weights to come to x/,
    },
    "the weights the wrong way round": {
      solution: (x, weights, gradient) =>
        x.map((row, example) => {
          const atZ = weights.map((w, unit) => {
            const y = sigmoid(dot(w, row));
            return gradient[example][unit] * y * (1 - y);
          });
          return weights.map((w) => dot(w, atZ));
        }),
      says: /should be 2×3 numbers; it is 2×2 numbers/,
    },
    "one example only": {
      solution: (x, weights, gradient) => {
        const y = sigmoid(dot(weights[0], x[0]));
        return weights[0].map((weight) => gradient[0][0] * y * (1 - y) * weight);
      },
      says: /it is 3 numbers/,
    },
  };
  for (const [name, { solution, says }] of Object.entries(refused))
    it(`refuses ${name} with a useful word`, () => {
      const { status, message, hint } = check.sigmoidLayerBackward(solution).record;
      expect(status).to.equal("not right yet");
      expect(`${message} ${hint}`).to.match(says);
    });
});
