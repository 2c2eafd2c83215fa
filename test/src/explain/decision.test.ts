import { expect } from "chai";
import {
  digits,
  type Layer,
  Linear,
  mlp,
  moons,
  plot,
  predict,
  Sequential,
  tensor,
} from "../../../src/index.js";

const network = mlp({ inputs: 2, hidden: [8], classes: 2, norm: "batch", seed: 3 });
const { test } = moons({ seed: 1 });

describe("plot.decision", () => {
  it("colours each place of the plane by what predict() says of it", () => {
    const [regions] = plot.decision(network, test).json.data as unknown as {
      x: number[];
      y: number[];
      z: number[][];
    }[];
    const points = regions.y.flatMap((y) => regions.x.map((x): [number, number] => [x, y]));
    const { labels } = predict(network, tensor(points));
    const drawn = regions.z.flat();
    // The picture keeps its places rounded: at the border between two classes that may decide.
    const different = drawn.filter((label, index) => label !== labels[index]).length;
    expect(drawn).to.have.length(6400);
    expect(new Set(drawn).size).to.equal(2);
    expect(different).to.be.below(5);
  });

  it("leaves the network in its mode, with its running statistics", () => {
    const before = JSON.stringify(network.stateDict());
    plot.decision(network, test);
    expect(network.training).to.equal(true);
    expect(JSON.stringify(network.stateDict())).to.equal(before);
  });

  it("names axes and classes as the split does", () => {
    const { layout, data } = plot.decision(network, test).json;
    expect(JSON.stringify(layout.xaxis)).to.contain("x₁");
    expect(data.slice(1).map(({ name }) => name)).to.deep.equal(["class 0", "class 1"]);
  });

  it("says what it needs", () => {
    expect(() => plot.decision(network, digits({ seed: 1 }).test)).to.throw(
      "plot.decision draws over two features, inputs [N, 2]; got inputs [400, 64]",
    );
    expect(() => plot.decision(network, undefined as never)).to.throw("takes a network and a split");
    const diverged: Layer = new Sequential([new Linear(2, 2)]);
    for (const { value } of diverged.parameters()) value.data.fill(Number.NaN);
    expect(() => plot.decision(diverged, test)).to.throw("outputs are not finite");
  });
});
