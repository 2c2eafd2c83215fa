/** A picture of each kind of plot, with what may be missing from its data: gaps, values off the axis, empty groups. */
import { BatchNorm, type Figure, math, plot, Random, tensor } from "../../../src/index.js";
import type { Pictures } from "../figure/pictures.js";

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const normals = (seed: number, count: number, mean = 0, std = 1): number[] => {
  const random = new Random(seed);
  return range(count).map(() => mean + std * random.normal());
};
/** From `from` towards `to`, the distance divided by e every `steps`. */
const decay = (from: number, to: number, steps: number) => (step: number) =>
  to + (from - to) * math.exp(-step / steps);

const line = (): Figure =>
  plot.line({
    title: "Which network learns faster?",
    x: { title: "step" },
    y: { title: "loss (nats)", scale: "log" },
    series: [
      { name: "plain", y: range(300).map(decay(2.3, 0.2, 150)) },
      {
        name: "batch norm",
        y: range(300)
          .map(decay(2.3, 0.01, 40))
          .fill(Number.NaN, 100, 130),
      },
      { name: "diverged", y: [2.3, 5, 100, Number.POSITIVE_INFINITY, Number.NaN, 3, Number.NaN] },
      { name: "nothing", y: [Number.NaN, 0] },
    ],
  });

const longNames = ["batch norm, decay 0.01", "plain, decay 0.01", "batch norm, no decay", "plain, no decay"];

const lineLongLegend = (): Figure =>
  plot.line({
    title: "Does the title stay clear of a legend of two rows?",
    x: { title: "step" },
    y: { title: "loss (nats)" },
    series: longNames.map((name, index) => ({ name, y: range(50).map(decay(2.3, 0.2 * index, 20)) })),
  });

const smallMultiplesLongLegend = (): Figure =>
  plot.smallMultiples({
    title: "And above panels?",
    panels: ["left", "right"].map((title) => ({ title, figure: lineLongLegend() })),
  });

const lineFewDecades = (): Figure =>
  plot.line({
    title: "How much do batch means scatter?",
    x: { title: "images in a batch", scale: "log" },
    y: { title: "standard deviation of the mean (ink)", scale: "log" },
    series: [
      { name: "one", x: [2, 8, 32, 128, 256], y: [4.2, 2.1, 1.05, 0.52, 0.37] },
      { name: "σ / √m", x: [2, 256], y: [4.24, 0.375] },
    ],
  });

const bands = (): Figure =>
  plot.bands({
    title: "Does it hold over seeds?",
    x: { title: "step" },
    y: { title: "validation accuracy (share)" },
    series: [
      { name: "plain", steps: 80 },
      { name: "batch norm", steps: 30 },
    ].map(({ name, steps }, method) => ({
      name,
      x: range(20).map((index) => index * 10),
      runs: range(20).map((seed) => {
        const noise = normals(seed + 100 * method, 20, 0, 0.03);
        // At one step no run has a value.
        return range(20).map((index) =>
          index === 9 ? Number.NaN : decay(0.1, 0.95, steps)(index * 10) + noise[index],
        );
      }),
    })),
  });

const histogram = (): Figure =>
  plot.histogram({
    title: "What does normalization move?",
    x: { title: "activation" },
    series: [
      { name: "before", values: normals(1, 500, 3, 2) },
      { name: "after", values: [...normals(2, 500), Number.NaN] },
    ],
  });

const distributionsBySteps = (): Figure =>
  plot.distributions({
    title: "What reaches the last sigmoid?",
    x: { title: "step" },
    y: { title: "pre-activation" },
    groups: [0, 10, 50, 100, 500, 1000].map((at, index) => ({
      at,
      values: normals(index, 400, index / 2, 1 + 0.4 * index),
    })),
  });

const distributionsByLayers = (): Figure =>
  plot.distributions({
    x: { title: "layer" },
    y: { title: "activation" },
    groups: [
      { at: "linear <b>1</b>", values: normals(1, 400) },
      { at: "relu 1", values: normals(2, 400).map((value) => Math.max(0, value)) },
      { at: "diverged", values: [Number.NaN, Number.POSITIVE_INFINITY] },
      { at: "constant", values: [2, 2, 2, Number.NaN] },
      { at: "one value", values: [1] },
    ],
  });

