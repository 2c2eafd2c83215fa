import { expect } from "chai";
import * as normlab from "../../../../src/index.js";
import { OWN_LAYERS, ownLayersOf } from "../../../../src/nn/layers/own-layers.js";

const { Layer, Linear, mlp, ReLU, Sequential } = normlab;

describe("normlab's own layers", () => {
  it("are all classes of layers that it exports", () => {
    const exported = Object.values(normlab).filter(
      (value) => typeof value === "function" && value.prototype instanceof Layer,
    );
    expect(exported.length).to.be.greaterThan(15);
    expect(new Set(exported)).to.deep.equal(new Set(OWN_LAYERS));
  });

  it("are what a network is made of, unless a class of the reader's or an exchanged forward() is in it", () => {
    const network = mlp({ inputs: 4, hidden: [3], classes: 2, norm: "batch" });
    expect(ownLayersOf(network)?.length).to.equal(5);
    class Mine extends ReLU {}
    expect(ownLayersOf(new Sequential([network, new Mine()]))).to.equal(null);
    const exchanged = new Linear(2, 2);
    exchanged.forward = (x) => x;
    expect(ownLayersOf(new Sequential([network, exchanged]))).to.equal(null);
  });
});
