// Oracle: a second network that is given the moved weights, and for a loss of degree two its own algebra.
import { expect } from "chai";
import {
  BatchNorm,
  crossEntropy,
  gradientPredictiveness,
  Linear,
  landscape,
  mlp,
  moons,
  plot,
  Random,
  Sequential,
} from "../../../src/index.js";

const batchOf = (dtype: "float32" | "float64") =>
  moons({ seed: 1, dtype }).train.subset(Array.from({ length: 24 }, (_, row) => row));
const batch = batchOf("float64");
const build = (seed: number, dtype: "float32" | "float64" = "float64") =>
  mlp({ inputs: 2, hidden: [6, 5], classes: 2, norm: "batch", seed, dtype });

const bits = (network: ReturnType<typeof build>) =>
  JSON.stringify([
    Object.entries(network.stateDict()).map(([name, { data }]) => [name, [...data]]),
    network.parameters().map(({ gradient }) => [...gradient.data]),
    network.training,
  ]);

describe("landscape", () => {
  it("is the loss of a network whose weights have been moved against the gradient", () => {
    const network = build(1);
    const { x, y } = landscape(network, batch, { range: [0, 2], points: 5 });
    expect(x).to.deep.equal([0, 0.5, 1, 1.5, 2]);
    const gradients = (() => {
      const other = build(1);
      other.backward(crossEntropy(other.forward(batch.inputs), batch.labels).gradient);
      return other.parameters().map(({ gradient }) => gradient.data.slice());
    })();
    x.forEach((rate, place) => {
      const other = build(1);
      other.parameters().forEach(({ value }, which) => {
        for (let i = 0; i < value.size; i++) value.data[i] -= rate * gradients[which][i];
      });
      expect(y[place]).to.be.closeTo(crossEntropy(other.forward(batch.inputs), batch.labels).loss, 1e-12);
    });
  });

  for (const dtype of ["float64", "float32"] as const)
    it(`leaves a ${dtype} network as it was, after losses that overflow too`, () => {
      const network = build(2, dtype);
      const batch = batchOf(dtype);
      network.forward(batch.inputs);
      const before = bits(network);
      landscape(network, batch, { range: [0, 1e30], points: 3 });
      landscape(network, batch, { directions: 1, points: 3 });
      landscape(network, batch, { directions: 2, points: 3, mode: "eval" });
      gradientPredictiveness(network, batch);
      expect(bits(network)).to.equal(before);
    });

  it("has random directions of the seed, each filter as long as the weight's own; biases, γ and β stay", () => {
    const network = new Sequential([
      new Linear(2, 3, { dtype: "float64", random: new Random(1) }),
      new BatchNorm(3, { dtype: "float64" }),
      new Linear(3, 2, { dtype: "float64", random: new Random(2) }),
    ]);
    const seen: number[][][] = [];
    const loss: typeof crossEntropy = (...args) => {
      seen.push(network.parameters().map(({ value }) => [...value.data]));
      return crossEntropy(...args);
    };
    const one = landscape(network, batch, { directions: 1, range: [0, 1], points: 2, seed: 3, loss });
    const again = landscape(network, batch, { directions: 1, range: [0, 1], points: 2, seed: 3 });
    expect(one).to.deep.equal(again);
    expect(landscape(network, batch, { directions: 1, range: [0, 1], points: 2, seed: 4 }).y[1]).not.to.equal(
      one.y[1],
    );
    const [here, there] = seen;
    network.parameters().forEach(({ value: { shape } }, which) => {
      const moved = there[which].map((value, i) => value - here[which][i]);
      if (shape.length < 2) {
        expect(moved.every((value) => value === 0)).to.equal(true);
        return;
      }
      const [, width] = shape;
      for (let filter = 0; filter < shape[0]; filter++) {
        const part = (values: number[]) => Math.hypot(...values.slice(filter * width, (filter + 1) * width));
        expect(part(moved)).to.be.closeTo(part(here[which]), 1e-12);
      }
    });
  });

  it("over two directions is a surface that a heat map draws; its middle is the network's loss", () => {
    const network = build(3);
    const surface = landscape(network, batch, { directions: 2, points: 5 });
    expect(surface.z.map((row) => row.length)).to.deep.equal([5, 5, 5, 5, 5]);
    const here = crossEntropy(build(3).forward(batch.inputs), batch.labels).loss;
    expect(surface.z[2][2]).to.be.closeTo(here, 1e-12);
    expect(() => plot.heatmap(surface)).not.to.throw();
    expect(() => plot.line(landscape(network, batch))).not.to.throw();
  });

  it("refuses what it cannot look at", () => {
    const network = build(1);
    expect(() => landscape(network, batch.inputs as never)).to.throw("a split");
    expect(() => landscape(network, batch.subset([]))).to.throw("without examples");
    expect(() => landscape(network, batch, { range: [1, 1] })).to.throw("range[1]");
    expect(() => landscape(network, batch, { directions: 3 as never })).to.throw("directions");
    expect(() => landscape(network, batch, { steps: 3 } as never)).to.throw("steps");
    expect(() => gradientPredictiveness(network, batch, { rates: [0.1, 0] })).to.throw("rates[1]");
  });
});

describe("gradientPredictiveness", () => {
  it("follows the algebra of a loss of degree two: g' = g − η H g", () => {
    const network = new Sequential([
      new Linear(2, 1, { dtype: "float64", bias: false, random: new Random(5) }),
    ]);
    // Σ output² / 2N has the Hessian XᵀX / N, whatever the weights are.
    const squares = (outputs: { data: ArrayLike<number>; clone(): typeof outputs }) => {
      const gradient = outputs.clone() as never as { data: Float64Array };
      const n = outputs.data.length;
      let loss = 0;
      for (let i = 0; i < n; i++) {
        loss += outputs.data[i] ** 2 / (2 * n);
        gradient.data[i] = outputs.data[i] / n;
      }
      return { loss, gradient } as never;
    };
    const { data } = batch.inputs;
    const n = batch.size;
    const hessian = [0, 0, 0, 0];
    for (let row = 0; row < n; row++)
      for (let a = 0; a < 2; a++)
        for (let b = 0; b < 2; b++) hessian[2 * a + b] += (data[2 * row + a] * data[2 * row + b]) / n;
    const w = [...network.parameters()[0].value.data];
    const times = (v: number[]) => [
      hessian[0] * v[0] + hessian[1] * v[1],
      hessian[2] * v[0] + hessian[3] * v[1],
    ];
    const g = times(w);
    const hg = times(g);
    for (const seen of gradientPredictiveness(network, batch, {
      rates: [0.1, 0.7],
      loss: squares as never,
    })) {
      const there = g.map((value, i) => value - seen.rate * hg[i]);
      const size = Math.hypot(...g);
      expect(seen.change).to.be.closeTo((seen.rate * Math.hypot(...hg)) / size, 1e-6);
      expect(seen.smoothness).to.be.closeTo(Math.hypot(...hg) / size, 1e-6);
      expect(seen.cosine).to.be.closeTo(
        (g[0] * there[0] + g[1] * there[1]) / (size * Math.hypot(...there)),
        1e-6,
      );
    }
  });
});
