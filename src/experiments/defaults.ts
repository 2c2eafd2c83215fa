/** What a spec need not say: filled in by the schema, left out of results files. */
import type { $ZodType } from "zod/v4/core";
import { checkSpec } from "./check-spec.js";
import { defaultOf, elementOf, isObject, schemaBelow, shapeOf } from "./schema.js";
import { type ExperimentSpec, spec as schema } from "./spec.js";

/**
 * The spec with its defaults filled in, after the keys that it has, which keep their order. Throws an OptionError that
 * names the path of what is wrong.
 */
export function withDefaults(spec: ExperimentSpec, owner?: string): ExperimentSpec {
  return inOrderOf(spec, checkSpec(spec, owner));
}

/** `filled` with the keys of each object in the order that they have in `given`, and the others behind them. */
function inOrderOf<Filled>(given: unknown, filled: Filled): Filled;
function inOrderOf(given: unknown, filled: unknown): unknown {
  if (Array.isArray(given) && Array.isArray(filled))
    return filled.map((value, place) => inOrderOf(given[place], value));
  if (!isObject(given) || !isObject(filled)) return filled;
  // Without lists of entries: a results file has thousands of specs.
  const ordered: Record<string, unknown> = {};
  for (const key of Object.keys(given))
    if (Object.hasOwn(filled, key)) ordered[key] = inOrderOf(given[key], filled[key]);
  for (const key of Object.keys(filled)) if (!Object.hasOwn(given, key)) ordered[key] = filled[key];
  return ordered;
}

/** The spec without all that `withDefaults` gives back: most of what each line of a results file would repeat. */
export function withoutDefaults(spec: ExperimentSpec): ExperimentSpec {
  return shortened(schema, spec);
}

function shortened<Value>(type: $ZodType, value: Value): Value;
function shortened(type: $ZodType, value: unknown): unknown {
  const inner = schemaBelow(type, value);
  if (Array.isArray(value)) {
    const element = elementOf(inner);
    return element ? value.map((each) => shortened(element, each)) : value;
  }
  const shape = shapeOf(inner);
  if (!shape || !isObject(value)) return value;
  const kept = Object.entries(value).flatMap(([key, each]) => {
    const short = shortened(shape[key], each);
    const usual = JSON.stringify(defaultOf(shape[key]));
    return usual === JSON.stringify(each) || usual === JSON.stringify(short) ? [] : [[key, short]];
  });
  return Object.fromEntries(kept);
}
