import { checkOptions, ValueError } from "../base/errors.js";
import { Figure } from "../figure/figure.js";
import type { FigureAttributes } from "../figure/schema.js";
import { escapeText } from "../figure/text.js";
import { altText } from "./alt-text.js";
import { type FrameOptions, frameKeys, frameLayout } from "./frame.js";
import { palette } from "./palette.js";
import { labelOf } from "./values.js";

/** Numbers with a shape: a Tensor is one. */
interface TracedValues {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** What is drawn of a node: a BackwardTrace's nodes have it. */
interface TracedNode {
  readonly name: string;
  readonly value: TracedValues;
  readonly gradient: TracedValues;
  readonly formula: string;
  readonly gradientFormula: string;
}

/** The graph that `explain()` of a layer returns. */
interface TracedGraph {
  readonly nodes: readonly TracedNode[];
  /** ∂loss/∂input. */
  readonly staged: TracedValues;
}

// The graph is laid out in pixels from the top left of the plot's area.
const rowHeight = 62;
const box = { middle: 92, width: 92, height: 26 };
const valueColumn = { x: 152, color: palette.blue };
const gradientColumn = { x: 350, color: palette.vermillion };
const headingHeight = 24;
const valuesWritten = 4;

/**
 * The computation graph of a layer's last step, from the input at the top to the output at the bottom: what each node
 * computes and its value, and beside it the gradient that backpropagation gives it.
 *
 *     const layer = new BatchNorm(2);
 *     layer.forward(tensor([[1, 2], [3, 5], [4, 4]]));
 *     layer.backward(tensor([[1, 0], [0, 2], [1, 1]]));
 *     plot.trace(layer.explain(), { title: "Which way do gradients flow?" });
 *
 * Values flow down along the arrows, gradients up. Up to 4 values are written out; of more, the smallest and the largest.
 *
 * @throws ValueError when `trace` holds no nodes
 */
export function trace(trace: TracedGraph, options: FrameOptions = {}): Figure {
  const owner = "plot.trace";
  checkOptions(owner, options, frameKeys);
  if (!Array.isArray(trace?.nodes) || trace.nodes.length === 0)
    throw new ValueError(`${owner} needs what explain() returns: a trace with its nodes.`);
  const names = ["x", ...trace.nodes.map((node) => node.name)];
  const graphHeight = headingHeight + rowHeight * names.length;
  const top = options.title ? 44 : 12;
  const { width = 640, height = graphHeight + top + 8 } = options;
  const edges = trace.nodes.flatMap((node, index) =>
    inputsOf(node, names).map((from) => ({ from, to: index + 1 })),
  );
  const outer = trace.nodes.flatMap((node, index) =>
    parametersOf(node).map((name) => ({ name, row: index + 1 })),
  );
  return new Figure({
    alt: altText(options.title, `Computation graph: ${trace.nodes.map((node) => node.formula).join("; ")}`),
    data: [],
    layout: {
      ...frameLayout(owner, { ...options, width, height }, { margin: { l: 8, r: 8, t: top, b: 8 } }),
      xaxis: { visible: false, range: [0, width - 16], fixedrange: true },
      yaxis: { visible: false, range: [graphHeight, 0], fixedrange: true },
      shapes: edges.filter(({ from, to }) => to > from + 1).map(({ from, to }) => detour(from, to)),
      annotations: [
        words(valueColumn, headingHeight / 2, "<b>value</b>"),
        words(gradientColumn, headingHeight / 2, "<b>gradient of the loss</b>"),
        ...edges.map(({ from, to }) => (to > from + 1 ? detourHead(to) : arrow(from, to))),
        ...outer.map(({ name, row }) => parameterArrow(name, row)),
        ...names.map((name, row) => boxed(name, row)),
        words(valueColumn, middle(0), `the input, ${trace.staged.shape.join("×")}`),
        words(gradientColumn, middle(0), summary(trace.staged)),
        ...trace.nodes.flatMap((node, index) => [
          words(valueColumn, middle(index + 1), lines(node.formula, summary(node.value))),
          words(gradientColumn, middle(index + 1), lines(node.gradientFormula, summary(node.gradient))),
        ]),
      ],
    },
  });
}

/** The rows of the nodes that a formula's right side names. */
function inputsOf(node: TracedNode, names: readonly string[]): number[] {
  const right = wordsOf(node);
  return names.flatMap((name, row) => (right.has(name) ? [row] : []));
}

/** The trained parameters that a formula's right side names. */
function parametersOf(node: TracedNode): string[] {
  const right = wordsOf(node);
  return ["gamma", "beta"].filter((name) => right.has(name));
}

function wordsOf(node: TracedNode): Set<string> {
  return new Set(node.formula.slice(node.formula.indexOf("=") + 1).match(/\p{L}+/gu));
}

function middle(row: number): number {
  return headingHeight + rowHeight * (row + 0.5);
}

function boxed(name: string, row: number): FigureAttributes {
  return {
    x: box.middle,
    y: middle(row),
    text: escapeText(name),
    showarrow: false,
    width: box.width,
    height: box.height,
    bgcolor: "#FFFFFF",
    bordercolor: "#1A1A1A",
    font: { size: 13 },
  };
}

function words(column: { x: number; color: string }, y: number, text: string): FigureAttributes {
  return {
    x: column.x,
    y,
    xanchor: "left",
    yanchor: "middle",
    align: "left",
    text,
    showarrow: false,
    font: { size: 11.5, color: column.color },
  };
}

/** The formula, a long sum in two lines, and the values below it. */
function lines(formula: string, values: string): string {
  const plus = formula.length > 48 ? formula.indexOf(" + ") : -1;
  const parts = plus < 0 ? [formula] : [formula.slice(0, plus), `   ${formula.slice(plus + 1)}`];
  return [...parts.map(escapeText), `<b>${values}</b>`].join("<br>");
}

function summary(tensor: TracedValues): string {
  const values = Array.from(tensor.data);
  if (values.length <= valuesWritten) return values.map((value) => labelOf(value, 3)).join(", ");
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return `${values.length} values, none finite`;
  const low = finite.reduce((least, value) => Math.min(least, value));
  const high = finite.reduce((most, value) => Math.max(most, value));
  const missing = finite.length < values.length ? `, ${values.length - finite.length} not finite` : "";
  return `${labelOf(low, 3)} … ${labelOf(high, 3)}${missing}`;
}

const line = { color: "#7F7F7F", width: 1.5 } as const;
const head = {
  showarrow: true,
  text: "",
  axref: "x",
  ayref: "y",
  arrowhead: 2,
  arrowsize: 1,
  arrowwidth: line.width,
  arrowcolor: line.color,
} as const;

/** Straight down from a box to the next. */
function arrow(from: number, to: number): FigureAttributes {
  const x = box.middle;
  return { ...head, x, y: middle(to) - box.height / 2 - 2, ax: x, ay: middle(from) + box.height / 2 };
}

/** Around the boxes between, on the left. */
function detour(from: number, to: number): FigureAttributes {
  const edge = box.middle - box.width / 2;
  const far = edge - 26;
  const [y0, y1] = [middle(from), middle(to) - 6];
  return {
    type: "path",
    path: `M ${edge},${y0} C ${far},${y0} ${far},${y0} ${far},${y0 + 26} L ${far},${y1 - 26} C ${far},${y1} ${far},${y1} ${edge - 8},${y1}`,
    line,
    layer: "below",
  };
}

function detourHead(to: number): FigureAttributes {
  const edge = box.middle - box.width / 2;
  return { ...head, x: edge - 2, y: middle(to) - 6, ax: edge - 12, ay: middle(to) - 6 };
}

/** A parameter's name at the left of the box that it enters. */
function parameterArrow(name: string, row: number): FigureAttributes {
  const edge = box.middle - box.width / 2;
  return {
    ...head,
    x: edge - 2,
    y: middle(row),
    ax: 0,
    ay: middle(row) - 20,
    text: escapeText(name),
    xanchor: "left",
    font: { size: 11 },
  };
}
