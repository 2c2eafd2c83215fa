import { expect } from "chai";
import { jupyterDisplay } from "../../../src/base/kernel.js";
import { BatchNorm, check, notSolved, tensor } from "../../../src/index.js";

type Rows = number[][];

/** A solution with one part changed, as readers write them. */
function forward({
  divisor = (m: number) => m,
  root = (variance: number, eps: number) => Math.sqrt(variance + eps),
} = {}) {
  return (x: Rows, gamma: number[], beta: number[], eps: number): Rows => {
    const m = x.length;
    const output = x.map((row) => [...row]);
    for (let feature = 0; feature < gamma.length; feature++) {
      let mean = 0;
      for (const row of x) mean += row[feature] / m;
      let variance = 0;
      for (const row of x) variance += (row[feature] - mean) ** 2 / divisor(m);
      for (let i = 0; i < m; i++)
        output[i][feature] = (gamma[feature] * (x[i][feature] - mean)) / root(variance, eps) + beta[feature];
    }
    return output;
  };
}

function layerOf(x: Rows, gamma: number[], beta: number[], eps: number): BatchNorm {
  const layer = new BatchNorm(x[0].length, { eps, dtype: "float64" });
  layer.gamma.value.data.set(gamma);
  layer.beta.value.data.set(beta);
  return layer;
}

