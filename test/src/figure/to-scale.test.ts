/** Which numbers of a figure are places on which axis: they keep what that shows, and move with its unit. */
import { expect } from "chai";
import { Figure, type Layout, type Trace } from "../../../src/index.js";

const json = (data: Trace[], layout: Layout = {}, frames?: { data: Trace[]; layout?: Layout }[]) =>
  new Figure({ data, layout, frames }).json;

const near = [1e9 + 0.25, 1e9 + 0.5, 1e9 + 0.75];

describe("figure to scale", () => {
  it("moves all that has its place on an axis with the axis", () => {
    const { data, layout } = json([{ y: near, x: [1, 2, 3] }], {
      yaxis: { title: { text: "loss" }, range: [1e9, 1e9 + 1], tickvals: [1e9 + 0.5] },
      annotations: [
        { x: 1, y: near[1], ax: 2, ay: near[2], axref: "x", ayref: "y", text: "here" },
        { x: 1, y: 0.5, yref: "paper", ay: -30, text: "on paper" },
      ],
      shapes: [{ type: "line", x0: 0, x1: 1, xref: "paper", y0: near[0], y1: near[2] }],
    });
    expect(data[0].y).to.deep.equal([0.25, 0.5, 0.75]);
    expect(layout.yaxis).to.deep.equal({
      title: { text: "loss − 1000000000" },
      range: [0, 1],
      tickvals: [0.5],
    });
    const [here, onPaper] = layout.annotations as Record<string, number>[];
    expect(here).to.include({ x: 1, y: 0.5, ax: 2, ay: 0.75 });
    expect(onPaper).to.include({ y: 0.5, ay: -30 });
    expect((layout.shapes as object[])[0]).to.include({ x1: 1, y0: 0.25, y1: 0.75 });
  });

  it("gives axes that match one unit, and others their own", () => {
    const panels: Trace[] = [
      { y: [-1.7e308, 1.7e308] },
      { y: [1e306, 2e306], yaxis: "y2" },
      { y: [1, 2], yaxis: "y3" },
    ];
    const { data, layout } = json(panels, { yaxis2: { matches: "y" } });
    expect(data.map(({ y }) => y)).to.deep.equal([
      [-1.7, 1.7],
      [0.01, 0.02],
      [1, 2],
    ]);
    expect(layout.yaxis2).to.deep.include({ title: { text: "y · 10<sup>−308</sup>" } });
    expect(layout).to.not.have.property("yaxis3");
  });

  it("counts frames in, and what all colours show", () => {
    const heat = (z: number[][]): Trace => ({ type: "heatmap", z, colorbar: { title: { text: "loss" } } });
    const { data, frames } = json([heat([[1, 2]])], {}, [{ data: [heat([[1, 1.7e308]])] }]);
    expect(data[0].colorbar).to.deep.equal({ title: { text: "loss · 10<sup>−308</sup>" } });
    const [frame] = frames ?? [];
    expect((frame.data as { z: number[][] }[])[0].z).to.deep.equal([[1e-308, 1.7]]);
  });

  it("leaves bars on their ground", () => {
    const { data, layout } = json([{ type: "bar", x: [1, 2], y: [1e9 + 1, 1e9 + 2] }]);
    expect(data[0].y).to.deep.equal([1e9 + 1, 1e9 + 2]);
    expect(layout).to.not.have.property("yaxis");
  });

  it("leaves logarithmic axes, categories and dates as they are", () => {
    const y = [5e-324, 1.7e308];
    expect(json([{ y }], { yaxis: { type: "log", range: [-324, 308.3] } }).data[0].y).to.deep.equal(y);
    const x = ["2026-01-01", "b"];
    expect(json([{ x, y: [1, 2] }]).data[0].x).to.deep.equal(x);
    expect(json([{ x: near, y: [1, 2, 3] }], { xaxis: { type: "date" } }).data[0].x).to.deep.equal(near);
  });

  it("keeps what a colour scale shows of its numbers", () => {
    const { data } = json([
      { x: [1, 2], y: [1, 2], marker: { color: [1000.001, 1000.002], cmin: 1000.0005, cmax: 1000.0025 } },
    ]);
    expect(data[0].marker).to.deep.equal({ color: [1000.001, 1000.002], cmin: 1000.0005, cmax: 1000.0025 });
  });

  it("leaves the figure that it was made of as it is, for figures made of it", () => {
    const figure = new Figure({ data: [{ y: near }] });
    expect(Figure.partsOf(figure).data[0].y).to.deep.equal(near);
  });
});
