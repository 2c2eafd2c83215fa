import { inspect } from "node:util";
import { expect } from "chai";
import { jupyterDisplay } from "../../../src/base/kernel.js";
import { BatchNorm, explain, Linear, OptionError, Sequential } from "../../../src/index.js";
import { expectNear, relativeError } from "../../golden/golden.js";
import { randomTensor } from "../random-tensor.js";

const x = randomTensor([8, 3], 1, { mean: 2 });
const g = randomTensor([8, 3], 2);

function explained(layer = new BatchNorm(3, { dtype: "float64" })) {
  layer.forward(x);
  layer.backward(g);
  return layer.explain();
}

describe("explain", () => {
  it("gives what the layer's own method gives", () => {
    const layer = new BatchNorm(3, { dtype: "float64" });
    layer.forward(x);
    layer.backward(g);
    expect(String(explain(layer))).equal(String(layer.explain()));
  });

  it("says which layers it knows, and what it needs", () => {
    const message = "explain() shows the steps of BatchNorm; got";
    expect(() => explain(new Linear(2, 2))).throw(OptionError, `${message} Linear.`);
    expect(() => explain(new Sequential([new BatchNorm(2)]))).throw(OptionError, "one of network.layers");
    expect(() => explain(new BatchNorm(2))).throw("needs a forward() and then a backward() before it");
  });
});

describe("BackwardTrace", () => {
  it("holds the nodes of the article, each with value, gradient and formulas", () => {
    const trace = explained();
    expect(trace.nodes.map(({ name }) => name)).to.deep.equal([
      "mean",
      "centered",
      "variance",
      "inverseStd",
      "normalized",
      "scaled",
      "output",
    ]);
    expect(trace.node("mean").value.shape).to.deep.equal([3]);
    expect(trace.node("centered").gradient.shape).to.deep.equal([8, 3]);
    expect(trace.node("variance").formula).to.equal("variance = Σ centered² / m");
    expectNear(trace.node("output").gradient, g, "gradient of the output");
    expect(() => trace.node("std")).to.throw('There is no node "std". The nodes: mean, centered,');
  });

  it("holds the last step's parameters after the optimizer has moved them", () => {
    const layer = new BatchNorm(3, { dtype: "float64" });
    const output = layer.forward(x).clone();
    layer.backward(g);
    layer.gamma.value.data.fill(7);
    expectNear(layer.explain().node("output").value, output, "output");
  });

  it("tells a wrong closed form from the right one", () => {
    const layer = new BatchNorm(3, { dtype: "float64" });
    layer.forward(x);
    const gradInput = layer.backward(g);
    expect(layer.explain().closedFormError()).to.be.below(1e-14);
    gradInput.data[4] += 1e-3;
    expect(layer.explain().closedFormError()).to.be.above(1e-4);
  });

  it("takes the running statistics for constants in eval()", () => {
    const layer = new BatchNorm(3, { dtype: "float64" });
    layer.forward(x);
    const trace = explained(layer.eval());
    expect(trace.node("mean").formula).to.equal("mean = running mean");
    expectNear(trace.node("mean").value, layer.runningMean, "mean");
    expect(trace.closedFormError()).to.be.below(1e-14);
    for (const error of Object.values(trace.finiteDifferenceErrors())) expect(error).to.be.below(1e-7);
  });

  it("explains a float32 layer in float64, to the rounding of float32", () => {
    const layer = new BatchNorm(3);
    layer.forward(x.clone("float32"));
    layer.backward(g.clone("float32"));
    const trace = layer.explain();
    expect(trace.staged.dtype).to.equal("float64");
    expect(trace.closedFormError()).to.be.within(1e-10, 1e-5);
    expect(relativeError(trace.staged, explained().staged)).to.be.below(1e-5);
  });

  it("tells its formulas and errors as text, as a table and as a picture", async () => {
    const trace = explained();
    expect(inspect(trace)).to.match(
      /^BackwardTrace of input \[8, 3\]\nmean = Σ x \/ m +∂mean = −Σ ∂centered\n/,
    );
    expect(inspect(trace)).to.match(/differ by [\d.]+e[-+]\d+ of its largest value$/);
    const { "text/plain": table } = await trace.toTable(1e-6)[jupyterDisplay]();
    expect(table).to.match(/relative error/);
    expect(await trace[jupyterDisplay]()).to.include.all.keys("application/vnd.plotly.v1+json", "text/plain");
  });
});
