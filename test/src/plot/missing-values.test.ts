import { expect } from "chai";
import { type Figure, OptionError, plot, ValueError } from "../../../src/index.js";

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
const x = { title: "step" };
const y = { title: "loss (nats)" };
const log = { title: "loss (nats)", scale: "log" } as const;

/** Data with something missing, that must draw: what is there is shown, what is not leaves a gap or a word. */
const drawn: Record<string, () => Figure> = {
  "line with NaN and Infinity": () =>
    plot.line({ x, y, series: [{ name: "a", y: [1, nan, 2, infinity, -infinity] }] }),
  "line with nothing finite": () => plot.line({ x, y: log, series: [{ name: "a", y: [nan, -1, 0] }] }),
  "line with one point": () => plot.line({ x, y: log, series: [{ name: "a", y: [1] }] }),
  "line without points": () => plot.line({ x, y, series: [{ name: "a", y: [] }] }),
  "line of an x that is not finite": () =>
    plot.line({ x, y, series: [{ name: "a", x: [0, nan, 2], y: [1, 2, 3] }] }),
  "bands of one run": () => plot.bands({ x, y, series: [{ name: "a", runs: [[1, nan, 3]] }] }),
  "bands without steps": () => plot.bands({ x, y, series: [{ name: "a", runs: [[], []] }] }),
  "bands with limits that are not finite": () =>
    plot.bands({ x, y, series: [{ name: "a", middle: [1, 2], low: [0, nan], high: [infinity, 3] }] }),
  "histogram of one value": () => plot.histogram({ x, series: [{ name: "a", values: [4] }] }),
  "histogram of none": () => plot.histogram({ x, series: [{ name: "a", values: [] }] }),
  "histogram of NaN": () => plot.histogram({ x, series: [{ name: "a", values: [nan, infinity] }] }),
  "distributions of none, one and NaN": () =>
    plot.distributions({
      x,
      y,
      groups: [[], [1], [nan], [1, infinity]].map((values, at) => ({ at, values })),
    }),
  "heatmap of one cell": () =>
    plot.heatmap({ x: { ...x, values: [1] }, y: { ...y, values: [1] }, color: y, values: [[3]] }),
  "heatmap of NaN": () =>
    plot.heatmap({ x: { ...x, values: [1] }, y: { ...y, values: [1] }, color: y, values: [[nan]] }),
  "scatter of one point, with regions": () =>
    plot.scatter({ x, y, groups: [{ name: "a", x: [1], y: [1] }], regions: (points) => points.map(() => 0) }),
  "scatter of none and NaN, with regions": () =>
    plot.scatter({
      x,
      y,
      groups: [
        { name: "a", x: [], y: [] },
        { name: "b", x: [nan], y: [infinity] },
      ],
      regions: (points) => points.map(() => 0),
    }),
  "gradient flow of 0, NaN and Infinity": () =>
    plot.gradientFlow({
      series: [
        { name: "a", norms: [0, nan, infinity] },
        { name: "b", norms: [] },
      ],
    }),
  "forest of NaN": () =>
    plot.forest({ x, rows: [{ name: "a", effect: nan, low: nan, high: infinity, n: 3 }] }),
  "confusion of no samples": () => plot.confusion({ classes: ["a"], labels: [], predictions: [] }),
  "image of NaN": () => plot.imageGrid({ images: [[nan, infinity, nan, nan]] }),
  "image of equal pixels": () => plot.imageGrid({ images: [[1, 1, 1, 1]] }),
  "small multiples of one panel without points": () =>
    plot.smallMultiples({ panels: [{ title: "a", figure: drawn["line without points"]() }] }),
  "steps without points": () =>
    plot.steps({ frames: [0, 1].map((at) => ({ at, figure: drawn["line without points"]() })) }),
};

/** Data that makes no sense: the error names the plot, the place and what to give. */
const refused: Record<
  string,
  { draw: () => Figure; error: typeof ValueError | typeof OptionError; message: string }
