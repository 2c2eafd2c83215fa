import { expect } from "chai";
import { BatchNorm, dataset, type Figure, Linear, plot, Random, tensor } from "../../../src/index.js";

const hostile = [
  "</script><script>alert(1)</script>",
  '<img src=x onerror="alert(1)">',
  '<a href="javascript:alert(1)">click</a>',
  "<b>bold</b> & $x^2$ %{y}",
];

/** Each plot with the same text wherever a caller gives text. */
const plots: Record<string, (text: string) => Figure> = {
  line: (text) =>
    plot.line({
      title: text,
      x: { title: text },
      y: { title: text },
      series: [
        { name: text, y: [1, 2] },
        { name: `${text} 2`, y: [2] },
      ],
    }),
  bands: (text) =>
    plot.bands({
      title: text,
      x: { title: text },
      y: { title: text },
      series: [
        { name: text, runs: [[1, 2]] },
        { name: "b", runs: [[1]] },
      ],
    }),
  histogram: (text) =>
    plot.histogram({
      title: text,
      x: { title: text },
      y: { title: text },
      series: [{ name: text, values: [1, 2, Number.NaN] }],
    }),
  distributions: (text) =>
    plot.distributions({
      title: text,
      x: { title: text },
      y: { title: text },
      groups: [{ at: text, values: [1, 2, 3] }],
    }),
  heatmap: (text) =>
    plot.heatmap({
      title: text,
      x: { title: text, values: [text] },
      y: { title: text, values: [text, "b"] },
      color: { title: text },
      values: [[1], [Number.NaN]],
      missing: text,
    }),
  scatter: (text) =>
    plot.scatter({
      title: text,
      x: { title: text },
      y: { title: text },
      groups: [
        { name: text, x: [1], y: [1] },
        { name: "b", x: [2], y: [2] },
      ],
      regions: (points) => points.map(() => 0),
    }),
  decision: (text) =>
    plot.decision(
      new Linear(2, 2, { random: new Random(1) }),
      dataset(
        tensor([
          [0, 1],
          [1, 0],
        ]),
        [0, 1],
        { classNames: [text, "b"], featureNames: [text, text] },
      ),
      { title: text },
    ),
  gradientFlow: (text) =>
    plot.gradientFlow({
      title: text,
      x: { title: text },
      y: { title: text },
      layers: [text, "b"],
      series: [
        { name: text, norms: [0, 1] },
        { name: "b", norms: [1, 1] },
      ],
    }),
  trace: (text) => {
    const layer = new BatchNorm(1, { dtype: "float64" });
    layer.forward(tensor([[1], [2]], undefined, "float64"));
    layer.backward(tensor([[1], [0]], undefined, "float64"));
    return plot.trace(layer.explain(), { title: text });
  },
  forest: (text) =>
    plot.forest({
      title: text,
      x: { title: text },
      interval: text,
      rows: [{ name: text, effect: 1, low: 0, high: 2, n: 3 }],
    }),
  confusion: (text) =>
    plot.confusion({ title: text, classes: [text, "b"], labels: [0, 1], predictions: [0, 0] }),
  imageGrid: (text) => plot.imageGrid({ title: text, images: [[0, 1, 1, 0]], names: [text], marked: [true] }),
  smallMultiples: (text) =>
    plot.smallMultiples({
      title: text,
      panels: [
        { title: text, figure: plots.line(text) },
        { title: text, figure: plots.line(text) },
      ],
    }),
  steps: (text) =>
    plot.steps({
      label: text,
      frames: [
        { at: text, figure: plots.line(text) },
        { at: `${text} 2`, figure: plots.line(text) },
      ],
    }),
};

describe("hostile text", () => {
  it("is tried in every plot", () => {
    expect(Object.keys(plots).sort()).to.deep.equal(Object.keys(plot).sort());
  });

  for (const [name, draw] of Object.entries(plots)) {
    it(`shows as text in plot.${name}, and runs nothing`, async function () {
      this.timeout(20_000);
      for (const text of hostile) {
        const figure = draw(text);
        const svg = await figure.toSVG();
        expect(svg).to.not.match(/<(script|img|a|foreignObject|iframe)\b/i);
        expect(svg).to.not.match(/<[^>]+\son\w+\s*=/i);
        expect(svg).to.not.match(/<[^>]+href="\s*javascript:/i);
        // As written, in the SVG's own escapes; Plotly breaks no line in it.
        const shown = text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
        expect(svg.replaceAll("&quot;", '"').replaceAll("\u00a0", " ")).to.contain(shown);
      }
    });
  }
});
