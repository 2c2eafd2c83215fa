/** What the plots compute from their data before anything is drawn. */
import { expect } from "chai";
import { BatchNorm, type Figure, plot, tensor } from "../../../src/index.js";

const x = { title: "x" };
const y = { title: "y" };

/** The traces of a figure that the legend names, or all of them. */
function trace(figure: Figure, name: string): Record<string, unknown> {
  const found = figure.json.data.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`No trace is called "${name}".`);
  return found;
}

describe("the values alone", () => {
  it("draw a line, several, or a line over places", () => {
    expect(plot.line([3, 1, 2]).json.data[0]).to.deep.include({ x0: 1, dx: 1, y: [3, 1, 2] });
    expect(plot.line(new Float32Array([3, 1])).json.data[0].y).to.deep.equal([3, 1]);
    expect(plot.line([[1, 2], new Float64Array([3, 4])]).json.data.map(({ name }) => name)).to.deep.equal([
      "series 1",
      "series 2",
    ]);
    const { data, layout } = plot.line({ x: [1, 10, 11], y: [3, 1, 2] }).json;
    expect(data[0]).to.deep.include({ x: [1, 10, 11], y: [3, 1, 2] });
    expect(layout.xaxis).to.not.have.property("title");
  });

  it("draw points, bars, cells, distributions and norms", () => {
    expect(plot.scatter({ x: [1, 2], y: [3, 4] }).json.data[0]).to.deep.include({ x: [1, 2], y: [3, 4] });
    expect(plot.histogram([1, 2, 2, 3]).json.data[0].type).to.equal("bar");
    expect(
      plot.heatmap([
        [1, 2],
        [3, 4],
      ]).json.data[0],
    ).to.deep.include({
      x: [0, 1],
      z: [
        [1, 2],
        [3, 4],
      ],
    });
    expect(
      (plot.heatmap({ x: ["a", "b"], y: [0.5], z: [[1, 2]] }).json.layout.xaxis as { ticktext: string[] })
        .ticktext,
    ).to.deep.equal(["a", "b"]);
    expect(
      plot
        .distributions([
          [1, 2],
          [2, 3],
        ])
        .json.data.at(-1)?.y,
    ).to.deep.equal([1.15, 2.15]);
    expect(plot.gradientFlow([0.1, 1]).json.data[0].y).to.deep.equal([0.1, 1]);
  });

  it("may be a tensor", () => {
    const matrix = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(plot.line(tensor([3, 1])).json.data[0].y).to.deep.equal([3, 1]);
    expect(plot.line(matrix).json.data.map(({ y }) => y)).to.deep.equal([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(plot.heatmap(matrix).json.data[0].z).to.deep.equal([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(plot.histogram(tensor([1, 2, 2])).json.data[0].y).to.deep.equal([1, 0, 0, 0, 0, 0, 0, 2]);
    expect(plot.bands(matrix).json.data.at(-1)?.y).to.deep.equal([2.5, 3.5, 4.5]);
    expect(() => plot.line({ series: [{ y: matrix as never }] })).to.throw(
      "series[0].y must be an array of numbers; got a Tensor. Its numbers are in .data.",
    );
  });

  it("are refused where they leave open what is meant", () => {
    expect(() => plot.line({ x: [1, 2] })).to.throw("plot.line: x holds values, and y does not");
    expect(() => plot.line({ y: [1, 2], series: [] })).to.throw("leave out either it or series");
    expect(() => plot.line({})).to.throw("plot.line needs at least one item in series");
    expect(() => plot.heatmap({ values: [[1]], z: [[1]] })).to.throw("values and z are the same");
    expect(() => plot.line(["1"] as never)).to.throw('must hold numbers only; got string "1"');
  });
});

describe("plot.line", () => {
  it("counts steps from 1 where x is not given, and leaves gaps", () => {
    const figure = plot.line({ x, y, series: [{ name: "a", y: new Float64Array([5, Number.NaN, 7]) }] });
    expect(trace(figure, "a")).to.deep.include({ x0: 1, dx: 1, y: [5, null, 7] });
  });

  it("keeps every place where steps are not at equal distances", () => {
    const figure = plot.line({ x, y, series: [{ name: "a", x: [0, 1, 3], y: [5, 6, 7] }] });
    expect(trace(figure, "a")).to.deep.include({ x: [0, 1, 3] });
  });

  it("gives 21 series a color and dash of their own", () => {
    const series = Array.from({ length: 21 }, (_, index) => ({ name: `s${index}`, y: [1, 2] }));
    const looks = plot.line({ x, y, series }).json.data.map(({ line }) => JSON.stringify(line));
    expect(new Set(looks).size).to.equal(21);
  });

  it("leaves out of a logarithmic axis what has no logarithm", () => {
    const figure = plot.line({
      x,
      y: { title: "loss", scale: "log", range: [0.01, 100] },
      series: [{ name: "a", y: [0, 1, -1] }],
    });
    expect(trace(figure, "a").y).to.deep.equal([null, 1, null]);
    expect(figure.json.layout.yaxis).to.deep.include({ type: "log", range: [-2, 2] });
  });
});

describe("a logarithmic axis", () => {
  const ticks = (values: number[]) => {
    const figure = plot.line({ x, y: { title: "loss", scale: "log" }, series: [{ name: "a", y: values }] });
    return (figure.json.layout.yaxis as { ticktext?: string[] }).ticktext;
  };

  it("writes its ticks in full over few decades", () => {
    expect(ticks([0.02, 0.7, 0, -1])).to.include.members(["0.02", "0.05", "0.1", "0.2", "0.5", "1"]);
    expect(ticks([20, 100])).to.include.members(["20", "30", "50", "70", "100"]);
  });

  it("leaves them to Plotly over many, and where values hardly differ", () => {
    expect(ticks([1e-6, 1])).to.equal(undefined);
    expect(ticks([1, 1.1])).to.equal(undefined);
    expect(ticks([Number.NaN])).to.equal(undefined);
  });

  it("has no ticks of one panel's data where panels share it", () => {
    const figure = plot.line({ x, y: { title: "loss", scale: "log" }, series: [{ name: "a", y: [1, 20] }] });
    const panels = [{ title: "p", figure }];
    expect(plot.smallMultiples({ panels }).json.layout.yaxis).to.not.have.property("tickvals");
    expect(plot.smallMultiples({ panels, shared: "none" }).json.layout.yaxis).to.have.property("tickvals");
  });
});

describe("plot.bands", () => {
  it("draws the median and the interval of the finite runs at each step", () => {
    const runs = [
      [1, 1, Number.NaN],
      [2, Number.NaN, Number.NaN],
      [3, 3, Number.NaN],
      [10, 5, Number.NaN],
    ];
    const figure = plot.bands({ x, y, interval: 0.5, series: [{ name: "a", runs }] });
    expect(trace(figure, "a").y).to.deep.equal([2.5, 3, null]);
    // numpy.percentile([1, 2, 3, 10], [25, 75]) and ([1, 3, 5], [25, 75])
    expect(figure.json.data[0].y).to.deep.equal([4.75, 4, 2, 1.75]);
    expect(JSON.stringify(figure.json.layout.title)).to.contain("median and middle 50 % of 4 runs");
  });
});

describe("plot.histogram", () => {
  it("counts into shared bins; an edge belongs to the right, the largest value to the last bin", () => {
    const figure = plot.histogram({
      x,
      bins: 4,
      series: [
        { name: "a", values: [0, 1, 1.5, 4] },
        { name: "b", values: [2] },
      ],
    });
    expect(trace(figure, "a")).to.deep.include({ x: [0.5, 1.5, 2.5, 3.5], y: [1, 2, 0, 1] });
    expect(trace(figure, "b").y).to.deep.equal([0, 0, 1, 0]);
  });

  it("loses no finite value, and tells how many are not", () => {
    const values = Array.from({ length: 1000 }, (_, index) => (index % 37) * 0.1);
    const figure = plot.histogram({ x, series: [{ name: "a", values: [...values, Number.NaN, Infinity] }] });
    const counts = trace(figure, "a (2 not finite)").y as number[];
    expect(counts.reduce((sum, count) => sum + count)).to.equal(1000);
  });
});

describe("plot.distributions", () => {
  it("draws the 15th, 50th and 85th percentile of the finite values", () => {
    const figure = plot.distributions({
      x,
      y,
      groups: [
        { at: 0, values: [1, 2, 4, 8, Number.NaN] },
        { at: 1, values: [] },
      ],
    });
    expect(trace(figure, "15th").y).to.deep.equal([1.45, null]);
    expect(trace(figure, "50th").y).to.deep.equal([3, null]);
    expect(trace(figure, "85th percentile").y).to.deep.equal([6.2, null]);
    expect(JSON.stringify(figure.json.layout.annotations)).to.contain("1 not finite").and.contain("empty");
  });
});

describe("plot.heatmap", () => {
  it("marks the cells that are not finite, in words of the caller", () => {
    const figure = plot.heatmap({
      x: { title: "x", values: [0.001, 10] },
      y: { title: "y", values: ["a", "b"] },
      color: { title: "z" },
      values: [
        [1, Number.NaN],
        [Number.POSITIVE_INFINITY, 4],
      ],
      missing: "stopped",
    });
    expect(trace(figure, "stopped")).to.deep.include({ x: [1, 0], y: [0, 1] });
    expect(figure.json.data[0]).to.deep.include({ zmin: 1, zmax: 4 });
    expect((figure.json.layout.xaxis as { ticktext: string[] }).ticktext).to.deep.equal(["0.001", "10"]);
  });
});

describe("plot.scatter", () => {
  it("asks for the regions once, over the whole picture", () => {
    const calls: [number, number][][] = [];
    plot.scatter({
      x,
      y,
      groups: [{ name: "a", x: [0, 10], y: [0, 1] }],
      regions: (points) => {
        calls.push(points);
        return points.map(() => 0);
      },
    });
    expect(calls).to.have.length(1);
    const [points] = calls;
    expect(points[0][0]).to.be.lessThan(0);
    expect(points[points.length - 1][0]).to.be.greaterThan(10);
  });
});

describe("plot.gradientFlow", () => {
  it("writes 0 at the foot of the axis and what is not finite at its top", () => {
    const figure = plot.gradientFlow({ series: [{ name: "a", norms: [0, 1, Number.NaN, Infinity] }] });
    const notes = figure.json.layout.annotations as { x: number; y: number; text: string }[];
    expect(notes.map(({ x: at, y: place, text }) => [at, place, text])).to.deep.equal([
      [1, 0, "0"],
      [3, 1, "NaN"],
      [4, 1, "∞"],
    ]);
  });
});

describe("plot.forest", () => {
  it("sets off the intervals that exclude the reference", () => {
    const rows = [
      { name: "above", effect: 2, low: 1, high: 3, n: 10 },
      { name: "around", effect: 0, low: -1, high: 1, n: 10 },
      { name: "touching", effect: 1, low: 0, high: 2, n: 10 },
      { name: "below", effect: -2, low: -3, high: -1, n: 10 },
    ];
    const colors = plot.forest({ x, rows }).json.data.map(({ line }) => (line as { color: string }).color);
    expect(colors).to.deep.equal(["#0072B2", "#767676", "#767676", "#0072B2"]);
  });
});

describe("plot.confusion", () => {
  it("counts true classes down and predicted classes across", () => {
    const figure = plot.confusion({
      classes: ["a", "b"],
      labels: new Int32Array([0, 0, 0, 1]),
      predictions: [0, 1, 1, 1],
    });
    expect(figure.json.data[0].text).to.deep.equal([
      ["1", "2"],
      ["", "1"],
    ]);
    expect(JSON.stringify(figure.json.layout.title)).to.contain("2 of 4 right");
  });
});

describe("plot.trace", () => {
  it("draws an arrow for each node that a formula names", () => {
    const layer = new BatchNorm(1, { dtype: "float64" });
    layer.forward(tensor([[1], [2], [4]], undefined, "float64"));
    layer.backward(tensor([[1], [0], [2]], undefined, "float64"));
    const figure = plot.trace(layer.explain());
    const notes = figure.json.layout.annotations as { text: string; showarrow: boolean }[];
    // x → mean, centered; mean → centered; centered → variance, normalized; variance → inverseStd; inverseStd →
    // normalized; normalized → scaled; scaled → output; and gamma and beta.
    expect(notes.filter(({ showarrow }) => showarrow)).to.have.length(11);
    expect(notes.map(({ text }) => text)).to.include.members(["gamma", "beta", "inverseStd"]);
    // The mean of 1, 2 and 4.
    expect(JSON.stringify(notes)).to.contain("mean = Σ x / m<br><b>2.33</b>");
  });
});

describe("plot.imageGrid", () => {
  it("lays the images out row after row", () => {
    const images = [1, 2, 3].map((ink) => [ink, ink, ink, ink]);
    const z = plot.imageGrid({ images, columns: 2 }).json.data[0].z as (number | null)[][];
    const inked = z.map((row) => row.filter((value) => value !== null)).filter((row) => row.length > 0);
    expect(inked).to.deep.equal([
      [1, 1, 2, 2],
      [1, 1, 2, 2],
      [3, 3],
      [3, 3],
    ]);
  });
});

describe("plot.smallMultiples", () => {
  const panel = (title: string, last: number) => ({
    title,
    figure: plot.line({
      x,
      y,
      series: [
        { name: "a", y: [1, last] },
        { name: "b", y: [2, 3] },
      ],
    }),
  });

  it("names a series once, and ties its panels together", () => {
    const { data, layout } = plot.smallMultiples({ panels: [panel("p", 2), panel("q", 9)] }).json;
    expect(data.map(({ name, showlegend, legendgroup }) => [name, showlegend, legendgroup])).to.deep.equal([
      ["a", true, "a"],
      ["b", true, "b"],
      ["a", false, "a"],
      ["b", false, "b"],
    ]);
    expect(layout.xaxis2).to.deep.include({ matches: "x" });
    expect(layout.yaxis2).to.deep.include({ matches: "y", showticklabels: false });
  });

  it("leaves axes alone that are not shared", () => {
    const { layout } = plot.smallMultiples({ panels: [panel("p", 2), panel("q", 9)], shared: "x" }).json;
    expect(layout.yaxis2).to.not.have.property("matches");
  });

  it("gives heatmaps one scale and one color bar", () => {
    const map = (value: number) => ({
      title: String(value),
      figure: plot.heatmap({
        x: { title: "x", values: [1] },
        y: { title: "y", values: [1, 2] },
        color: { title: "z" },
        values: [[value], [0]],
      }),
    });
    const { data } = plot.smallMultiples({ panels: [map(1), map(7)] }).json;
    expect(data.map(({ zmin, zmax, showscale }) => [zmin, zmax, showscale])).to.deep.equal([
      [0, 7, true],
      [0, 7, false],
    ]);
  });
});

describe("plot.steps", () => {
  it("has a frame a step, axes that hold all of them, and shows the last", () => {
    const frames = [1, 10].map((last, at) => ({
      at,
      figure: plot.line({ x, y, series: [{ name: "a", y: [0, 0, last] }] }),
    }));
    const { data, layout, frames: drawn } = plot.steps({ label: "epoch", frames }).json;
    expect(data[0].y).to.deep.equal([0, 0, 10]);
    expect(drawn?.map((frame) => (frame.data as { y: number[] }[])[0].y)).to.deep.equal([
      [0, 0, 1],
      [0, 0, 10],
    ]);
    expect((layout.yaxis as { range: number[] }).range).to.deep.equal([-0.5, 10.5]);
    expect((layout.xaxis as { range: number[] }).range).to.deep.equal([0.9, 3.1]);
    expect(JSON.stringify(layout.sliders)).to.contain('"label":"1"').and.contain("epoch");
  });
});