describe("check.batchNormForward", () => {
  const taken: Record<string, Parameters<typeof check.batchNormForward>[0]> = {
    "loops over plain arrays": forward(),
    "the layer, whose result is a tensor": (x, gamma, beta, eps) =>
      layerOf(x, gamma, beta, eps).forward(tensor(x, undefined, "float64")),
    "the one-pass variance": (x, gamma, beta, eps) => {
      const columns = gamma.map((_, feature) => x.map((row) => row[feature]));
      const mean = columns.map((column) => column.reduce((a, b) => a + b) / x.length);
      const squares = columns.map((column) => column.reduce((a, b) => a + b * b, 0) / x.length);
      return x.map((row) =>
        Float64Array.from(
          row,
          (value, j) => ((value - mean[j]) / Math.sqrt(squares[j] - mean[j] ** 2 + eps)) * gamma[j] + beta[j],
        ),
      );
    },
  };
  for (const [name, solution] of Object.entries(taken))
    it(`takes ${name}`, () => {
      expect(check.batchNormForward(solution).record).to.deep.equal({
        exercise: "batchNormForward",
        status: "solved",
        message: "All 5 cases are right.",
        hint: "",
      });
    });

  const refused: Record<string, { solution: Parameters<typeof check.batchNormForward>[0]; says: RegExp }> = {
    "the unbiased variance": { solution: forward({ divisor: (m) => m - 1 }), says: /by m, not by m − 1/ },
    "no eps": {
      solution: forward({ root: (variance) => Math.sqrt(variance) }),
      says: /eps is missing/,
    },
    "eps outside the root": {
      solution: forward({ root: (variance, eps) => Math.sqrt(variance) + eps }),
      says: /eps belongs under the root/,
    },
    "the variance for the deviation": {
      solution: forward({ root: (variance, eps) => variance + eps }),
      says: /the root of the variance/,
    },
    "no gamma and beta": {
      solution: (x, gamma, beta, eps) => forward()(x, gamma.fill(1), beta.fill(0), eps),
      says: /gamma and beta are missing/,
    },
    "features that come out as rows": {
      solution: (x, gamma, beta, eps) =>
        gamma.map((_, feature) => forward()(x, gamma, beta, eps).map((row) => row[feature])),
      says: /should be 4×2 numbers; it is 2×4 numbers/,
    },
    "a promise": {
      solution: async (x, gamma, beta, eps) => forward()(x, gamma, beta, eps),
      says: /should be 4×2 numbers; it is a Promise \(leave out async/,
    },
    text: { solution: () => "done", says: /it is the text "done"/ },
    "rows of different lengths": {
      solution: () => [[1], [1, 2]],
      says: /an array whose item \[1\] has the shape 2 numbers/,
    },
    "something that throws": {
      solution: () => {
        throw new RangeError("x is empty");
      },
      says: /Case "four rows of two features": it threw RangeError: x is empty/,
    },
    "the right result with the input overwritten": {
      solution: (x, gamma, beta, eps) => {
        const output = forward()(x, gamma, beta, eps);
        for (const [i, row] of x.entries()) row.splice(0, row.length, ...output[i]);
        return x;
      },
      says: /the input was changed; work on a copy/,
    },
    "what is no function": { solution: 3 as never, says: /takes a function; got a number/ },
    "something wrong in no known way": {
      solution: (x) => x,
      says: /0 of 5 cases are right.*Feature by feature/s,
    },
  };
  for (const [name, { solution, says }] of Object.entries(refused))
    it(`refuses ${name}, with a useful word`, () => {
      const card = check.batchNormForward(solution);
      expect(card.record.status).to.equal("not right yet");
      expect(card.toString()).to.match(says);
    });

  it("says of an exercise as it was given that it is not solved yet", () => {
    for (const unsolved of [() => notSolved(), () => undefined, undefined]) {
      const { record } = check.batchNormForward(unsolved);
      expect(record.status).to.equal("not solved yet");
    }
  });

  it("shows a hostile error as text", () => {
    const card = check.batchNormForward(() => {
      throw new Error("<img src=x onerror=alert(1)>");
    });
    expect(card[jupyterDisplay]()["text/html"]).to.contain("&lt;img src=x").and.not.contain("<img");
  });
});

describe("check.batchStatistics", () => {
  const columns = (x: Rows) => x[0].map((_, j) => x.map((row) => row[j]));
  const average = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const spread = (values: number[], divisor = values.length) =>
    values.reduce((sum, value) => sum + (value - average(values)) ** 2, 0) / divisor;

  it("takes arrays and typed arrays", () => {
    const arrays = (x: Rows) => ({
      mean: columns(x).map(average),
      variance: columns(x).map((column) => spread(column)),
    });
    const typed = (x: Rows) => {
      const { mean, variance } = arrays(x);
      return { variance: new Float64Array(variance), mean: tensor(mean, undefined, "float64") };
    };
    expect(check.batchStatistics(arrays).solved).to.equal(true);
    expect(check.batchStatistics(typed).solved).to.equal(true);
  });

  it("refuses wrong ones with a useful word", () => {
    const says = (solution: (x: Rows) => unknown) => check.batchStatistics(solution).toString();
    expect(says((x) => ({ mean: columns(x).map(average) }))).to.contain(
      "the result lacks variance; it should be { mean, variance }",
    );
    expect(says((x) => columns(x).map(average))).to.contain("should be an object { mean, variance }");
    const unbiased = (x: Rows) => ({
      mean: columns(x).map(average),
      variance: columns(x).map((c) => spread(c, c.length - 1)),
    });
    expect(says(unbiased)).to.contain("not by m − 1");
    expect(says((x) => ({ mean: x.map(average), variance: x.map((row) => spread(row)) }))).to.contain(
      "down the columns",
    );
    const deviation = (x: Rows) => ({
      mean: columns(x).map(average),
      variance: columns(x).map((c) => Math.sqrt(spread(c))),
    });
    expect(says(deviation)).to.contain("That is the standard deviation");
    expect(says((x) => ({ mean: columns(x).map(() => 0), variance: [] }))).to.contain(
      "mean[0] should be 2; it is 0",
    );
  });
});

describe("check.batchNormBackward", () => {
  const closedForm = (x: Rows, gamma: number[], gradOutput: Rows, eps: number) => {
    const m = x.length;
    const input = x.map((row) => row.map(() => 0));
    const gradGamma: number[] = [];
    const gradBeta: number[] = [];
    for (let j = 0; j < gamma.length; j++) {
      const mean = x.reduce((sum, row) => sum + row[j], 0) / m;
      const variance = x.reduce((sum, row) => sum + (row[j] - mean) ** 2, 0) / m;
      const normalized = x.map((row) => (row[j] - mean) / Math.sqrt(variance + eps));
      gradBeta.push(gradOutput.reduce((sum, row) => sum + row[j], 0));
      gradGamma.push(gradOutput.reduce((sum, row, i) => sum + row[j] * normalized[i], 0));
      for (let i = 0; i < m; i++)
        input[i][j] =
          (gamma[j] / Math.sqrt(variance + eps)) *
          (gradOutput[i][j] - gradBeta[j] / m - (normalized[i] * gradGamma[j]) / m);
    }
    return { input, gamma: gradGamma, beta: gradBeta };
  };
  const byLayer =
    (stopGradient?: "mean" | "variance" | "both") =>
    (x: Rows, gamma: number[], gradOutput: Rows, eps: number) => {
      const layer = new BatchNorm(gamma.length, { eps, dtype: "float64", stopGradient });
      layer.gamma.value.data.set(gamma);
      layer.forward(tensor(x, undefined, "float64"));
      const input = layer.backward(tensor(gradOutput, undefined, "float64"));
      return { input, gamma: layer.gamma.gradient, beta: layer.beta.gradient };
    };

  it("takes the closed form and the way through the nodes", () => {
    expect(check.batchNormBackward(closedForm).toString()).to.contain("solved. All 4 cases are right.");
    expect(check.batchNormBackward(byLayer()).solved).to.equal(true);
  });

  it("refuses wrong ones with a useful word", () => {
    const says = (solution: Parameters<typeof check.batchNormBackward>[0]) =>
      check.batchNormBackward(solution).toString();
    expect(says(byLayer("mean"))).to.contain("through the mean is missing");
    expect(says(byLayer("variance"))).to.contain("through the variance is missing");
    expect(says(byLayer("both"))).to.contain("treated as constants");
    expect(says((...input) => closedForm(...input).input)).to.contain(
      "should be an object { input, gamma, beta }",
    );
    const means = (x: Rows, gamma: number[], gradOutput: Rows, eps: number) => {
      const right = closedForm(x, gamma, gradOutput, eps);
      return {
        ...right,
        gamma: right.gamma.map((g) => g / x.length),
        beta: right.beta.map((b) => b / x.length),
      };
    };
    expect(says(means)).to.contain("sums over the batch, not means");
    expect(says((...input) => ({ ...closedForm(...input), beta: [] }))).to.contain(
      "beta should be 2 numbers; it is 0 numbers",
    );
  });
});