> = {
  "no series": {
    draw: () => plot.line({ x, y, series: [] }),
    error: ValueError,
    message: "plot.line needs at least one item in series; got an empty array.",
  },
  "lengths that differ": {
    draw: () => plot.line({ x, y, series: [{ name: "a", x: [1, 2], y: [1] }] }),
    error: ValueError,
    message: "plot.line: series[0].x and series[0].y belong together, but have 2 and 1 values.",
  },
  "text for numbers": {
    draw: () => plot.line({ x, y, series: [{ name: "a", y: ["1"] as never }] }),
    error: ValueError,
    message: 'plot.line: series[0].y must hold numbers only; got string "1".',
  },
  "no values": {
    draw: () => plot.histogram({ x, series: [{ name: "a", values: undefined as never }] }),
    error: ValueError,
    message: "plot.histogram: series[0].values must be an array of numbers; got undefined.",
  },
  "an unknown scale": {
    draw: () => plot.line({ x: { title: "x", scale: "lgo" as never }, y, series: [{ name: "a", y: [1] }] }),
    error: OptionError,
    message: 'plot.line: x.scale must be "linear" or "log"; got "lgo".',
  },
  "a logarithmic range from 0": {
    draw: () => plot.line({ x, y: { ...log, range: [0, 1] }, series: [{ name: "a", y: [1] }] }),
    error: OptionError,
    message: "plot.line: y.range must be above 0 on a log scale",
  },
  "an unknown option": {
    draw: () => plot.line({ x, y, serie: [] } as never),
    error: OptionError,
    message: 'plot.line has no option "serie". Did you mean "series"?',
  },
  "an unknown color": {
    draw: () => plot.line({ x, y, series: [{ name: "a", y: [1], color: "bleu" as never }] }),
    error: OptionError,
    message: 'There is no color "bleu" in the palette. Did you mean "blue"?',
  },
  "runs of different lengths": {
    draw: () => plot.bands({ x, y, series: [{ name: "a", runs: [[1, 2], [1]] }] }),
    error: ValueError,
    message: "plot.bands: series[0].runs[1] has 1 values, and runs[0] has 2",
  },
  "bands without runs": {
    draw: () => plot.bands({ x, y, series: [{ name: "a", middle: [1] }] }),
    error: OptionError,
    message: "plot.bands: series[0] needs either runs, or middle, low and high.",
  },
  "a ragged heatmap": {
    draw: () =>
      plot.heatmap({ x: { ...x, values: [1, 2] }, y: { ...y, values: [1] }, color: y, values: [[1]] }),
    error: ValueError,
    message: "plot.heatmap: values[0] has 1 numbers, and x.values 2 labels.",
  },
  "regions of the wrong length": {
    draw: () => plot.scatter({ x, y, groups: [{ name: "a", x: [1], y: [1] }], regions: () => [0] }),
    error: ValueError,
    message: "plot.scatter: regions must return one group index for each of the 6400 points; got 1.",
  },
  "regions of no group": {
    draw: () =>
      plot.scatter({
        x,
        y,
        groups: [{ name: "a", x: [1], y: [1] }],
        regions: (points) => points.map(() => 1),
      }),
    error: ValueError,
    message: "plot.scatter: regions must return indices from 0 to 0; got 1.",
  },
  "a negative norm": {
    draw: () => plot.gradientFlow({ series: [{ name: "a", norms: [-1] }] }),
    error: ValueError,
    message: "plot.gradientFlow: series[0].norms has a negative value; a norm is 0 or more.",
  },
  "an effect outside its interval": {
    draw: () => plot.forest({ x, rows: [{ name: "a", effect: 3, low: 0, high: 1, n: 3 }] }),
    error: ValueError,
    message: "plot.forest: rows[0] has the effect 3 outside its interval from 0 to 1.",
  },
  "an interval without n": {
    draw: () => plot.forest({ x, rows: [{ name: "a", effect: 0, low: 0, high: 1 } as never] }),
    error: OptionError,
    message: "plot.forest: rows[0]: n must be an integer of at least 1",
  },
  "a label outside the classes": {
    draw: () => plot.confusion({ classes: ["a"], labels: [0], predictions: [1] }),
    error: ValueError,
    message: "plot.confusion: predictions must hold class indices from 0 to 0; got 1.",
  },
  "an image that is no square": {
    draw: () => plot.imageGrid({ images: [[1, 2, 3]] }),
    error: ValueError,
    message: "plot.imageGrid: 3 pixels make no square; give shape: [rows, columns].",
  },
  "a panel that is no figure": {
    draw: () => plot.smallMultiples({ panels: [{ title: "a", figure: {} as never }] }),
    error: ValueError,
    message: "plot.smallMultiples: panels[0].figure must be a Figure",
  },
  "panels of panels": {
    draw: () => {
      const figure = plot.smallMultiples({
        panels: [1, 2].map(() => ({ title: "a", figure: drawn["line with one point"]() })),
      });
      return plot.smallMultiples({ panels: [{ title: "b", figure }] });
    },
    error: ValueError,
    message: "plot.smallMultiples: panels[0].figure has several pairs of axes",
  },
  "one frame": {
    draw: () => plot.steps({ frames: [{ at: 0, figure: drawn["line with one point"]() }] }),
    error: ValueError,
    message: "plot.steps needs at least two frames",
  },
  "frames of different kinds": {
    draw: () =>
      plot.steps({
        frames: [drawn["line with one point"](), drawn["histogram of one value"]()].map((figure, at) => ({
          at,
          figure,
        })),
      }),
    error: ValueError,
    message: "plot.steps: frames[1] draws bar, and frames[0] scatter; each frame needs the same series.",
  },
  "a trace of nothing": {
    draw: () => plot.trace(undefined as never),
    error: ValueError,
    message: "plot.trace needs what explain() returns: a trace with its nodes.",
  },
};

describe("data with something missing", () => {
  for (const [name, draw] of Object.entries(drawn)) {
    it(`draws ${name}`, async function () {
      this.timeout(20_000);
      const svg = await draw().toSVG();
      expect(svg).to.match(/^<svg /);
      // A coordinate that is no number makes a picture that viewers refuse or draw at the wrong place.
      expect(svg).to.not.match(/="[^"]*\b(NaN|Infinity|undefined)\b[^"]*"/);
    });
  }

  for (const [name, { draw, error, message }] of Object.entries(refused)) {
    it(`refuses ${name}`, () => expect(draw).to.throw(error, message));
  }
});
