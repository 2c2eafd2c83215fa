/**
 * A figure as it is saved: every number with as many digits as its place in the figure needs, and axes whose numbers
 * Plotly could not place in a unit of their own. Which number is a place along which axis is known by Plotly's schema.
 */
import { type AxisUnit, distanceIn, placeIn, titleIn, unitFor } from "./axis-unit.js";
import { type Extent, extentOf, union } from "./extent.js";
import { roundingFor } from "./rounding.js";
import type { Json, JsonObject } from "./schema.js";

export interface FigureParts {
  data: JsonObject[];
  layout: JsonObject;
  frames?: JsonObject[];
}

/** What a number is: a place on an axis, a distance along it, or one of a list that belongs to no axis. */
type Role =
  | { kind: "place" | "distance"; axis: string }
  | { kind: "list"; extent: Extent | undefined }
  | { kind: "alone" };

type Visit = (value: number, role: Role) => number;

/** The figure with its numbers rounded and its axes in their units; `parts` stays as it is. */
export function toScale(parts: FigureParts): FigureParts {
  const axes = new Axes(parts);
  const roundings = new Map<string, (value: number) => number>();
  const roundingOf = (axis: string): ((value: number) => number) => {
    const known = roundings.get(axis) ?? roundingFor(axes.shown(axis));
    roundings.set(axis, known);
    return known;
  };
  const lists = new Map<Extent | undefined, (value: number) => number>();
  const scaled = mapNumbers(parts, axes, (value, role) => {
    if (role.kind === "alone") return roundingFor(undefined)(value);
    if (role.kind === "list") {
      const known = lists.get(role.extent) ?? roundingFor(role.extent);
      lists.set(role.extent, known);
      return known(value);
    }
    const unit = axes.unit(role.axis);
    if (role.kind === "distance")
      return roundingFor(undefined)(unit === undefined ? value : distanceIn(unit, value));
    return roundingOf(role.axis)(unit === undefined ? value : placeIn(unit, value));
  });
  return axes.titled(scaled);
}

const axisKey = /^([xy])axis(\d*)$/;

/** The axes of a figure: x, x2, y …, and z/0, z/1 … for the quantities that colour shows. */
class Axes {
  private readonly extents = new Map<string, Extent | undefined>();
  private readonly ranges = new Map<string, Extent>();
  private readonly wordy = new Set<string>();
  private readonly roots = new Map<string, string>();
  private readonly logarithmic = new Set<string>();

  constructor(parts: FigureParts) {
    for (const [key, value] of Object.entries(parts.layout)) {
      const axis = axisOf(key);
      if (axis === undefined) continue;
      const { type, range, matches, rangemode } = objectOf(value);
      if (type === "log") this.logarithmic.add(axis);
      else if (type !== undefined && type !== "linear" && type !== "-") this.wordy.add(axis);
      if (typeof matches === "string") this.roots.set(axis, matches);
      if (rangemode === "tozero") this.extents.set(axis, { low: 0, high: 0 });
      const extent = type === "log" ? undefined : extentOf(listOf(range).filter(isNumber));
      if (extent !== undefined) this.ranges.set(axis, extent);
    }
    for (const [place, traces] of tracesOf(parts))
      traces.forEach((trace, index) => {
        this.addTrace(trace, `${place}${index}`);
      });
  }

  private addTrace(trace: JsonObject, z: string): void {
    const { x, y } = axesOf(trace);
    this.add(x, trace.x, trace.x0);
    this.add(y, trace.y, trace.y0);
    this.add(`z/${z}`, trace.z, trace.zmin, trace.zmax);
    const value = trace.orientation === "h" ? x : y;
    this.add(value, ...statistics.map((key) => trace[key]));
    if (fromZero.has(String(trace.type)) && trace.base === undefined) this.add(value, 0);
    // Bars that begin at their places end elsewhere.
    if (trace.type === "bar" && trace.offset === 0)
      this.add(value === y ? x : y, ...barEnds(trace, value === y));
    if (trace.fill === "tozeroy") this.add(y, 0);
    if (trace.fill === "tozerox") this.add(x, 0);
    // The last place of a list told by the first and the distance.
    if (isNumber(trace.x0) && isNumber(trace.dx))
      this.add(x, trace.x0 + trace.dx * Math.max(0, listOf(trace.y).length - 1));
  }

  private add(axis: string, ...values: (Json | undefined)[]): void {
    for (const value of values) {
      if (
        typeof value === "string" ||
        (Array.isArray(value) && value.some((item) => typeof item === "string"))
      )
        this.wordy.add(axis);
      const extent = extentOf(numbersOf(value));
      if (extent !== undefined) this.extents.set(axis, union(this.extents.get(axis), extent));
    }
  }

  isLogarithmic(axis: string): boolean {
    return this.logarithmic.has(axis);
  }

