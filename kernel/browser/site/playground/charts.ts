// The playground's pictures: two decision surfaces, and charts over steps, layers and units (uPlot).
import uPlot from "uplot";
import type { Frame, Layerwise, Points, Side } from "./messages.js";

/** Told apart without their hue as well: one is darker, and its line is broken. */
export const colours = { plain: "#b35806", normalized: "#2166ac" } as const;
/** Of classes, for surfaces (pale) and examples (full); from ColorBrewer's qualitative sets. */
const classColours = [
  "#1b9e77",
  "#d95f02",
  "#7570b3",
  "#e7298a",
  "#66a61e",
  "#e6ab02",
  "#a6761d",
  "#666666",
  "#1f78b4",
  "#b2df8a",
];

function rgb(colour: string): [number, number, number] {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** Draws what a network decides, and examples on it. */
export function drawSurface(canvas: HTMLCanvasElement, { surface }: Side, { grid, examples }: Points): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  const small = new OffscreenCanvas(grid, grid);
  const image = new ImageData(grid, grid);
  surface.forEach((label, at) => {
    const colour =
      label === 255 ? [40, 40, 40] : rgb(classColours[label]).map((part) => 255 - (255 - part) * 0.45);
    image.data.set([...colour, 255], at * 4);
  });
  small.getContext("2d")?.putImageData(image, 0, 0);
  const { width, height } = canvas;
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, width, height);
  for (const { x, y, label } of examples) {
    context.beginPath();
    context.arc(x * width, y * height, width / 90, 0, 2 * Math.PI);
    context.fillStyle = classColours[label];
    context.strokeStyle = "white";
    context.fill();
    context.stroke();
  }
}

interface Chart {
  readonly plot: uPlot;
  readonly place: HTMLElement;
}

const ink = () => getComputedStyle(document.documentElement).getPropertyValue("--ink") || "#222";
const faint = () => getComputedStyle(document.documentElement).getPropertyValue("--faint") || "#ddd";

function chart(
  place: HTMLElement,
  x: string,
  y: string,
  series: uPlot.Series[],
  more: Partial<uPlot.Options> = {},
): Chart {
  const axis = (label: string): uPlot.Axis => ({
    label,
    labelSize: 22,
    stroke: ink,
    grid: { stroke: faint, width: 1 },
    ticks: { stroke: faint, width: 1 },
  });
  const options: uPlot.Options = {
    width: place.clientWidth || 320,
    height: 220,
    legend: { show: false },
    cursor: { show: false },
    axes: [axis(x), axis(y)],
    series: [{}, ...series],
    ...more,
  };
  options.scales = { x: { time: false }, ...more.scales };
  const plot = new uPlot(options, [[], ...series.map(() => [])] as unknown as uPlot.AlignedData, place);
  return { plot, place };
}

const line = (name: keyof typeof colours, more: uPlot.Series = {}): uPlot.Series => ({
  label: name,
  stroke: colours[name],
  width: 2,
  ...(name === "plain" && { dash: [6, 3] }),
  points: { show: false },
  ...more,
});
const sides = ["plain", "normalized"] as const;

/** What one half of the loss curve keeps: beyond, every second point goes. */
const mostPoints = 2000;

/** Mean losses of so many steps each, which doubles when there are too many. */
class LossCurve {
  readonly values: (number | null)[] = [];
  #stride = 1;
  #sum = 0;
  #count = 0;

