import { checkOptions, ValueError } from "../base/errors.js";
import { Figure } from "../figure/figure.js";
import { altText } from "./alt-text.js";
import { type FrameOptions, frameKeys, frameLayout } from "./frame.js";
import { cellAxisLayout } from "./heatmap.js";
import { checkNumbers, checkSameLength, checkSome, indices, type Numbers } from "./values.js";

export interface ConfusionOptions extends FrameOptions {
  /** Names of the classes, in the order of their indices. */
  classes: readonly string[];
  /** The true class of each sample, as an index. */
  labels: Numbers;
  /** The predicted class of each sample. */
  predictions: Numbers;
}

/**
 * Which classes are taken for which: counts by true and predicted class, coloured by their share of the true class.
 *
 *     plot.confusion({ title: "What is mistaken?", classes: ["0", "1"], labels: [0, 0, 1], predictions: [0, 1, 1] });
 *
 * @throws ValueError when labels and predictions differ in length or are no indices of classes
 */
export function confusion(options: ConfusionOptions): Figure {
  const owner = "plot.confusion";
  checkOptions(owner, options, [...frameKeys, "classes", "labels", "predictions"]);
  const { labels, predictions } = options;
  checkSome(owner, "classes", options.classes);
  const classes = options.classes.map(String);
  const counts = classes.map(() => new Array<number>(classes.length).fill(0));
  checkNumbers(owner, "labels", labels);
  checkNumbers(owner, "predictions", predictions);
  checkSameLength(owner, ["labels", labels], ["predictions", predictions]);
  for (const [name, list] of Object.entries({ labels, predictions })) {
    const wrong = Array.prototype.find.call(
      list,
      (index: number) => !(Number.isInteger(index) && index >= 0 && index < classes.length),
    );
    if (wrong !== undefined)
      throw new ValueError(
        `${owner}: ${name} must hold class indices from 0 to ${classes.length - 1}; got ${String(wrong)}.`,
      );
  }
  for (let sample = 0; sample < labels.length; sample++) counts[labels[sample]][predictions[sample]]++;
  const right = counts.reduce((sum, row, index) => sum + row[index], 0);
  const total = labels.length;
  const shares = counts.map((row) => {
    const all = row.reduce((sum, count) => sum + count, 0);
    return row.map((count) => (all > 0 ? count / all : 0));
  });
  const size = Math.min(640, 200 + 38 * classes.length);
  return new Figure({
    alt: altText(
      options.title,
      `Counts by true and predicted class, ${right} of ${total} right`,
      mistakesText(classes, counts),
    ),
    data: [
      {
        type: "heatmap",
        x: indices(classes.length),
        y: indices(classes.length),
        z: shares,
        zmin: 0,
        zmax: 1,
        colorscale: whiteToBlue,
        showscale: false,
        xgap: 1,
        ygap: 1,
        // Empty cells stay empty, so that mistakes stand out.
        text: counts.map((row) => row.map((count) => (count > 0 ? String(count) : ""))),
        texttemplate: "%{text}",
        hovertemplate: "true %{y}, predicted %{x}: %{text}<extra></extra>",
      },
    ],
    layout: {
      ...frameLayout(
        owner,
        { ...options, width: options.width ?? size, height: options.height ?? size },
        {
          subtitle: total > 0 ? `${right} of ${total} right` : "no samples",
        },
      ),
      plot_bgcolor: "#E6E6E6",
      xaxis: { ...cellAxisLayout(owner, "x", "predicted class", classes), constrain: "domain" },
      yaxis: {
        ...cellAxisLayout(owner, "y", "true class", classes),
        range: [classes.length - 0.5, -0.5],
        scaleanchor: "x",
        constrain: "domain",
      },
    },
  });
}

/** The pairs of classes that are mistaken most often. */
function mistakesText(classes: readonly string[], counts: readonly number[][]): string {
  const pairs = counts
    .flatMap((row, from) => row.map((count, to) => ({ count, from, to })))
    .filter(({ count, from, to }) => count > 0 && from !== to)
    .sort((a, b) => b.count - a.count)
    .slice(0, 3);
  if (pairs.length === 0) return "No mistakes";
  const words = pairs.map(({ count, from, to }) => `${classes[from]} as ${classes[to]} ${count}`);
  return `Most frequent mistakes: ${words.join(", ")}`;
}

const whiteToBlue: [number, string][] = [
  [0, "#FFFFFF"],
  [0.05, "#DCEBF7"],
  [1, "#00517F"],
];
