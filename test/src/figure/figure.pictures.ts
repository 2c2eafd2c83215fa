/** Each of Plotly's parts that plots are made of: what the renderer must draw as a browser does. */

import { Random } from "../../../src/base/random.js";
import { Figure } from "../../../src/figure/figure.js";
import type { FigureOptions, Trace } from "../../../src/index.js";
import type { Pictures } from "./pictures.js";

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const normals = (seed: number, count: number, mean = 0, std = 1): number[] => {
  const random = new Random(seed);
  return range(count).map(() => mean + std * random.normal());
};
const wave = (rows: number, columns: number): number[][] =>
  range(rows).map((i) => range(columns).map((j) => Math.sin(i / 4) * Math.cos(j / 5)));

function figure(title: string, data: readonly Trace[], layout: FigureOptions["layout"] = {}): () => Figure {
  return () => new Figure({ data, layout: { title: { text: title }, ...layout } });
}

const epochs = range(60).map((i) => i + 1);
const lines = figure(
  "Lines, markers and dashes on a logarithmic axis",
  [
    { x: epochs, y: epochs.map((i) => 2 / i + 0.01), name: "training loss (Adam, lr = 1e-3)", mode: "lines" },
    {
      x: epochs,
      y: epochs.map((i) => 2.2 / i + 0.05),
      name: "validation loss",
      mode: "lines+markers",
      marker: { size: 4 },
    },
    { x: epochs, y: epochs.map(() => 0.02), name: "target", mode: "lines", line: { dash: "dash" } },
  ],
  { xaxis: { title: { text: "epoch" } }, yaxis: { type: "log", title: { text: "loss (nats)" } } },
);

const histogram = figure(
  "Overlaid histograms",
  [0, 1].map((k) => ({
    type: "histogram",
    x: normals(k + 1, 400, 1.5 * k),
    opacity: 0.6,
    name: ["control", "batch normalization"][k],
  })),
  { barmode: "overlay", xaxis: { title: { text: "activation" } }, yaxis: { title: { text: "count" } } },
);

const heatmap = figure(
  "Heatmap with a gap",
  [
    {
      type: "heatmap",
      z: wave(12, 30).map((row, i) => row.map((value, j) => (i === 5 && j > 20 ? Number.NaN : value))),
      colorscale: "Viridis",
      colorbar: { title: { text: "activation" } },
    },
  ],
  { xaxis: { title: { text: "unit" } }, yaxis: { title: { text: "layer" } } },
);

const species = ["setosa", "versicolor", "virginica"];
const confusion = figure(
  "Heatmap with gaps between cells and texts",
  [
    {
      type: "heatmap",
      z: [
        [50, 2, 1],
        [3, 45, 7],
        [0, 6, 52],
      ],
      x: species,
      y: species,
      texttemplate: "%{z}",
      colorscale: "Blues",
      reversescale: true,
      xgap: 2,
      ygap: 2,
    },
  ],
  {
    xaxis: { title: { text: "predicted" } },
    yaxis: { title: { text: "actual" }, autorange: "reversed", automargin: true },
  },
);

const contour = figure("Contours with labels", [
  { type: "contour", z: wave(20, 20), contours: { showlabels: true }, colorscale: "Cividis" },
]);

const violins = figure(
  "Violins and boxes",
  ["alpha", "beta, a long name", "gamma"].flatMap((name, k) => [
    {
      type: "violin",
      y: normals(k + 5, 80, k, 1 + 0.3 * k),
      name,
      box: { visible: true },
      meanline: { visible: true },
    },
    { type: "box", y: normals(k + 9, 80, k, 1 + 0.3 * k), name: `${name} (box)`, boxpoints: "outliers" },
  ]),
);

const positions = range(60).map((i) => i / 10);
const bands = figure(
  "Band, median and error bars",
  [
    {
      x: [...positions, ...positions.toReversed()],
      y: [
        ...positions.map((x) => Math.sin(x) + 0.3),
        ...positions.toReversed().map((x) => Math.sin(x) - 0.3),
      ],
      fill: "toself",
      fillcolor: "rgba(31,119,180,0.2)",
      line: { width: 0 },
      name: "95 % interval",
    },
    { x: positions, y: positions.map((x) => Math.sin(x)), mode: "lines", name: "median of 5 seeds" },
    {
      x: range(12).map((i) => i / 2),
      y: range(12).map((i) => Math.sin(i / 2) + (i % 3) / 10),
      error_y: { type: "constant", value: 0.2 },
      mode: "markers",
      name: "observations",
    },
  ],
  { xaxis: { title: { text: "x" } }, yaxis: { title: { text: "f(x)" } } },
);

