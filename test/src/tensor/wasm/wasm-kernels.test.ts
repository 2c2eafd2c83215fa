import { expect } from "chai";
import type { Kernels } from "../../../../src/tensor/kernels/kernels.js";
import { referenceKernels } from "../../../../src/tensor/reference/reference-kernels.js";
import { wasmKernels } from "../../../../src/tensor/wasm/wasm-kernels.js";
import { Comparison, expectClose, onBoth, type Pair, type Place } from "./compare.js";

/** One value, fewer values than a vector has lanes, odd sizes, and more than one block of sums. */
const LENGTHS = [1, 2, 3, 4, 5, 64, 513];
/** N, C, S */
const CHANNEL_SHAPES = [
  [2, 1, 1],
  [5, 3, 1],
  [32, 64, 1],
  [130, 513, 1],
  [1, 2, 7],
  [3, 5, 1030],
  [4, 6, 9],
];
const TOLERANCE = 1e-5;
const places: Place[] = ["inside", "outside"];

for (const place of places) {
  describe(`float32 kernels against the float64 reference, arrays ${place} the WebAssembly memory`, () => {
    for (const [m, n, k] of [
      [1, 1, 1],
      [3, 2, 5],
      [4, 8, 16],
      [5, 8, 64],
      [6, 7, 9],
      [11, 13, 3],
      [32, 64, 64],
      [60, 100, 784],
      [121, 17, 1030],
      [7, 513, 3],
    ]) {
      it(`matmul ${m}×${n}×${k}, each factor plain and transposed`, () => {
        for (const transposeA of [false, true]) {
          for (const transposeB of [false, true]) {
            const on = new Comparison(place);
            const a = on.normal(m * k);
            const b = on.normal(k * n);
            const out = on.output(m * n);
            onBoth((kernels, of) =>
              kernels.matmul({ a: of(a), b: of(b), out: of(out), m, n, k, transposeA, transposeB }),
            );
            expectClose(out, TOLERANCE, `transposeA ${transposeA}, transposeB ${transposeB}`);
          }
        }
      });
    }

    it("addRow and sumRows", () => {
      for (const rows of [1, 3, 130]) {
        for (const columns of LENGTHS) {
          const on = new Comparison(place);
          const x = on.normal(rows * columns);
          const row = on.normal(columns);
          const sums = on.output(columns);
          onBoth((kernels, of) => {
            kernels.addRow(of(x), of(row), rows, columns);
            kernels.sumRows(of(x), of(sums), rows, columns);
          });
          expectClose(x, TOLERANCE, `addRow ${rows}×${columns}`);
          expectClose(sums, TOLERANCE, `sumRows ${rows}×${columns}`);
        }
      }
    });

    const elementwise = ["relu", "sigmoid", "tanh"] as const;
    for (const name of elementwise) {
      it(`${name} and its gradient`, () => {
        for (const length of LENGTHS) {
          const on = new Comparison(place);
          const x = on.normal(length, 0, 3);
          const out = on.output(length);
          const gradOut = on.normal(length);
          const gradInput = on.output(length);
          onBoth((kernels, of) => {
            kernels[name](of(x), of(out), length);
            kernels[`${name}Backward`](of(gradOut), of(out), of(gradInput), length);
          });
          expectClose(out, TOLERANCE, `${name} ${length}`);
          expectClose(gradInput, TOLERANCE, `gradient of ${name} ${length}`);
        }
      });
    }

    it("multiply, in place as well", () => {
      for (const length of LENGTHS) {
        const on = new Comparison(place);
        const a = on.normal(length);
        const b = on.normal(length);
        onBoth((kernels, of) => kernels.multiply(of(a), of(b), of(a), length));
        expectClose(a, TOLERANCE, `multiply ${length}`);
      }
    });

    it("BatchNorm: moments, forward, backward with either path stopped", () => {
      for (const [n, c, s] of CHANNEL_SHAPES) {
        for (const paths of [
          { throughMean: true, throughVariance: true },
          { throughMean: false, throughVariance: true },
          { throughMean: true, throughVariance: false },
        ]) {
          const on = new Comparison(place);
          const x = on.normal(n * c * s, 2, 3);
          const gamma = on.normal(c);
          const beta = on.normal(c);
          const inverseStd = on.normal(c, 1, 0.1);
          const gradOut = on.normal(n * c * s);
          const mean = on.output(c);
          const variance = on.output(c);
          const normalized = on.output(n * c * s);
          const out = on.output(n * c * s);
          const gradInput = on.output(n * c * s);
          const gradGamma = on.output(c);
          const gradBeta = on.output(c);
          onBoth((kernels, of) => {
            const shared = {
              inverseStd: of(inverseStd),
              gamma: of(gamma),
              normalized: of(normalized),
              n,
              c,
              s,
            };
            kernels.channelMoments({ x: of(x), mean: of(mean), variance: of(variance), n, c, s });
            kernels.batchNormForward({ ...shared, x: of(x), mean: of(mean), beta: of(beta), out: of(out) });
            kernels.batchNormBackward({
              ...{ ...shared, ...paths, gradOut: of(gradOut), gradInput: of(gradInput) },
              ...{ gradGamma: of(gradGamma), gradBeta: of(gradBeta) },
            });
          });
          const all = { mean, variance, normalized, out, gradInput, gradGamma, gradBeta };
          for (const [name, pair] of Object.entries(all))
            expectClose(pair, TOLERANCE, `${name} of [${n}, ${c}, ${s}]`);
        }
      }
    });

    it("GroupNorm with every number of groups; LayerNorm is one of them", () => {
      for (const [n, c, s] of CHANNEL_SHAPES) {
        for (const groups of [1, 2, 3, c].filter((count) => c % count === 0 && (c / count) * s > 1)) {
          const on = new Comparison(place);
          const x = on.normal(n * c * s, 2, 3);
          const gamma = on.normal(c);
          const beta = on.normal(c);
          const gradOut = on.normal(n * c * s);
          const inverseStd = on.output(n * groups);
          const normalized = on.output(n * c * s);
          const out = on.output(n * c * s);
          const gradInput = on.output(n * c * s);
          const gradGamma = on.output(c);
          const gradBeta = on.output(c);
          onBoth((kernels, of) => {
            const shared = {
              inverseStd: of(inverseStd),
              gamma: of(gamma),
              normalized: of(normalized),
              n,
              c,
              s,
              groups,
            };
            kernels.groupNormForward({ ...shared, x: of(x), beta: of(beta), out: of(out), eps: 1e-5 });
            kernels.groupNormBackward({
              ...{ ...shared, gradOut: of(gradOut), gradInput: of(gradInput) },
              ...{ gradGamma: of(gradGamma), gradBeta: of(gradBeta) },
            });
          });
          const all = { inverseStd, normalized, out, gradInput, gradGamma, gradBeta };
          // A group of two or three values with a small variance magnifies the rounding of its mean.
          const tolerance = (c / groups) * s < 4 ? 1e-4 : TOLERANCE;
          for (const [name, pair] of Object.entries(all))
            expectClose(pair, tolerance, `${name} of [${n}, ${c}, ${s}] in ${groups} groups`);
        }
      }
    });

    it("cross-entropy: loss and gradient", () => {
      for (const rows of [1, 3, 128]) {
        for (const classes of [1, 2, 3, 4, 10, 513]) {
          const on = new Comparison(place);
          const logits = on.normal(rows * classes, 0, 5);
          const gradient = on.output(rows * classes);
          const labels = Int32Array.from({ length: rows }, (_, row) => (7 * row) % classes);
          const loss = onBoth((kernels, of) =>
            kernels.crossEntropy(of(logits), labels, of(gradient), rows, classes),
          );
          expect(loss.float32, `loss ${rows}×${classes}`).to.be.closeTo(
            loss.float64,
            1e-5 * (1 + loss.float64),
          );
          expectClose(gradient, TOLERANCE, `gradient ${rows}×${classes}`);
        }
      }
    });

    it("mean squared error: loss and gradient", () => {
      for (const length of LENGTHS) {
        const on = new Comparison(place);
        const prediction = on.normal(length);
        const target = on.normal(length);
        const gradient = on.output(length);
        const loss = onBoth((kernels, of) =>
          kernels.meanSquaredError(of(prediction), of(target), of(gradient), length),
        );
        expect(loss.float32, `loss ${length}`).to.be.closeTo(loss.float64, 1e-6 * loss.float64);
        expectClose(gradient, TOLERANCE, `gradient ${length}`);
      }
    });

    it("sum of squares, and scaling", () => {
      for (const length of LENGTHS) {
        const on = new Comparison(place);
        const x = on.normal(length);
        const sum = onBoth((kernels, of) => {
          const squares = kernels.sumOfSquares(of(x), length);
          kernels.scale(of(x), 0.3, length);
          return squares;
        });
        expect(sum.float32, `sum ${length}`).to.be.closeTo(sum.float64, 1e-12 * sum.float64);
        expectClose(x, TOLERANCE, `scaled ${length}`);
      }
    });

    const sgdVariants = [
      { hasVelocity: false, momentum: 0, weightDecay: 0, nesterov: false },
      { hasVelocity: false, momentum: 0, weightDecay: 0.1, nesterov: false },
      { hasVelocity: true, momentum: 0.9, weightDecay: 0, nesterov: false },
      { hasVelocity: true, momentum: 0.9, weightDecay: 0.1, nesterov: true },
    ];
    for (const { hasVelocity, momentum, weightDecay, nesterov } of sgdVariants) {
      it(`three steps of SGD, momentum ${momentum}, weight decay ${weightDecay}, Nesterov ${nesterov}`, () => {
        for (const length of LENGTHS) {
          const on = new Comparison(place);
          const weight = on.normal(length);
          const velocity = on.normal(length, 0, 0);
          for (let step = 0; step < 3; step++) {
            const gradient = on.normal(length);
            onBoth((kernels, of) =>
              kernels.sgd({
                ...{
                  weight: of(weight),
                  gradient: of(gradient),
                  velocity: hasVelocity ? of(velocity) : null,
                },
                ...{ length, learningRate: 0.1, momentum, weightDecay, nesterov },
              }),
            );
          }
          expectClose(weight, TOLERANCE, `weights ${length}`);
        }
      });
    }

    for (const decoupled of [false, true]) {
      it(`three steps of Adam, weight decay ${decoupled ? "of the weight (AdamW)" : "in the gradient"}`, () => {
        for (const length of LENGTHS) {
          const on = new Comparison(place);
          const weight = on.normal(length);
          const first = on.normal(length, 0, 0);
          const second = on.normal(length, 0, 0);
          for (let step = 1; step <= 3; step++) {
            const gradient = on.normal(length);
            onBoth((kernels, of) =>
              adamStep(kernels, [weight, gradient, first, second].map(of), length, step, decoupled),
            );
          }
          const all: Record<string, Pair> = { weight, first, second };
          for (const [name, pair] of Object.entries(all)) expectClose(pair, TOLERANCE, `${name} ${length}`);
        }
      });
    }
  });
}

