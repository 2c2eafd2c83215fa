/** Figures tell the truth at every scale: what is drawn is in the order of the data, and what differs is drawn apart. */
import { expect } from "chai";
import fc from "fast-check";
import { type Figure, OptionError, plot } from "../../../src/index.js";

/** Ascending distinct numbers at any scale and offset: offset + scale · (0 … 49), as far as numbers can tell them apart. */
const ascending = fc
  .record({
    count: fc.integer({ min: 2, max: 50 }),
    scale: exponents(-322, 306),
    offset: fc.oneof(fc.constant(0), exponents(-300, 307), exponents(0, 20)),
    sign: fc.constantFrom(-1, 1),
  })
  .map(({ count, scale, offset, sign }) => {
    const values = Array.from({ length: count }, (_, index) => sign * offset + scale * index);
    return [...new Set(values)];
  })
  .filter((values) => values.length > 1 && values.every(Number.isFinite));

/** Numbers with one to three digits and any power of ten. */
function exponents(least: number, most: number): fc.Arbitrary<number> {
  return fc
    .tuple(fc.integer({ min: 1, max: 999 }), fc.integer({ min: least, max: most }))
    .map(([digits, power]) => Number(`${digits}e${power - 2}`));
}

type Numbers = (number | null)[];
const list = (value: unknown): Numbers => value as Numbers;

const isAscending = (values: Numbers): boolean =>
  values.every((value, index) => value !== null && (index === 0 || value > (values[index - 1] as number)));

/** Where each kind of plot has the numbers that it is given. */
const places: Record<string, (values: number[]) => Numbers> = {
  "the y of a line": (values) => list(plot.line(values).json.data[0].y),
  "the x of a line": (values) => xOf(plot.line({ x: values, y: values }).json.data[0]),
  "the points of a scatter": (values) => list(plot.scatter({ x: values, y: values }).json.data[0].x),
  "lines of one point each": (values) =>
    plot.line({ series: values.map((y) => ({ y: [y] })) }).json.data.map(({ y }) => list(y)[0]),
  "the middle of bands": (values) =>
    list(plot.bands({ series: [{ runs: [values, values] }] }).json.data.at(-1)?.y),
  "the rows of a forest": (values) =>
    plot
      .forest({
        reference: values[0],
        rows: values.map((effect) => ({ name: "row", effect, low: effect, high: effect, n: 2 })),
      })
      .json.data.map(({ x }) => list(x)[1]),
  "the cells of a heatmap": (values) =>
    plot.heatmap(values.map((value) => [value])).json.data.flatMap(({ z }) => (z as number[][]).flat()),
  "the medians of distributions": (values) =>
    list(plot.distributions(values.map((value) => [value])).json.data.find(({ name }) => name === "50th")?.y),
};

function xOf({ x, x0, dx, y }: Figure["json"]["data"][number]): Numbers {
  return x === undefined ? list(y).map((_, index) => Number(x0) + index * Number(dx)) : list(x);
}

describe("numbers of a figure", () => {
  for (const [name, of] of Object.entries(places))
    it(`are in the order of the data, and apart where those are: ${name}`, () => {
      fc.assert(
        fc.property(ascending, (values) => {
          // Distributions have room for so many groups.
          const some = values.slice(0, 48);
          fc.pre(some.length > 1);
          return isAscending(of(some));
        }),
      );
    });

  it("keep 5 digits where these tell them apart", () => {
    expect(plot.line([1 / 3, 2 / 3, 100 / 7]).json.data[0].y).to.deep.equal([0.33333, 0.66667, 14.286]);
  });

  it("keep what an axis shows that spans less than its numbers are large", () => {
    expect(plot.line([1000.01, 1000.02, 1000.03]).json.data[0].y).to.deep.equal([1000.01, 1000.02, 1000.03]);
    const zoomed = plot.line({ y: { range: [500.001, 500.002] }, series: [{ y: [0, 500.0013, 1000] }] });
    expect(zoomed.json.data[0].y).to.deep.equal([0, 500.0013, 1000]);
  });
});