const distributionsManySteps = (): Figure =>
  plot.distributions({
    title: "How far do activations wander?",
    x: { title: "step" },
    y: { title: "pre-activation" },
    color: "green",
    groups: range(40).map((index) => ({
      at: 25 * index,
      values: index === 20 ? [] : normals(index, 200, math.sin(index / 4), 1 + index / 20),
    })),
  });

const heatmap = (): Figure =>
  plot.heatmap({
    title: "Where does training survive?",
    x: { title: "learning rate", values: [0.001, 0.01, 0.1, 1, 10] },
    y: { title: "scale of the weights", values: [0.001, 0.1, 1, 10, 1000] },
    color: { title: "accuracy (share)", range: [0, 1] },
    values: range(5).map((row) =>
      range(5).map((column) =>
        row + column > 6 ? Number.NaN : 1 / (1 + (column - 2) ** 2 / 4 + (row - 2) ** 2 / 8),
      ),
    ),
  });

const heatmapManyCells = (): Figure =>
  plot.heatmap({
    x: { title: "unit", values: range(40) },
    y: { title: "layer", values: range(20) },
    color: { title: "activation" },
    values: range(20).map((row) => range(40).map((column) => math.sin(row / 4) * math.cos(column / 5))),
  });

const centres = [
  [2, 0],
  [-1, 1.7],
  [-1, -1.7],
];
const scatter = (): Figure =>
  plot.scatter({
    title: "What does the network decide?",
    x: { title: "x₁" },
    y: { title: "x₂" },
    groups: centres.map(([x, y], index) => ({
      name: `class ${index}`,
      x: normals(index, 50, x, 0.7),
      y: normals(10 + index, 50, y, 0.7),
    })),
    regions: (points) =>
      points.map(([x, y]) => {
        const distances = centres.map(([cx, cy]) => (x - cx) ** 2 + (y - cy) ** 2);
        return distances.indexOf(Math.min(...distances));
      }),
  });

const flowOf = (depth: number): Figure =>
  plot.gradientFlow({
    title: "Do gradients reach the first layer?",
    series: [
      {
        name: "plain sigmoid",
        norms: range(depth).map((layer) => (layer < 2 ? 0 : math.exp(layer - depth))),
      },
      {
        name: "batch norm",
        norms: range(depth).map((layer) =>
          layer === 4 ? Number.POSITIVE_INFINITY : math.exp((depth - layer) / 5),
        ),
      },
    ],
  });
const gradientFlow = (): Figure => flowOf(20);

const trace = (): Figure => {
  const layer = new BatchNorm(2, { dtype: "float64" });
  const x = [
    [1, 2],
    [3, 5],
    [4, 4],
    [0, 1],
  ];
  const gradient = [
    [1, 0],
    [0, 2],
    [1, 1],
    [0, 0.5],
  ];
  layer.forward(tensor(x, undefined, "float64"));
  layer.backward(tensor(gradient, undefined, "float64"));
  return plot.trace(layer.explain(), { title: "Which way do gradients flow?" });
};

const forest = (): Figure =>
  plot.forest({
    title: "Does batch norm generalize better?",
    x: { title: "difference of test accuracy (points)" },
    rows: [
      { name: "batch 4", effect: -1.48, low: -1.96, high: -1, n: 20 },
      { name: "batch 8", effect: 0.42, low: -0.11, high: 0.96, n: 20 },
      { name: "batch 32 with dropout", effect: 0.55, low: 0.21, high: 0.89, n: 20 },
      { name: "batch 256", effect: Number.NaN, low: 0.08, high: 0.89, n: 20 },
    ],
  });

const confusion = (): Figure => {
  const random = new Random(3);
  const labels = range(400).map((sample) => sample % 10);
  const mistaken = (label: number) => (random.uniform() < 0.93 ? label : Math.floor(random.uniform() * 10));
  return plot.confusion({
    title: "What is mistaken?",
    classes: range(10).map(String),
    labels,
    predictions: labels.map(mistaken),
  });
};

const imageGrid = (): Figure =>
  plot.imageGrid({
    title: "Which are mistaken?",
    images: range(23).map((image) =>
      range(64).map((pixel) => {
        const [x, y] = [(pixel % 8) - 3.5, Math.floor(pixel / 8) - 3.5];
        return pixel === image ? Number.NaN : math.exp(-((x * x + y * y - 8) ** 2) / 30);
      }),
    ),
    names: range(23).map((image) => String(image % 10)),
    marked: range(23).map((image) => image % 5 === 0),
  });

