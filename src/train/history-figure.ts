import type { Figure } from "../figure/figure.js";
import { type LineSeries, line } from "../plot/line.js";
import type { History } from "./history.js";

/** More points than this say nothing more on a page. */
const MOST_POINTS = 200;

/** The loss over the steps: of the training batches, averaged over stretches when there are many, and of each split evaluated. */
export function historyFigure(history: History): Figure | undefined {
  const { loss, firstStep, evaluations, evaluatedAt } = history;
  const series: LineSeries[] = Object.entries(evaluations).map(([name, course]) => ({
    name,
    x: Array.from(evaluatedAt),
    y: course.loss,
  }));
  if (loss.length > 0) series.unshift({ name: "training batches", ...averaged(loss, firstStep) });
  const isDrawable = series.some(({ y }) => y.length > 1);
  if (!isDrawable) return undefined;
  return line({ title: "Loss while training", x: { title: "steps done" }, y: { title: "loss" }, series });
}

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