  /** All axes that must count in the same unit: those that match, and all that colour shows. */
  private family(axis: string): string[] {
    if (axis.startsWith("z/")) return [...this.extents.keys()].filter((other) => other.startsWith("z/"));
    const root = this.roots.get(axis) ?? axis;
    const matching = [...this.roots].flatMap(([other, of]) => (of === root ? [other] : []));
    return [root, ...matching];
  }

  unit(axis: string): AxisUnit | undefined {
    if (this.logarithmic.has(axis) || this.wordy.has(axis)) return undefined;
    let all: Extent | undefined;
    for (const member of this.family(axis))
      all = union(union(all, this.extents.get(member)), this.ranges.get(member));
    return all === undefined ? undefined : unitFor(all);
  }

  /** The part of an axis that the figure shows, in the axis's unit: all of its values, or its range where that is less. */
  shown(axis: string): Extent | undefined {
    let extent: Extent | undefined;
    for (const member of axis.startsWith("z/") ? [axis] : this.family(axis))
      extent = union(extent, this.extents.get(member));
    const range = this.ranges.get(axis);
    if (extent === undefined) extent = range;
    else if (range !== undefined && range.high - range.low < extent.high - extent.low)
      extent = {
        low: range.low,
        high: range.high,
      };
    const unit = this.unit(axis);
    if (extent === undefined || unit === undefined) return extent;
    return { low: placeIn(unit, extent.low), high: placeIn(unit, extent.high) };
  }

  /** The figure with the units written in the titles of its axes and colour bars. */
  titled(parts: FigureParts): FigureParts {
    const layout = { ...parts.layout };
    for (const axis of this.extents.keys()) {
      const unit = axis.startsWith("z/") ? undefined : this.unit(axis);
      if (unit === undefined) continue;
      const key = `${axis[0]}axis${axis.slice(1)}`;
      const own = objectOf(layout[key]);
      layout[key] = { ...own, title: titledIn(unit, own.title, axis[0]) };
    }
    const titledTraces = (traces: JsonObject[], place: string) =>
      traces.map((trace, index) => {
        const unit = trace.z === undefined ? undefined : this.unit(`z/${place}${index}`);
        if (unit === undefined) return trace;
        const bar = objectOf(trace.colorbar);
        return { ...trace, colorbar: { ...bar, title: titledIn(unit, bar.title, "z") } };
      });
    const { frames } = parts;
    return {
      data: titledTraces(parts.data, ""),
      layout,
      ...(frames === undefined
        ? {}
        : {
            frames: frames.map((frame, index) =>
              frame.data === undefined
                ? frame
                : { ...frame, data: titledTraces(listOf(frame.data).map(objectOf), `${index}/`) },
            ),
          }),
    };
  }
}

function barEnds(trace: JsonObject, vertical: boolean): number[] {
  const places = listOf(vertical ? trace.x : trace.y).filter(isNumber);
  const { width } = trace;
  return places.map((place, index) => place + Number(Array.isArray(width) ? width[index] : (width ?? 1)));
}

/** Traces whose marks begin at 0. */
const fromZero = new Set(["bar", "waterfall", "funnel"]);
/** Places on the axis of values that box plots and candlesticks have. */
const statistics = [
  "base",
  "q1",
  "median",
  "q3",
  "mean",
  "lowerfence",
  "upperfence",
  "open",
  "high",
  "low",
  "close",
];

function titledIn(unit: AxisUnit, title: Json | undefined, otherwise: string): Json {
  const own = typeof title === "string" ? { text: title } : objectOf(title);
  // An empty title is one that was taken away, such as that of an inner panel.
  if (own.text === "") return own;
  return { ...own, text: titleIn(unit, typeof own.text === "string" ? own.text : otherwise) };
}

/** All lists of traces, with what the names of their axes of colour begin with. */
function tracesOf({ data, frames = [] }: FigureParts): [string, JsonObject[]][] {
  return [
    ["", data],
    ...frames.map((frame, index): [string, JsonObject[]] => [`${index}/`, listOf(frame.data).map(objectOf)]),
  ];
}

function mapNumbers(parts: FigureParts, axes: Axes, visit: Visit): FigureParts {
  const traces = (list: JsonObject[], place: string) =>
    list.map((trace, index) => mapTrace(trace, `z/${place}${index}`, visit));
  const { frames } = parts;
  return {
    data: traces(parts.data, ""),
    layout: mapLayout(parts.layout, axes, visit),
    ...(frames === undefined
      ? {}
      : {
          frames: frames.map((frame, index) => ({
            ...mapObject(frame, {}, visit),
            ...(Array.isArray(frame.data) ? { data: traces(frame.data.map(objectOf), `${index}/`) } : {}),
            ...(frame.layout === undefined ? {} : { layout: mapLayout(objectOf(frame.layout), axes, visit) }),
          })),
        }),
  };
}

/** The roles of attributes by their names; those that are not named belong to no axis. */
type Roles = Readonly<Record<string, Role>>;

