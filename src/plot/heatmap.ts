import { checkOptions, OptionError, showValue, ValueError } from "../base/errors.js";
import { extentOf } from "../figure/extent.js";
import { Figure } from "../figure/figure.js";
import { escapeText } from "../figure/text.js";
import { altText } from "./alt-text.js";
import { nameAxisLayout } from "./axis.js";
import { type FrameOptions, frameKeys, frameLayout } from "./frame.js";
import { palette, sequentialScale } from "./palette.js";
import {
  checkNumbers,
  checkSome,
  digitsApart,
  indices,
  isList,
  isListOfLists,
  labelOf,
  labelsOf,
  type Numbers,
  type Shaped,
  withValues,
} from "./values.js";

/** One label a column or row. */
export type CellLabels = ArrayLike<number> | readonly string[];

/** An axis of cells. */
export interface CellAxis {
  /** What is shown, with its unit; none by default. */
  title?: string;
  /** 0, 1, 2 … by default. */
  values?: CellLabels;
}

export interface HeatmapOptions extends FrameOptions {
  /** The axis; or its labels alone. */
  x?: CellAxis | CellLabels;
  y?: CellAxis | CellLabels;
  /** What the colour shows, with its unit; its limits, by default those of the values. */
  color?: { title?: string; range?: readonly [number, number] };
  /** One row for each label of y, one number for each label of x; a number that is not finite is marked. */
  values?: readonly Numbers[];
  /** The same as `values`, by the letter that other libraries have for it. */
  z?: readonly Numbers[];
  /** What a number that is not finite means; "diverged" by default. */
  missing?: string;
}

/** As many cells as have room for their number. */
const numbersAtMost = { columns: 10, cells: 120 };

/**
 * A quantity over two others, such as accuracy over learning rate and initialization. Cells whose value is not finite
 * are grey and crossed. The rows alone, or a tensor, are enough.
 *
 *     plot.heatmap([[1, 2], [3, 4]]);
 *     plot.heatmap({ x: ["a", "b"], y: [0.1, 1], z: [[1, 2], [3, 4]] });
 *     plot.heatmap({
 *       title: "Where does training survive?",
 *       x: { title: "learning rate", values: [0.01, 0.1, 1] },
 *       y: { title: "scale of the weights", values: [0.1, 1, 10] },
 *       color: { title: "accuracy (share)", range: [0, 1] },
 *       values: [[0.9, 0.95, NaN], [0.9, 0.96, 0.9], [0.8, 0.9, NaN]],
 *     });
 *
 * The first row is at the bottom.
 *
 * @throws ValueError when the rows don't fit the axes; OptionError when the color's range is no two numbers in order
 */
export function heatmap(given: HeatmapOptions | readonly Numbers[] | Shaped): Figure {
  const owner = "plot.heatmap";
  const options = withValues<HeatmapOptions>(given, (values) => ({
    values: isListOfLists(values) ? values : [values],
  }));
  checkOptions(owner, options, [...frameKeys, "x", "y", "color", "values", "z", "missing"]);
  const { missing = "diverged" } = options;
  if (options.values !== undefined && options.z !== undefined)
    throw new OptionError(`${owner}: values and z are the same; leave out one of them.`);
  const values = options.values ?? options.z;
  checkSome(owner, "values", values);
  values.forEach((row, index) => {
    checkNumbers(owner, `values[${index}]`, row);
  });
  const [x, y] = [cellAxis(owner, "x", options.x), cellAxis(owner, "y", options.y)];
  const columns = cellLabels(owner, "x", x, values[0].length);
  const rows = cellLabels(owner, "y", y, values.length);
  const color = checkColor(owner, options.color ?? {});
  if (values.length !== rows.length)
    throw new ValueError(`${owner}: values has ${values.length} rows, and y.values ${rows.length} labels.`);
  values.forEach((row, index) => {
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
  const digits = digitsApart(finite, 3);
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
      `Heatmap of ${color.title ?? "values"} over ${x.title ?? "columns"} and ${y.title ?? "rows"}`,
      finite.length > 0 ? `From ${labelsOf(spread(finite), 3).join(" to ")}` : "No value is finite",
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
        colorbar: {
          ...(color.title === undefined ? {} : { title: { text: escapeText(color.title), side: "right" } }),
          thickness: 14,
          outlinewidth: 0,
        },
        xgap: 1,
        ygap: 1,
        hoverongaps: false,
        hovertemplate: "%{z}<extra></extra>",
        ...(numbered
          ? {
              text: z.map((row) => row.map((value) => (value === null ? "" : labelOf(value, digits)))),
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
      xaxis: cellAxisLayout(owner, "x", x.title, columns),
      yaxis: cellAxisLayout(owner, "y", y.title, rows),
    },
  });
}

const labelsAtMost = 16;

/** The layout of an axis of cells, with an edge half a cell beyond the outer centres. */
export function cellAxisLayout(
  owner: string,
  name: string,
  title: string | undefined,
  labels: readonly string[],
) {
  return {
    ...nameAxisLayout(owner, name, { title }, labels, Math.ceil(labels.length / labelsAtMost)),
    range: [-0.5, labels.length - 0.5],
    ticks: "",
  };
}

function cellAxis(owner: string, name: string, given: CellAxis | CellLabels | undefined): CellAxis {
  const axis = given === undefined ? {} : isList(given) ? { values: given } : given;
  checkOptions(`${owner}: ${name}`, axis, ["title", "values"]);
  return axis;
}

function cellLabels(owner: string, name: string, { values }: CellAxis, count: number): string[] {
  if (values === undefined) return indices(count).map(String);
  if (values.length === 0) throw new ValueError(`${owner}: ${name}.values needs at least one label.`);
  const labels: readonly (number | string)[] = Array.from<number | string>(values);
  return labelsOf(labels);
}

function checkColor(
  owner: string,
  color: NonNullable<HeatmapOptions["color"]>,
): NonNullable<HeatmapOptions["color"]> {
  checkOptions(`${owner}: color`, color, ["title", "range"]);
  const { title, range } = color;
  if (title !== undefined && typeof title !== "string")
    throw new OptionError(`${owner}: color.title must be text; got ${showValue(title)}.`);
  if (range === undefined) return color;
  const limits: readonly number[] = Array.isArray(range) ? range : [];
  if (limits.length !== 2 || !limits.every(Number.isFinite) || limits[0] >= limits[1])
    throw new OptionError(
      `${owner}: color.range must be two finite numbers, the smaller first, such as [0, 1]; got ${showValue(range)}.`,
    );
  return color;
}

/** The limits of the values; equal ones are moved apart, so that there is a scale. */
function spread(finite: readonly number[]): [number, number] {
  const extent = extentOf(finite);
  if (extent === undefined) return [0, 1];
  const { low, high } = extent;
  const half = Math.max(0.5, Math.abs(low) * 1e-9);
  return low < high ? [low, high] : [low - half, high + half];
}
