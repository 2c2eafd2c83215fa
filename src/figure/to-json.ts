import type { FigureValue, Json, JsonObject } from "./schema.js";

/**
 * The value of a figure as JSON: typed arrays become lists, undefined properties are left out, NaN and the infinities
 * are null, which Plotly draws as a gap. Numbers keep all their digits: {@link roundedFigure} takes some off.
 *
 * @throws TypeError that names the place of what is not JSON, such as a function, a bigint or a cycle
 */
export function toJson(value: FigureValue | undefined, place: string): Json {
  return convert(value, place, []);
}

function convert(value: unknown, place: string, above: readonly object[]): Json {
  if (value === null || value === undefined) return null;
  // Adding 0 makes a zero of −0, which JSON does not know.
  if (typeof value === "number") return Number.isFinite(value) ? value + 0 : null;
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value !== "object") {
    throw new TypeError(
      `A figure holds numbers, strings, booleans, lists and plain objects; ${place} is a ${typeof value}. ` +
        "Convert it first.",
    );
  }
  if (above.includes(value)) {
    throw new TypeError(`A figure is a tree; ${place} contains itself. Copy the part that is needed.`);
  }
  const path = [...above, value];
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return Array.from(value as unknown as ArrayLike<number>, (item, i) =>
      convert(item, `${place}[${i}]`, path),
    );
  }
  if (Array.isArray(value)) return value.map((item, i) => convert(item, `${place}[${i}]`, path));
  if (value instanceof Date) return value.toISOString();
  const prototype = Object.getPrototypeOf(value);
  // A plain object of another realm (a cell's) has another Object.prototype, whose own prototype is null.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    const name = value.constructor?.name ?? "object";
    throw new TypeError(
      `A figure holds numbers, strings, booleans, lists and plain objects; ${place} is a ${name}. ` +
        "Pass its numbers, such as tensor.data.",
    );
  }
  const result: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) result[key] = convert(item, place === "" ? key : `${place}.${key}`, path);
  }
  return result;
}
