// The figures that the browser tests show, one of each kind, by the name of the cell that holds each.

import { explain } from "../../src/explain/explain.js";
import { Figure, plot, tensor } from "../../src/index.js";
import { BatchNorm } from "../../src/nn/layers/batch-norm.js";
import { type Bundle, hostile, hostileLink } from "./fixtures.js";

const steps = Array.from({ length: 20 }, (_, step) => step + 1);
const wave = (phase: number) => steps.map((step) => ((step * step + phase) % 7) / 7 + 0.1);
const axes = { x: { title: "step" }, y: { title: "loss (nats)" } };
const classes = ["zero", "one"];

function explained() {
  const layer = new BatchNorm(1, { dtype: "float64" });
  layer.forward(tensor([[1], [2], [4]], [3, 1], "float64"));
  layer.backward(tensor([[1], [0], [2]], [3, 1], "float64"));
  return explain(layer);
}

const line = (title: string, phase: number) =>
  plot.line({ title, ...axes, series: [{ name: "batch norm", y: wave(phase) }] });

export const figures: Record<string, () => Figure> = {
  line: () => line("Which network learns faster?", 0),
  bands: () =>
    plot.bands({
      title: "Ten seeds",
      ...axes,
      series: [{ name: "plain", runs: [wave(0), wave(3), wave(5)] }],
    }),
  histogram: () =>
    plot.histogram({ title: "Inputs", x: { title: "value" }, series: [{ name: "inputs", values: wave(1) }] }),
  distributions: () =>
    plot.distributions({
      title: "What reaches the last layer",
      ...axes,
      groups: [
        { at: 0, values: wave(0) },
        { at: 100, values: wave(2) },
      ],
    }),
  heatmap: () =>
    plot.heatmap({
      title: "Where does training survive?",
      x: { title: "learning rate", values: [0.1, 1] },
      y: { title: "scale of the weights", values: [1, 10] },
      color: { title: "accuracy (share)" },
      values: [
        [0.9, 0.95],
        [0.5, Number.NaN],
      ],
    }),
  scatter: () =>
    plot.scatter({
      title: "Two classes",
      x: { title: "x₁" },
      y: { title: "x₂" },
      groups: classes.map((name, index) => ({ name, x: wave(index), y: wave(4 * index) })),
    }),
  confusion: () =>
    plot.confusion({ title: "What is mistaken?", classes, labels: [0, 0, 1, 1], predictions: [0, 1, 1, 1] }),
  forest: () =>
    plot.forest({
      title: "Does it generalize better?",
      x: { title: "difference of accuracy (points)" },
      rows: [{ name: "batch 4", effect: -1.5, low: -2, high: -1, n: 20 }],
    }),
  digits: () => plot.imageGrid({ title: "Digits", images: [wave(0).slice(0, 16), wave(3).slice(0, 16)] }),
  trace: () => plot.trace(explained()),
  slider: () => {
    const frames = [0, 1, 2].map((at) => ({ at, figure: line("Step by step", at) }));
    return plot.steps({ frames });
  },
  labels: () =>
    plot.line({
      title: hostile + hostileLink,
      x: { title: hostile },
      y: { title: hostileLink },
      series: [
        { name: hostile, y: [1, 2] },
        { name: hostileLink, y: [2, 1] },
      ],
    }),
  // As a figure's author writes it, who may use the links and tags that Plotly reads.
  hostile: () =>
    new Figure({
      data: [
        {
          x: [hostile],
          y: [1],
          text: [hostile + hostileLink],
          name: hostile + hostileLink,
          mode: "markers+text",
        },
      ],
      layout: {
        title: { text: hostile + hostileLink },
        xaxis: { title: { text: hostileLink } },
        annotations: [{ x: 0, y: 1, text: hostile + hostileLink, hovertext: hostile }],
        showlegend: true,
      },
    }),
};

export async function figureBundles(names = Object.keys(figures)): Promise<Record<string, Bundle>> {
  const bundles: Record<string, Bundle> = {};
  for (const name of names) {
    const figure: Figure = figures[name]();
    const shown = Reflect.get(figure, Symbol.for("Jupyter.display")) as () => Promise<Bundle>;
    bundles[name] = await shown.call(figure);
  }
  return bundles;
}