function adamStep(
  kernels: Kernels,
  [weight, gradient, first, second]: (Float32Array | Float64Array)[],
  length: number,
  step: number,
  decoupled: boolean,
): void {
  const [beta1, beta2] = [0.9, 0.999];
  kernels.adam({
    ...{ weight, gradient, first, second, length, learningRate: 0.01 },
    ...{ beta1, beta2, eps: 1e-8, weightDecay: 0.1, decoupled },
    correction1: 1 - beta1 ** step,
    correction2: 1 - beta2 ** step,
  });
}

describe("accuracy of the float32 kernels", () => {
  /** Every float32 number in steps, both signs, from tiny to beyond where the function has reached its limit. */
  function sweep(limit: number): Float32Array {
    const values: number[] = [0];
    for (let x = 1e-6; x < limit; x *= 1.0007) values.push(x, -x);
    return Float32Array.from(values);
  }

  it("tanh is within 3e-7 of its size everywhere", () => {
    const x = sweep(40);
    const out = new Float32Array(x.length);
    wasmKernels.tanh(x, out, x.length);
    const expected = new Float64Array(x.length);
    referenceKernels.tanh(Float64Array.from(x), expected, x.length);
    for (let i = 0; i < x.length; i++) {
      const error = Math.abs(out[i] - expected[i]);
      expect(error, `tanh(${x[i]})`).to.be.at.most(3e-7 * Math.abs(expected[i]));
    }
  });

  it("sigmoid, and with it exp, is within 1e-6 of its size down to e^−87", () => {
    const x = sweep(87);
    const out = new Float32Array(x.length);
    wasmKernels.sigmoid(x, out, x.length);
    const expected = new Float64Array(x.length);
    referenceKernels.sigmoid(Float64Array.from(x), expected, x.length);
    for (let i = 0; i < x.length; i++) {
      const error = Math.abs(out[i] - expected[i]);
      expect(error, `sigmoid(${x[i]})`).to.be.at.most(1e-6 * expected[i]);
    }
  });

  it("the logarithm in cross-entropy is within 1e-13 where the exponentials are exact", () => {
    // Equal logits: the loss is log(classes), and nothing else is rounded.
    for (const classes of [1, 2, 3, 7, 10, 100, 1000, 99999]) {
      const loss = wasmKernels.crossEntropy(
        ...([new Float32Array(classes), Int32Array.of(0), new Float32Array(classes)] as const),
        ...([1, classes] as const),
      );
      expect(loss, `log(${classes})`).to.be.closeTo(Math.log(classes), 1e-13 * (1 + Math.log(classes)));
    }
  });

  for (const [n, c, s] of [
    [128, 3, 1],
    [100_000, 2, 1],
    [16, 2, 5000],
  ]) {
    it(`mean 1e4 and sd 1: the variance of [${n}, ${c}, ${s}] is right to 1e-3`, () => {
      const on = new Comparison("outside");
      const x = on.normal(n * c * s, 1e4, 1);
      const mean = on.output(c);
      const variance = on.output(c);
      onBoth((kernels, of) =>
        kernels.channelMoments({ x: of(x), mean: of(mean), variance: of(variance), n, c, s }),
      );
      for (let channel = 0; channel < c; channel++) {
        const expected = variance.float64[channel];
        expect(variance.float32[channel]).to.be.closeTo(expected, 1e-3 * expected);
        expect(mean.float32[channel]).to.be.closeTo(mean.float64[channel], 1e-3);
      }
    });
  }

  it("NaN stays NaN through every activation and the loss", () => {
    for (const name of ["relu", "sigmoid", "tanh"] as const) {
      const out = new Float32Array(5);
      wasmKernels[name](Float32Array.of(1, 2, Number.NaN, 4, Number.NaN), out, 5);
      expect([...out].map(Number.isNaN), name).to.deep.equal([false, false, true, false, true]);
    }
    const logits = Float32Array.of(1, Number.NaN, 2);
    expect(wasmKernels.crossEntropy(logits, Int32Array.of(0), new Float32Array(3), 1, 3)).to.be.NaN;
  });
});
