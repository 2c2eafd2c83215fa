import { expect } from "chai";
import { BatchNorm, check, foldBatchNorm, Linear, Sequential, tensor } from "../../../src/index.js";

const { foldIntoLinear, scaledStatistics, undoNormalization } = check;

/** Two right solutions and at least five wrong ones of an exercise, each wrong one with the word that helps. */
interface Tried<Solution> {
  check: (solution?: Solution) => { record: { status: string; message: string; hint: string } };
  taken: Record<string, Solution>;
  refused: Record<string, [solution: Solution, says: RegExp]>;
}

function describeExercise<Solution>(name: string, { check, taken, refused }: Tried<Solution>): void {
  describe(`check.${name}`, () => {
    for (const [how, solution] of Object.entries(taken))
      it(`takes ${how}`, () => {
        const { status, message, hint } = check(solution).record;
        expect(status, `${message} ${hint}`).to.equal("solved");
      });
    for (const [how, [solution, says]] of Object.entries(refused))
      it(`refuses ${how} with a useful word`, () => {
        const { status, message, hint } = check(solution).record;
        expect(status).to.equal("not right yet");
        expect(`${message} ${hint}`).to.match(says);
      });
  });
}

type Undo = NonNullable<Parameters<typeof undoNormalization>[0]>;

describeExercise<Undo>("undoNormalization", {
  check: undoNormalization,
  taken: {
    "the formula": (mean, variance, eps) => {
      return { gamma: variance.map((value) => Math.sqrt(value + eps)), beta: mean };
    },
    "typed arrays and a power": (mean, variance, eps) => {
      return {
        gamma: Float64Array.from(variance, (value) => (value + eps) ** 0.5),
        beta: Float64Array.from(mean),
      };
    },
  },
  refused: {
    "no eps": [
      (mean, variance) => {
        return { gamma: variance.map(Math.sqrt), beta: mean };
      },
      /eps is missing/,
    ],
    "the divisor's inverse": [
      (mean, variance, eps) => {
        return { gamma: variance.map((value) => 1 / Math.sqrt(value + eps)), beta: mean };
      },
      /divisor itself, not one over it/,
    ],
    "the variance for its root": [
      (mean, variance, eps) => {
        return { gamma: variance.map((value) => value + eps), beta: mean };
      },
      /gamma needs the root too/,
    ],
    "a minus sign": [
      (mean, variance, eps) => {
        return {
          gamma: variance.map((value) => Math.sqrt(value + eps)),
          beta: mean.map((value) => -value),
        };
      },
      /plus sign/,
    ],
    "gamma alone": [
      (_, variance, eps) => {
        return { gamma: variance.map((value) => Math.sqrt(value + eps)) };
      },
      /lacks beta/,
    ],
    "a list of pairs": [
      (mean, variance) => mean.map((value, j) => [variance[j], value]),
      /should be an object/,
    ],
  },
});

type Fold = NonNullable<Parameters<typeof foldIntoLinear>[0]>;

const scales = (norm: Parameters<Fold>[2]) =>
  norm.gamma.map((value, j) => value / Math.sqrt(norm.variance[j] + norm.eps));

function foldWith(bias: (bias: number, scale: number, mean: number, beta: number) => number): Fold {
  return (weight, old, norm) => {
    const scale = scales(norm);
    return {
      weight: weight.map((row, j) => row.map((value) => value * scale[j])),
      bias: old.map((value, j) => bias(value, scale[j], norm.mean[j], norm.beta[j])),
    };
  };
}

describeExercise<Fold>("foldIntoLinear", {
  check: foldIntoLinear,
  taken: {
    "the formula": foldWith((bias, scale, mean, beta) => bias * scale + beta - mean * scale),
    "normlab's own folding": (weight, bias, norm) => {
      const linear = new Linear(weight[0].length, weight.length, { dtype: "float64" });
      linear.weight.value.data.set(weight.flat());
      linear.bias.value.data.set(bias);
      const layer = new BatchNorm(weight.length, { eps: norm.eps, dtype: "float64" });
      layer.gamma.value.data.set(norm.gamma);
      layer.beta.value.data.set(norm.beta);
      layer.runningMean.data.set(norm.mean);
      layer.runningVariance.data.set(norm.variance);
      const [folded] = foldBatchNorm(new Sequential([linear, layer])).layers;
      if (!(folded instanceof Linear)) throw new TypeError("Folding left no Linear.");
      return { weight: folded.weight.value, bias: folded.bias.value };
    },
  },
  refused: {
    "the bias forgotten": [foldWith((_, scale, mean, beta) => beta - mean * scale), /old bias goes through/],
    "the mean unscaled": [
      foldWith((bias, scale, mean, beta) => bias * scale - mean + beta),
      /before scaling/,
    ],
    "beta scaled": [
      foldWith((bias, scale, mean, beta) => (bias - mean + beta) * scale),
      /beta is added in the end/,
    ],
    "the weights as they were": [(weight, bias) => ({ weight, bias }), /Write out gamma/],
    "weights transposed": [
      (weight, bias, norm) => {
        const { bias: right } = foldWith((b, s, m, beta) => (b - m) * s + beta)(weight, bias, norm) as {
          bias: number[];
        };
        return { weight: weight[0].map((_, input) => weight.map((row) => row[input])), bias: right };
      },
      /weight should be/,
    ],
    "an error": [
      () => {
        throw new RangeError("no");
      },
      /it threw RangeError: no/,
    ],
  },
});

type Scaled = NonNullable<Parameters<typeof scaledStatistics>[0]>;

describeExercise<Scaled>("scaledStatistics", {
  check: scaledStatistics,
  taken: {
    "the formula": (gamma, beta) => ({ mean: beta, variance: gamma.map((value) => value * value) }),
    "a measurement on the layer": (gamma, beta) => {
      const layer = new BatchNorm(gamma.length, { eps: 0, dtype: "float64" });
      layer.gamma.value.data.set(gamma);
      layer.beta.value.data.set(beta);
      const rows = [-1, 1, -1, 1].map((value) => gamma.map(() => value));
      const { data } = layer.forward(tensor(rows, undefined, "float64"));
      const column = (j: number) => rows.map((_, i) => data[i * gamma.length + j]);
      const mean = gamma.map((_, j) => column(j).reduce((a, b) => a + b) / 4);
      const variance = gamma.map(
        (_, j) => column(j).reduce((sum, value) => sum + (value - mean[j]) ** 2, 0) / 4,
      );
      return { mean, variance };
    },
  },
  refused: {
    "the deviation": [(gamma, beta) => ({ mean: beta, variance: gamma }), /it grows by gamma²/],
    "the absolute value": [(gamma, beta) => ({ mean: beta, variance: gamma.map(Math.abs) }), /squared too/],
    "a shift that spreads": [
      (gamma, beta) => ({ mean: beta, variance: gamma.map((value, j) => value ** 2 + beta[j] ** 2) }),
      /changes the mean only/,
    ],
    "a scaled shift": [
      (gamma, beta) => {
        return { mean: gamma.map((value, j) => value * beta[j]), variance: gamma.map((value) => value ** 2) };
      },
      /only beta moves it/,
    ],
    "the two swapped": [
      (gamma, beta) => ({ mean: gamma, variance: beta.map((value) => value ** 2) }),
      /they are swapped/,
    ],
    "a single number": [() => 1, /should be an object/],
  },
});
