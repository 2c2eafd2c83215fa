import { expect } from "chai";
import { jupyterDisplay } from "../../../src/base/kernel.js";
import { Figure, type FigureBundle } from "../../../src/figure/figure.js";

const line = (): Figure =>
  new Figure({
    data: [{ x: [1, 2, 3], y: [0.1234567, Number.NaN, Number.POSITIVE_INFINITY], name: "training" }],
    layout: {
      title: { text: "Loss" },
      xaxis: { title: { text: "step" } },
      yaxis: { title: { text: "loss (nats)" } },
    },
  });

describe("Figure", () => {
  it("rounds numbers to 5 significant digits, keeps integers, and makes NaN and the infinities gaps", () => {
    const { data } = new Figure({
      data: [{ x: new Float64Array([1 / 3, 123456, -0]), y: [1e-9 / 3, Number.NaN, -Infinity] }],
    }).json;
    expect(data).to.deep.equal([{ x: [0.33333, 123456, 0], y: [3.3333e-10, null, null] }]);
  });

  it("is a value: what is changed afterwards does not change it", () => {
    const y = [1, 2];
    const figure = new Figure({ data: [{ y }] });
    y[0] = 7;
    expect(figure.json.data).to.deep.equal([{ y: [1, 2] }]);
  });

  it("names the place of what is no JSON", () => {
    const bad = { data: [{ x: [1, () => 2] }] } as never;
    expect(() => new Figure(bad)).to.throw(TypeError, "data[0].x[1] is a function");
  });

  it("names an unknown option and the nearest known one", () => {
    expect(() => new Figure({ data: [], layuot: {} } as never)).to.throw('Did you mean "layout"?');
  });

  it("describes itself by title, marks, axes and names", () => {
    expect(line().alt).to.equal("Loss. Line or scatter chart. x: step. y: loss (nats). Shown: training.");
  });

  it("shows itself as Plotly's JSON, a picture and a text", async () => {
    const bundle: FigureBundle = await line()[jupyterDisplay]();
    expect(Object.keys(bundle)).to.deep.equal([
      "application/vnd.plotly.v1+json",
      "image/svg+xml",
      "text/plain",
    ]);
    expect(bundle["image/svg+xml"])
      .to.match(/^<svg /)
      .and.contain(">loss (nats)</text>");
  });

  it("draws a PNG at twice the layout's size", async () => {
    const png = Buffer.from(await line().toPNG());
    expect(png.subarray(1, 4).toString("latin1")).to.equal("PNG");
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).to.deep.equal([1400, 900]);
  });

  it("draws without giving way to the event loop, and gives the same bytes", async () => {
    const figure = line();
    expect(figure.toSVGSync()).to.equal(await line().toSVG());
  });
});