  add(losses: readonly number[]): void {
    for (const loss of losses) {
      this.#sum += loss;
      if (++this.#count < this.#stride) continue;
      this.values.push(Number.isFinite(this.#sum) ? this.#sum / this.#count : null);
      this.#sum = this.#count = 0;
    }
  }

  get stride(): number {
    return this.#stride;
  }

  halve(): void {
    const halved = Array.from({ length: this.values.length >> 1 }, (_, at) => {
      const [a, b] = [this.values[2 * at], this.values[2 * at + 1]];
      return a === null || b === null ? null : (a + b) / 2;
    });
    this.values.splice(0, this.values.length, ...halved);
    this.#stride *= 2;
  }
}

/** All charts that a page has places for; a page may have a few of them. */
export class Charts {
  readonly #charts = new Map<string, Chart>();
  #curves = { plain: new LossCurve(), normalized: new LossCurve() };

  constructor(find: (id: string) => HTMLElement | null) {
    const make = (id: string, build: (place: HTMLElement) => Chart) => {
      const place = find(id);
      if (place !== null) this.#charts.set(id, build(place));
    };
    const logarithmic = { y: { distr: 3 as const } };
    make("loss", (place) =>
      chart(
        place,
        "step",
        "loss of the batch",
        sides.map((name) => line(name)),
        { scales: logarithmic },
      ),
    );
    make("activations", (place) =>
      chart(
        place,
        "hidden layer",
        "5, 50 and 95 %",
        sides.flatMap((name) => [line(name, { width: 1 }), line(name), line(name, { width: 1 })]),
      ),
    );
    make("gradients", (place) =>
      chart(
        place,
        "layer",
        "norm of the gradient",
        sides.map((name) => line(name)),
        { scales: logarithmic },
      ),
    );
    make("statistics", (place) =>
      chart(place, "unit of the first norm", "mean", [
        { label: "batch", stroke: colours.normalized, width: 0, points: { show: true, size: 7 } },
        {
          label: "running",
          stroke: ink,
          width: 1,
          points: { show: false },
          paths: uPlot.paths.stepped?.({ align: 1 }),
        },
      ]),
    );
    new ResizeObserver(() => this.resize()).observe(document.body);
  }

  resize(): void {
    for (const { plot, place } of this.#charts.values())
      if (place.clientWidth > 0 && place.clientWidth !== plot.width)
        plot.setSize({ width: place.clientWidth, height: plot.height });
  }

  clear(): void {
    this.#curves = { plain: new LossCurve(), normalized: new LossCurve() };
  }

  show({ sides: shown }: Frame): void {
    for (const { name, losses } of shown) this.#curves[name].add(losses);
    const { plain, normalized } = this.#curves;
    while (Math.max(plain.values.length, normalized.values.length) > mostPoints)
      for (const curve of [plain, normalized]) curve.halve();
    const length = Math.max(plain.values.length, normalized.values.length);
    const at = (values: readonly (number | null)[]) =>
      Array.from({ length }, (_, index) => positive(values[index] ?? null));
    const steps = Array.from({ length }, (_, index) => (index + 1) * plain.stride);
    this.#set("loss", [steps, at(plain.values), at(normalized.values)]);
    const layers = shown.map((side) => side.layers);
    this.#set("activations", overLayers(layers));
    const gradients = layers.map(({ gradients: norms }) => norms.map(positive));
    this.#set("gradients", [gradients[0].map((_, index) => index + 1), ...gradients]);
    const { running, batch } = shown[1].statistics;
    this.#set("statistics", [running.map((_, index) => index + 1), [...batch], [...running]]);
  }

  #set(id: string, data: (number | null)[][]): void {
    this.#charts.get(id)?.plot.setData(data as unknown as uPlot.AlignedData);
  }
}

/** A logarithmic axis has no place for 0 and below. */
const positive = (value: number | null) =>
  value !== null && value > 0 && Number.isFinite(value) ? value : null;

function overLayers(layers: readonly Layerwise[]): (number | null)[][] {
  const depth = Math.max(...layers.map(({ preActivations }) => preActivations.length));
  const column = ({ preActivations }: Layerwise, part: number) =>
    Array.from({ length: depth }, (_, at) => {
      const value = preActivations[at]?.[part];
      return value !== undefined && Number.isFinite(value) ? value : null;
    });
  return [
    Array.from({ length: depth }, (_, at) => at + 1),
    ...layers.flatMap((side) => [0, 1, 2].map((part) => column(side, part))),
  ];
}
