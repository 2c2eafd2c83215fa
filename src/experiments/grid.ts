import { OptionError } from "../base/errors.js";
import type { ExperimentSpec } from "./spec.js";

/**
 * All combinations of the values, set into copies of the spec at their paths; the last path varies fastest.
 *
 *     grid(spec, { "network.norm": ["none", "batch"], seed: [0, 1, 2] })   // 6 specs
 */
export function grid(
  spec: ExperimentSpec,
  axes: Readonly<Record<string, readonly unknown[]>>,
): ExperimentSpec[] {
  let specs = [structuredClone(spec)];
  for (const [path, values] of Object.entries(axes)) {
    if (!Array.isArray(values) || values.length === 0)
      throw new OptionError(
        `grid: "${path}" needs an array of at least one value, such as { "${path}": [1, 2] }.`,
      );
    specs = specs.flatMap((each) => values.map((value) => withValue(each, path, value)));
  }
  return specs;
}

function withValue(spec: ExperimentSpec, path: string, value: unknown): ExperimentSpec {
  const copy = structuredClone(spec);
  const keys = path.split(".");
  const last = keys.pop() ?? path;
  let inner = copy as unknown as Record<string, unknown>;
  for (const key of keys) {
    inner[key] ??= {};
    const next = inner[key];
    if (typeof next !== "object" || next === null)
      throw new OptionError(
        `grid: "${path}" leads through "${key}", which is ${JSON.stringify(next)} and no object.`,
      );
    inner = next as Record<string, unknown>;
  }
  inner[last] = structuredClone(value);
  return copy;
}