const subplots = figure(
  "Small multiples",
  range(4).map((k) => ({
    x: range(50),
    y: range(50).map((i) => Math.sin(i / 5 + k) * 10 ** k),
    xaxis: k === 0 ? "x" : `x${k + 1}`,
    yaxis: k === 0 ? "y" : `y${k + 1}`,
    name: `layer ${k}`,
    type: k === 2 ? "bar" : "scatter",
    mode: k === 1 ? "markers" : "lines",
  })),
  { grid: { rows: 2, columns: 2, pattern: "independent" } },
);

const annotations = figure(
  "Annotations: <i>y</i> = <i>x</i><sup>2</sup>",
  [
    {
      x: range(6),
      y: range(6).map((x) => x * x),
      mode: "markers+text",
      text: ["zero", "one", "two", "three", "four", "five"],
      textposition: "top center",
      marker: { size: 12 },
    },
  ],
  {
    showlegend: true,
    annotations: [
      {
        x: 4,
        y: 16,
        text: "<b>a knee</b> here",
        showarrow: true,
        arrowhead: 2,
        ax: -60,
        ay: -60,
        bordercolor: "#333",
        borderpad: 4,
        bgcolor: "#ffd",
      },
      { x: 2, y: 20, text: "two lines<br>µ ± σ", showarrow: false, bgcolor: "#def", bordercolor: "#36c" },
    ],
    shapes: [
      {
        type: "rect",
        x0: 2.5,
        x1: 3.5,
        y0: 5,
        y1: 13,
        line: { color: "red" },
        fillcolor: "rgba(255,0,0,0.1)",
      },
    ],
  },
);

const horizontal = figure(
  "Horizontal bars with long names",
  [
    {
      type: "bar",
      orientation: "h",
      x: [5, 3, 8],
      y: ["a rather long category name", "short", "WAVE Type"],
      text: ["5.0", "3.0", "8.0"],
      textposition: "auto",
    },
  ],
  { yaxis: { automargin: true } },
);

const rotated = figure(
  "Tick labels that are turned",
  [{ type: "bar", x: range(14).map((i) => `category ${i}`), y: range(14).map((i) => i * i) }],
  { xaxis: { automargin: true } },
);

const slider = (): Figure =>
  new Figure({
    data: [{ x: range(20), y: range(20) }],
    layout: {
      title: { text: "Slider over training steps" },
      sliders: [
        {
          currentvalue: { prefix: "step " },
          steps: [0, 100, 200].map((step) => ({
            label: String(step),
            method: "animate",
            args: [[String(step)]],
          })),
        },
      ],
    },
    frames: [0, 100, 200].map((step) => ({
      name: String(step),
      data: [{ y: range(20).map((i) => i + step) }],
    })),
  });

const gaps = figure("Gaps and a single point", [
  {
    x: range(8),
    y: [1, 2, Number.NaN, 4, Number.POSITIVE_INFINITY, 3, 2, 1],
    mode: "lines+markers",
    name: "gaps",
  },
  { x: [4], y: [2], name: "one point" },
  { x: [], y: [], name: "empty" },
  { x: range(5), y: [3, 3], name: "fewer y than x" },
]);

const many = 1200;
const manyPoints = figure("Many points, drawn as one layer", [
  {
    x: normals(21, many),
    y: normals(22, many),
    mode: "markers",
    marker: { size: 4, opacity: 0.6 },
    name: "discs",
  },
  {
    x: normals(23, many, 5),
    y: normals(24, many),
    mode: "markers",
    name: "coloured discs",
    marker: { size: 5, color: range(many).map((i) => i % 3), colorscale: "Viridis" },
  },
  {
    x: normals(25, many, 10),
    y: normals(26, many),
    mode: "markers",
    name: "diamonds",
    marker: { size: 6, symbol: "diamond", line: { width: 1, color: "white" } },
  },
]);

const pictures: Pictures = {
  "figure many points": manyPoints,
  "figure lines": lines,
  "figure histogram": histogram,
  "figure heatmap": heatmap,
  "figure confusion": confusion,
  "figure contour": contour,
  "figure violins": violins,
  "figure bands": bands,
  "figure subplots": subplots,
  "figure annotations": annotations,
  "figure horizontal bars": horizontal,
  "figure rotated ticks": rotated,
  "figure slider": slider,
  "figure gaps": gaps,
};

export default pictures;