describe("histogram", () => {
  it("has bins apart that hold every value, at any scale and offset", () => {
    fc.assert(
      fc.property(
        ascending,
        fc.option(fc.integer({ min: 1, max: 200 }), { nil: undefined }),
        (values, bins) => {
          const [bars] = plot.histogram({ series: [{ values }], bins }).json.data;
          const counts = list(bars.y) as number[];
          expect(counts.reduce((sum, count) => sum + count, 0)).to.equal(values.length);
          expect(isAscending(list(bars.x))).to.equal(true);
          for (const width of [bars.width].flat()) expect(Number(width)).to.be.above(0);
        },
      ),
    );
  });

  it("tells bars by their left edges where no number is in their middle", async () => {
    for (const values of [
      [1, 1 + 2 ** -52, 1 + 2 ** -51],
      [5e-324, 1e-323, 1.5e-323, 5e-324],
    ]) {
      const figure = plot.histogram(values);
      const [bars] = figure.json.data;
      expect(bars).to.include({ offset: 0 });
      expect(isAscending(list(bars.x))).to.equal(true);
      expect(list(bars.y)).to.have.length(2);
      const svg = await figure.toSVG();
      const lefts = [...svg.matchAll(/d="M([\d.]+),[\d.]+V[\d.]+H([\d.]+)V/g)].map(([, left]) =>
        Number(left),
      );
      expect(lefts).to.have.length(2);
      expect(lefts[1] - lefts[0]).to.be.above(100);
    }
  });

  it("has equal bins on a log axis, and counts what that has no place for", () => {
    const values = [-3, 0, 1, 10, 100, 1000, Number.NaN];
    const figure = plot.histogram({ x: { scale: "log" }, bins: 3, series: [{ name: "norms", values }] });
    expect(figure.json.data[0]).to.include({ name: "norms (1 not finite, 2 ≤ 0)" });
    expect(figure.json.data[0].x).to.deep.equal([5.5, 55, 550]);
    expect(figure.json.data[0].y).to.deep.equal([1, 1, 2]);
  });
});

/** The heights at which the points of a line are drawn, from the top. */
async function drawnHeights(figure: Figure): Promise<number[]> {
  const svg = await figure.toSVG();
  expect(svg).to.not.match(/NaN|Infinity/);
  const [points] = svg.match(/<g class="points">.*?<\/g>/) ?? [""];
  return [...points.matchAll(/translate\(([-\d.]+),([-\d.]+)\)/g)].map(([, , y]) => Number(y));
}

describe("a drawn line", () => {
  it("has each point where its value is between the smallest and the largest", async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(ascending, async (all) => {
        const values = all.slice(0, 20);
        fc.pre(values.length > 1);
        const heights = await drawnHeights(plot.line(values));
        expect(heights).to.have.length(values.length);
        const [low, high] = [values[0], values[values.length - 1]];
        const [bottom, top] = [heights[0], heights[heights.length - 1]];
        expect(bottom - top).to.be.above(200);
        values.forEach((value, index) => {
          // Quarters, since a distance may be too large for a number; so small ones that a quarter is none have none.
          const share =
            high < 1 ? (value - low) / (high - low) : (value / 4 - low / 4) / (high / 4 - low / 4);
          expect(heights[index]).to.be.closeTo(bottom + share * (top - bottom), 0.25);
        });
      }),
      { numRuns: 40 },
    );
  });

  it("of the largest numbers says in which unit its axis counts", async () => {
    expect(plot.line([-1.7e308, 1.7e308]).alt).to.contain("y · 10^−308");
    const figure = plot.line({ y: { title: "loss" }, series: [{ y: [-1.7e308, 0, 1.7e308] }] });
    expect(figure.json.layout.yaxis).to.deep.include({
      title: { text: "loss · 10<sup>−308</sup>", standoff: 8 },
    });
    const [bottom, middle, top] = await drawnHeights(figure);
    expect(middle).to.be.closeTo((bottom + top) / 2, 0.1);
  });
});

