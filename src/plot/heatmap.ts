import { checkOptions, OptionError, ValueError } from "../base/errors.js";
import { Figure } from "../figure/figure.js";
import { escapeText } from "../figure/text.js";
import { altText } from "./alt-text.js";
import { nameAxisLayout } from "./axis.js";
import { type FrameOptions, frameKeys, frameLayout } from "./frame.js";
import { palette, sequentialScale } from "./palette.js";
import { checkNumbers, checkSome, indices, labelOf, type Numbers } from "./values.js";

/** An axis of cells: one label a column or row. */
export interface CellAxis {
  title: string;
  values: ArrayLike<number> | readonly string[];
}

export interface HeatmapOptions extends FrameOptions {
  x: CellAxis;
  y: CellAxis;
  /** What the colour shows, with its unit; its limits, by default those of the values. */
  color: { title: string; range?: readonly [number, number] };
  /** One row for each of y.values, one number for each of x.values; a number that is not finite is marked. */
  values: readonly Numbers[];
  /** What a number that is not finite means; "diverged" by default. */
  missing?: string;
}

/** As many cells as have room for their number. */
const numbersAtMost = { columns: 10, cells: 120 };

/**
 * A quantity over two others, such as accuracy over learning rate and initialization. Cells whose value is not finite
 * are grey and crossed.
 *
 *     plot.heatmap({
 *       title: "Where does training survive?",
 *       x: { title: "learning rate", values: [0.01, 0.1, 1] },
 *       y: { title: "scale of the weights", values: [0.1, 1, 10] },
 *       color: { title: "accuracy (share)", range: [0, 1] },
 *       values: [[0.9, 0.95, NaN], [0.9, 0.96, 0.9], [0.8, 0.9, NaN]],
 *     })
 *
 * The first row is at the bottom. @throws ValueError when the rows don't fit the axes
 */
export function heatmap(options: HeatmapOptions): Figure {
  const owner = "plot.heatmap";
  checkOptions(owner, options, [...frameKeys, "x", "y", "color", "values", "missing"]);
  const { values, missing = "diverged" } = options;
  const columns = cellLabels(owner, "x", options.x);
  const rows = cellLabels(owner, "y", options.y);
  const color = checkColor(owner, options.color);
  checkSome(owner, "values", values);
  if (values.length !== rows.length)
    throw new ValueError(`${owner}: values has ${values.length} rows, and y.values ${rows.length} labels.`);
  values.forEach((row, index) => {
    checkNumbers(owner, `values[${index}]`, row);
    if (row.length !== columns.length)
      throw new ValueError(
        `${owner}: values[${index}] has ${row.length} numbers, and x.values ${columns.length} labels.`,
      );
  });

  const finite = values.flatMap((row) => Array.from(row).filter(Number.isFinite));
  const [from, to] = color.range ?? spread(finite);
  const z = values.map((row) => Array.from(row, (value) => (Number.isFinite(value) ? value : null)));
  const crossed = values.flatMap((row, y) =>
    indices(row.length)
      .filter((x) => !Number.isFinite(row[x]))
      .map((x) => ({ x, y })),
  );
  const numbered =
    columns.length <= numbersAtMost.columns && columns.length * rows.length <= numbersAtMost.cells;
  const crosses =
    crossed.length === 0
      ? []
      : [
          {
            type: "scatter",
            mode: "markers",
            name: escapeText(missing),
            x: crossed.map((cell) => cell.x),
            y: crossed.map((cell) => cell.y),
            marker: { symbol: "x", size: 10, color: palette.vermillion },
            hoverinfo: "name",
          },
        ];
  return new Figure({
    alt: altText(
      options.title,
      `Heatmap of ${color.title} over ${options.x.title} and ${options.y.title}`,
      finite.length > 0
        ? `From ${labelOf(spread(finite)[0], 3)} to ${labelOf(spread(finite)[1], 3)}`
        : "No value is finite",
      ...(crossed.length > 0
        ? [`${crossed.length} of ${rows.length * columns.length} cells ${missing}`]
        : []),
    ),
    data: [
      {
        type: "heatmap",
        x: indices(columns.length),
        y: indices(rows.length),
        z,
        zmin: from,
        zmax: to,
        colorscale: sequentialScale,
        showscale: finite.length > 0,
        colorbar: { title: { text: escapeText(color.title), side: "right" }, thickness: 14, outlinewidth: 0 },
        xgap: 1,
        ygap: 1,
        hoverongaps: false,
        hovertemplate: "%{z}<extra></extra>",
        ...(numbered
          ? {
              text: z.map((row) => row.map((value) => (value === null ? "" : labelOf(value, 3)))),
              texttemplate: "%{text}",
              textfont: { size: 12 },
            }
          : {}),
      },
      ...crosses,
    ],
    layout: {
      ...frameLayout(owner, options, { legend: crosses }),
      plot_bgcolor: "#D9D9D9",
      xaxis: cellAxisLayout(owner, "x", options.x.title, columns),
      yaxis: cellAxisLayout(owner, "y", options.y.title, rows),
    },
  });
}

const labelsAtMost = 16;

/** The layout of an axis of cells, with an edge half a cell beyond the outer centres. */
export function cellAxisLayout(owner: string, name: string, title: string, labels: readonly string[]) {
  return {
    ...nameAxisLayout(owner, name, { title }, labels, Math.ceil(labels.length / labelsAtMost)),
    range: [-0.5, labels.length - 0.5],
    ticks: "",
  };
}

function cellLabels(owner: string, name: string, axis: CellAxis): string[] {
  if (axis === undefined) throw new OptionError(`${owner} needs ${name}: { title, values }.`);
  checkOptions(`${owner}: ${name}`, axis, ["title", "values"]);
  if (axis.values === undefined || axis.values.length === 0)
    throw new ValueError(`${owner}: ${name}.values needs at least one label.`);
  return Array.from(axis.values as ArrayLike<number | string>, (value) => labelOf(value));
}

function checkColor(owner: string, color: HeatmapOptions["color"]): HeatmapOptions["color"] {
  if (color === undefined)
    throw new OptionError(`${owner} needs color: { title }, which says what the colour shows.`);
  checkOptions(`${owner}: color`, color, ["title", "range"]);
  return color;
}

/** The limits of the values; equal ones are moved apart, so that there is a scale. */
function spread(finite: readonly number[]): [number, number] {
  const low = finite.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = finite.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  if (finite.length === 0) return [0, 1];
  return low < high ? [low, high] : [low - 0.5, high + 0.5];
}