function mapTrace(trace: JsonObject, z: string, visit: Visit): JsonObject {
  const { x, y } = axesOf(trace);
  const place = (axis: string): Role => ({ kind: "place", axis });
  const distance = (axis: string): Role => ({ kind: "distance", axis });
  const value = trace.orientation === "h" ? x : y;
  const across = value === y ? x : y;
  const mapped = mapObject(
    trace,
    {
      x: place(x),
      x0: place(x),
      dx: distance(x),
      y: place(y),
      y0: place(y),
      dy: distance(y),
      z: place(z),
      zmin: place(z),
      zmax: place(z),
      zmid: place(z),
      ...Object.fromEntries(statistics.map((key) => [key, place(value)])),
      ...(fromZero.has(String(trace.type)) ? { width: distance(across), offset: distance(across) } : {}),
    },
    visit,
  );
  const bins = (axis: string): Roles => ({ start: place(axis), end: place(axis), size: distance(axis) });
  for (const [key, axis] of [
    ["xbins", x],
    ["ybins", y],
    ["contours", z],
  ])
    if (trace[key] !== undefined) mapped[key] = mapObject(objectOf(trace[key]), bins(axis), visit);
  return mapped;
}

function mapLayout(layout: JsonObject, axes: Axes, visit: Visit): JsonObject {
  const mapped = mapObject(layout, {}, visit);
  for (const [key, value] of Object.entries(layout)) {
    const axis = axisOf(key);
    // A logarithmic axis has its range in powers of ten, and its ticks in values.
    const ticks: Roles = axis === undefined ? {} : { tickvals: { kind: "place", axis } };
    if (axis !== undefined)
      mapped[key] = mapObject(
        objectOf(value),
        axes.isLogarithmic(axis)
          ? ticks
          : {
              ...ticks,
              range: { kind: "place", axis },
              tick0: { kind: "place", axis },
              dtick: { kind: "distance", axis },
            },
        visit,
      );
    if (items.has(key) && Array.isArray(value))
      mapped[key] = value.map((item) => mapItem(objectOf(item), key, axes, visit));
  }
  return mapped;
}

/** What lies on a figure: each says by xref and yref which axes its places are on. */
const items = new Set(["annotations", "shapes", "images"]);

function mapItem(item: JsonObject, kind: string, axes: Axes, visit: Visit): JsonObject {
  const roles: Record<string, Role> = {};
  for (const letter of ["x", "y"]) {
    const place = axisReference(item[`${letter}ref`] ?? letter);
    const arrow = axisReference(item[`a${letter}ref`]);
    // On a logarithmic axis notes and pictures have their places in powers of ten.
    if (place !== undefined && item[`${letter}sizemode`] !== "pixel")
      for (const key of kind === "shapes" ? [`${letter}0`, `${letter}1`] : [letter])
        if (kind === "shapes" || !axes.isLogarithmic(place)) roles[key] = { kind: "place", axis: place };
    if (arrow !== undefined && !axes.isLogarithmic(arrow))
      roles[`a${letter}`] = { kind: "place", axis: arrow };
    if (place !== undefined && kind === "images") roles[`size${letter}`] = { kind: "distance", axis: place };
  }
  return mapObject(item, roles, visit);
}

function axisReference(value: Json | undefined): string | undefined {
  return typeof value === "string" && /^[xy]\d*$/.test(value) ? value : undefined;
}

function mapObject(object: JsonObject, roles: Roles, visit: Visit): JsonObject {
  const { color } = object;
  // Numbers that stand for colours share the scale with its limits.
  const colors: Roles =
    Array.isArray(color) && color.some(isNumber)
      ? Object.fromEntries(
          colorKeys.map((key) => [
            key,
            { kind: "list", extent: extentOf(colorKeys.flatMap((each) => [...numbersOf(object[each])])) },
          ]),
        )
      : {};
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [key, mapValue(value, roles[key] ?? colors[key], visit)]),
  );
}

const colorKeys = ["color", "cmin", "cmax", "cmid"];

function mapValue(value: Json, role: Role | undefined, visit: Visit): Json {
  if (typeof value === "number") return visit(value, role ?? { kind: "alone" });
  if (Array.isArray(value)) {
    const own: Role | undefined =
      role ?? (value.some(isNumber) ? { kind: "list", extent: extentOf(value.filter(isNumber)) } : undefined);
    return value.map((item) => mapValue(item, own, visit));
  }
  return typeof value === "object" && value !== null ? mapObject(value, {}, visit) : value;
}

function axisOf(key: string): string | undefined {
  const [, letter, number] = axisKey.exec(key) ?? [];
  return letter === undefined ? undefined : letter + number;
}

function axesOf(trace: JsonObject): { x: string; y: string } {
  const { xaxis, yaxis } = trace;
  return { x: typeof xaxis === "string" ? xaxis : "x", y: typeof yaxis === "string" ? yaxis : "y" };
}

function* numbersOf(value: Json | undefined): Iterable<number> {
  if (typeof value === "number") yield value;
  else if (Array.isArray(value)) for (const item of value) yield* numbersOf(item);
}

function isNumber(value: Json | undefined): value is number {
  return typeof value === "number";
}

function objectOf(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}
