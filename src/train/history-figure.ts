import type { Figure } from "../figure/figure.js";
import { type LineSeries, line } from "../plot/line.js";
import { smallMultiples } from "../plot/small-multiples.js";
import type { History } from "./history.js";

/** More points than this say nothing more on a page. */
const MOST_POINTS = 200;

/**
 * Loss and accuracy over the steps: the loss of the training batches, averaged over stretches when there are many, and
 * both on each split evaluated. Without an accuracy the loss alone.
 */
export function historyFigure(history: History): Figure | undefined {
  const { loss, firstStep, evaluations, evaluatedAt } = history;
  const courses = Object.entries(evaluations);
  const x = Array.from(evaluatedAt);
  // A split has the same colour in both panels, whether there are training losses or not.
  const color = (index: number) => colors[(index + 1) % colors.length];
  const losses: LineSeries[] = courses.map(([name, { loss: y }], index) => ({
    name,
    x,
    y,
    color: color(index),
  }));
  const accuracies: LineSeries[] = courses.map(([name, { accuracy: y }], index) => ({
    name,
    x,
    y,
    color: color(index),
  }));
  if (loss.length > 0)
    losses.unshift({ name: "training batches", ...averaged(loss, firstStep), color: colors[0] });
  const isDrawable = losses.some(({ y }) => y.length > 1);
  if (!isDrawable) return undefined;
  const step = { title: "steps done" };
  if (accuracies.length === 0)
    return line({ title: "Loss while training", x: step, y: { title: "loss" }, series: losses });
  return smallMultiples({
    title: "Loss and accuracy while training",
    columns: 2,
    shared: "x",
    panels: [
      { title: "loss", figure: line({ x: step, series: losses }) },
      // A little more than all, so that the marks of the best are whole.
      { title: "accuracy (share)", figure: line({ x: step, y: { range: [0, 1.03] }, series: accuracies }) },
    ],
  });
}

const colors = ["blue", "vermillion", "green", "purple", "orange", "sky", "black"] as const;

/** Means over stretches of equal length, each at the step in its middle. */
function averaged(loss: Float64Array, firstStep: number): { x: number[]; y: number[] } {
  const length = Math.ceil(loss.length / MOST_POINTS);
  const stretches = Array.from({ length: Math.ceil(loss.length / length) }, (_, index) => {
    const values = loss.subarray(index * length, (index + 1) * length);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return { x: firstStep + index * length + (values.length - 1) / 2, y: mean };
  });
  return { x: stretches.map(({ x }) => x), y: stretches.map(({ y }) => y) };
}
