import { expect } from "chai";
import { BatchNorm, check, tensor } from "../../../src/index.js";

interface Card {
  record: { status: string; message: string; hint: string };
}

function takes(card: Card): void {
  const { status, message, hint } = card.record;
  expect(status, `${message} ${hint}`).to.equal("solved");
}

function refuses(card: Card, says: RegExp): void {
  const { status, message, hint } = card.record;
  expect(status).to.equal("not right yet");
  expect(`${message} ${hint}`).to.match(says);
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

describe("check.throughMean", () => {
  it("takes the formula", () => takes(check.throughMean((g) => g.map((value) => value - mean(g)))));

  it("takes the sum over the Jacobian", () =>
    takes(
      check.throughMean((g) =>
        Float64Array.from(g, (_, k) =>
          g.reduce((total, value, i) => total + value * ((i === k ? 1 : 0) - 1 / g.length), 0),
        ),
      ),
    ));

  const refused: Record<string, [Parameters<typeof check.throughMean>[0], RegExp]> = {
    "the direct path alone": [(g) => [...g], /Each x also moves the mean/],
    "the sum for the mean": [(g) => g.map((value) => value - mean(g) * g.length), /moves it by 1\/m only/],
    "a plus sign": [(g) => g.map((value) => value + mean(g)), /minus sign/],
    "the path through the mean alone": [(g) => g.map(() => -mean(g)), /the direct path gives gradOutput/],
    "a number": [(g) => mean(g), /should be/],
    "the input changed": [
      (g) => {
        const center = mean(g);
        for (let i = 0; i < g.length; i++) g[i] -= center;
        return g;
      },
      /work on a copy/,
    ],
  };
  for (const [name, [solution, says]] of Object.entries(refused))
    it(`refuses ${name} with a useful word`, () => refuses(check.throughMean(solution), says));
});

describe("check.throughVariance", () => {
  it("takes the formula", () =>
    takes(check.throughVariance((x, g) => x.map((value) => (2 * g * (value - mean(x))) / x.length))));

  it("takes centred differences, which are exact for a square", () =>
    takes(
      check.throughVariance((x, g) => {
        // loss = g · variance, whose gradient by centered differences is exact for a square.
        const variance = (values: number[]) => mean(values.map((value) => (value - mean(values)) ** 2));
        return x.map((_, k) => {
          const moved = (h: number) => variance(x.map((value, i) => (i === k ? value + h : value)));
          return (g * (moved(0.5) - moved(-0.5))) / 1;
        });
      }),
    ));

  const refused: Record<string, [Parameters<typeof check.throughVariance>[0], RegExp]> = {
    "no factor 2": [(x, g) => x.map((value) => (g * (value - mean(x))) / x.length), /factor 2/],
    "a sum for a mean": [(x, g) => x.map((value) => 2 * g * (value - mean(x))), /divide by m/],
    "m − 1": [(x, g) => x.map((value) => (2 * g * (value - mean(x))) / (x.length - 1)), /not by m − 1/],
    "x not centred": [(x, g) => x.map((value) => (2 * g * value) / x.length), /x − mean, not x/],
    "the chain rule forgotten": [
      (x) => x.map((value) => (2 * (value - mean(x))) / x.length),
      /gradVariance is missing/,
    ],
    "too few numbers": [() => [1], /should be/],
  };
  for (const [name, [solution, says]] of Object.entries(refused))
    it(`refuses ${name} with a useful word`, () => refuses(check.throughVariance(solution), says));
});

describe("check.batchNormBackward", () => {
  it("takes the node by node way, and the layer's own", () => {
    takes(
      check.batchNormBackward((x, gamma, gradOutput, eps) => {
        const layer = new BatchNorm(gamma.length, { eps, dtype: "float64" });
        layer.gamma.value.data.set(gamma);
        layer.forward(tensor(x, undefined, "float64"));
        layer.backward(tensor(gradOutput, undefined, "float64"));
        const trace = layer.explain();
        return { input: trace.staged, gamma: layer.gamma.gradient, beta: layer.beta.gradient };
      }),
    );
  });
});