describe("a log axis with values that are not above 0", () => {
  const below = {
    line: () => plot.line({ y: { scale: "log" }, series: [{ y: [-1, 0, 1, 10] }] }),
    bands: () =>
      plot.bands({ y: { scale: "log" }, series: [{ middle: [1, 10], low: [0, 1], high: [-1, 20] }] }),
    scatter: () => plot.scatter({ x: { scale: "log" }, groups: [{ x: [-1, 0, 1, 10], y: [1, 1, 1, 1] }] }),
    histogram: () => plot.histogram({ x: { scale: "log" }, series: [{ values: [-1, 0, 1, 10] }] }),
    distributions: () =>
      plot.distributions({ y: { scale: "log" }, groups: [{ at: 0, values: [-1, 0, 1, 10] }] }),
    forest: () =>
      plot.forest({
        x: { scale: "log" },
        rows: [
          { name: "one side", effect: 1, low: -1, high: 2, n: 3 },
          { name: "below", effect: -1, low: -2, high: -0.5, n: 3 },
        ],
      }),
    steps: () =>
      plot.steps({
        frames: [
          [-1, 0, 1],
          [1, 2, 3],
        ].map((y, at) => ({
          at,
          figure: plot.line({ y: { scale: "log" }, series: [{ y }] }),
        })),
      }),
  };
  for (const [name, draw] of Object.entries(below))
    it(`says so in the figure: ${name}`, async () => {
      const figure = draw();
      const svg = await figure.toSVG();
      expect(svg).to.not.match(/="[^"]*\b(NaN|Infinity|undefined)\b[^"]*"/);
      const said = name === "steps" ? JSON.stringify(figure.json.frames) : svg.replaceAll("&lt;", "<");
      expect(said).to.match(/≤ 0|no place on the log axis/);
    });

  it("writes the limits of a forest's row where its line begins", () => {
    const texts = (below.forest().json.layout.annotations as { text: string }[]).map(({ text }) => text);
    expect(texts).to.include("from −1: no place on the log axis");
    expect(texts).to.include("effect −1, from −2, to −0.5: no place on the log axis");
  });

  it("keeps the range of steps to what has a place", () => {
    const { range } = below.steps().json.layout.yaxis as { range: number[] };
    expect(range[0]).to.be.closeTo(-0.02386, 1e-4);
  });
});

describe("40 series", () => {
  const forty = Array.from({ length: 40 }, (_, index) => ({ name: `norm batch, rate ${index / 100}` }));
  const plots = {
    line: plot.line({ series: forty.map(({ name }, index) => ({ name, y: [index, index + 1, index] })) }),
    bands: plot.bands({
      series: forty.map(({ name }, index) => ({ name, middle: [index, 1], low: [0, 0], high: [40, 40] })),
    }),
    scatter: plot.scatter({ groups: forty.map(({ name }, index) => ({ name, x: [index], y: [index] })) }),
    histogram: plot.histogram({ series: forty.map(({ name }, index) => ({ name, values: [index, 1, 2] })) }),
    gradientFlow: plot.gradientFlow({ series: forty.map(({ name }) => ({ name, norms: [1, 2, 3] })) }),
    smallMultiples: plot.smallMultiples({
      panels: [1, 2].map((panel) => ({
        title: `panel ${panel}`,
        figure: plot.line({ series: forty.map(({ name }, index) => ({ name, y: [index, 1] })) }),
      })),
    }),
  };
  for (const [name, { json }] of Object.entries(plots)) {
    it(`leave the axes their room: ${name}`, () => {
      const { height, margin } = json.layout as { height: number; margin: { t: number; b: number } };
      expect(height - margin.t - margin.b).to.be.above(140);
    });
    it(`look different: ${name}`, () => {
      const looks = json.data
        .filter(({ showlegend }) => showlegend !== false)
        .map(({ line, marker, mode }) => {
          const { symbol, color } = (marker ?? {}) as { symbol?: string; color?: string };
          const { dash = "", color: stroke = "" } = (line ?? {}) as { dash?: string; color?: string };
          return [mode === "markers" ? symbol : dash, stroke || color].join(" ");
        });
      expect(new Set(looks).size).to.equal(40);
    });
  }
});

describe("the color range of a heatmap", () => {
  for (const range of [[1, 0], [0, 0], [0, Number.NaN], [0], "wide", [0, Number.POSITIVE_INFINITY]])
    it(`is refused: ${JSON.stringify(range)}`, () => {
      expect(() => plot.heatmap({ color: { range: range as [number, number] }, z: [[1]] })).to.throw(
        OptionError,
        "plot.heatmap: color.range must be two finite numbers, the smaller first",
      );
    });
});