const smallMultiples = (): Figure =>
  plot.smallMultiples({
    title: "What does depth change?",
    panels: [10, 20, 30].map((depth) => ({ title: `depth ${depth}`, figure: flowOf(depth) })),
  });

const smallMultiplesOfHeatmaps = (): Figure =>
  plot.smallMultiples({
    panels: [
      { title: "plain", figure: heatmap() },
      { title: "batch norm", figure: heatmap() },
    ],
  });

const steps = (): Figure =>
  plot.steps({
    frames: [0, 100, 1000].map((at, index) => ({
      at,
      figure: plot.histogram({
        title: "Where do activations go?",
        x: { title: "pre-activation" },
        series: [{ name: "plain", values: normals(index, 300, index, 1 + index) }],
      }),
    })),
  });

const lineOffset = (): Figure => plot.line([1000.01, 1000.02, 1000.03, 1000.025]);
const lineVeryNear = (): Figure =>
  plot.line({ y: { title: "loss (nats)" }, series: [{ y: [1 + 1e-12, 1 + 2e-12, 1 + 4e-12] }] });
const heatmapLargest = (): Figure =>
  plot.heatmap([
    [1.7e308, -1.7e308],
    [0, 1e308],
  ]);

const lineFortySeries = (): Figure =>
  plot.line({
    title: "Is there room for 40?",
    x: { title: "step" },
    series: range(40).map((index) => ({
      name: `batch norm, rate ${index / 100}`,
      y: range(50).map(decay(1 + index / 100, index / 100, 400 / (index + 1))),
    })),
  });
const histogramManySeries = (): Figure =>
  plot.histogram({
    series: range(12).map((index) => ({ name: `layer ${index}`, values: normals(index, 200, index / 3) })),
  });

const logNormals = (seed: number, count: number): number[] =>
  normals(seed, count).map((value) => math.exp(2 * value));
const histogramLog = (): Figure =>
  plot.histogram({
    x: { title: "gradient norm", scale: "log" },
    series: [{ name: "norms", values: [...logNormals(1, 400), 0, -1] }],
  });
const distributionsLog = (): Figure =>
  plot.distributions({
    y: { title: "gradient norm", scale: "log" },
    groups: range(3).map((index) => ({
      at: `layer ${index}`,
      values: [...logNormals(index, 300), ...(index === 1 ? [0, 0, -1, Number.NaN] : [])],
    })),
  });
const forestLog = (): Figure =>
  plot.forest({
    x: { title: "ratio of steps", scale: "log" },
    rows: [
      { name: "above 0", effect: 1.5, low: 1.1, high: 2, n: 20 },
      { name: "limit below 0", effect: 1, low: -1, high: 2, n: 20 },
      { name: "effect below 0", effect: -0.1, low: -1, high: 2, n: 20 },
      { name: "all below 0", effect: -1, low: -2, high: -0.5, n: 20 },
    ],
  });

const pictures: Pictures = {
  "plot line": line,
  "plot line few decades": lineFewDecades,
  "plot line long legend": lineLongLegend,
  "plot line offset": lineOffset,
  "plot line very near": lineVeryNear,
  "plot line forty series": lineFortySeries,
  "plot bands": bands,
  "plot histogram": histogram,
  "plot histogram log": histogramLog,
  "plot histogram many series": histogramManySeries,
  "plot distributions by steps": distributionsBySteps,
  "plot distributions by layers": distributionsByLayers,
  "plot distributions log": distributionsLog,
  "plot distributions many steps": distributionsManySteps,
  "plot heatmap": heatmap,
  "plot heatmap largest": heatmapLargest,
  "plot heatmap many cells": heatmapManyCells,
  "plot scatter": scatter,
  "plot gradient flow": gradientFlow,
  "plot trace": trace,
  "plot forest": forest,
  "plot forest log": forestLog,
  "plot confusion": confusion,
  "plot image grid": imageGrid,
  "plot small multiples": smallMultiples,
  "plot small multiples long legend": smallMultiplesLongLegend,
  "plot small multiples of heatmaps": smallMultiplesOfHeatmaps,
  "plot steps": steps,
};
export default pictures;
