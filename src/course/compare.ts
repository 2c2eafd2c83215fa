/** Compares what a solution returned with what is right, and says the first difference in words. */
import { Tensor } from "../tensor/tensor.js";

/** Numbers of any nesting, tensors, or several of these by name. */
export type Expected = number | ArrayLike<unknown> | Tensor | { readonly [part: string]: Expected };

/** Relative to the largest expected size: float64 solutions in another order of operations pass, other formulas fail. */
export const tolerance = 1e-6;

/** Nested numbers as one row with their shape; or in words why they are none. */
interface Flat {
  shape: number[];
  values: number[];
}

/** The first difference in words, or undefined when there is none. */
export function difference(got: unknown, expected: Expected): string | undefined {
  return isParts(expected)
    ? differenceOfParts(got, expected)
    : differenceOfNumbers(got, expected, "the result");
}

function differenceOfParts(got: unknown, expected: Readonly<Record<string, Expected>>): string | undefined {
  const names = Object.keys(expected);
  const wanted = `{ ${names.join(", ")} }`;
  if (!isParts(got)) return `the result should be an object ${wanted}; it is ${kindOf(got)}`;
  for (const name of names) {
    if (!(name in got)) return `the result lacks ${name}; it should be ${wanted}`;
    const found = differenceOfNumbers(got[name], expected[name], name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function differenceOfNumbers(got: unknown, expected: Expected, name: string): string | undefined {
  const right = flatten(expected);
  const given = flatten(got);
  if (typeof right === "string") throw new TypeError(`An exercise expects what is no number: ${right}.`);
  if (typeof given === "string") return `${name} should be ${showShape(right.shape)}; it is ${given}`;
  if (given.shape.join() !== right.shape.join())
    return `${name} should be ${showShape(right.shape)}; it is ${showShape(given.shape)}`;
  const scale = right.values
    .filter(Number.isFinite)
    .reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const wrong = right.values.findIndex((value, index) => !near(given.values[index], value, scale));
  if (wrong < 0) return undefined;
  const value = given.values[wrong];
  const place = `${name}${indexText(wrong, right.shape)}`;
  const many =
    right.values.length > 1
      ? `, ${countWrong(given, right, scale)} of ${right.values.length} numbers differ`
      : "";
  return `${place} should be ${show(right.values[wrong])}; it is ${show(value)}${many}`;
}

function near(got: number, expected: number, scale: number): boolean {
  return Object.is(got, expected) || Math.abs(got - expected) <= tolerance * Math.max(scale, 1e-3);
}

function countWrong(given: Flat, right: Flat, scale: number): number {
  return right.values.filter((value, index) => !near(given.values[index], value, scale)).length;
}

/** Flattens numbers, arrays, typed arrays and tensors; returns a description of anything else. */
function flatten(value: unknown): Flat | string {
  if (typeof value === "number") return { shape: [], values: [value] };
  if (value instanceof Tensor) return { shape: [...value.shape], values: Array.from(value.data) };
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const values = Array.from(value as unknown as ArrayLike<unknown>);
    return values.every((item) => typeof item === "number")
      ? { shape: [values.length], values }
      : kindOf(value);
  }
  if (!Array.isArray(value)) return kindOf(value);
  const parts: Flat[] = [];
  for (const [index, item] of Array.from(value).entries()) {
    const flat = flatten(item);
    if (typeof flat === "string") return `an array with ${flat} at [${index}]`;
    if (parts.length > 0 && flat.shape.join() !== parts[0].shape.join())
      return `an array whose item [${index}] has the shape ${showShape(flat.shape)} and item [0] ${showShape(parts[0].shape)}`;
    parts.push(flat);
  }
  return { shape: [parts.length, ...(parts[0]?.shape ?? [])], values: parts.flatMap(({ values }) => values) };
}

function isParts(value: unknown): value is Readonly<Record<string, Expected>> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !ArrayBuffer.isView(value) &&
    !(value instanceof Tensor)
  );
}

/** What a value is, with its article. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (value instanceof Promise) return "a Promise (leave out async: the solution returns at once)";
  if (typeof value === "string") return `the text ${JSON.stringify(value)}`;
  if (typeof value === "object") return `an object { ${Object.keys(value).join(", ")} }`;
  return `a ${typeof value}`;
}

function showShape(shape: readonly number[]): string {
  if (shape.length === 0) return "one number";
  return shape.length === 1 ? `${shape[0]} numbers` : `${shape.join("×")} numbers`;
}

function indexText(position: number, shape: readonly number[]): string {
  let rest = position;
  const indices = [...shape].reverse().map((length) => {
    const index = rest % length;
    rest = Math.floor(rest / length);
    return `[${index}]`;
  });
  return indices.reverse().join("");
}

function show(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(6))) : String(value);
}
