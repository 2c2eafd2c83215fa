/** A walk through a schema of zod beside a value that it describes. */
import type { $ZodType, $ZodTypes } from "zod/v4/core";

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What kind of schema it is: zod's classes have one common type, its kinds the union that tells them apart. */
function definitionOf(schema: $ZodType): $ZodTypes["_zod"]["def"] {
  return (schema as $ZodTypes)._zod.def;
}

/**
 * The schema below defaults, optionals and the like. Of a union the alternative with the value's literal, such as its
 * kind; else the first that is an object, or a list where the value is one.
 */
export function schemaBelow(schema: $ZodType, value: unknown): $ZodType {
  const definition = definitionOf(schema);
  if ("innerType" in definition) return schemaBelow(definition.innerType, value);
  if (definition.type !== "union") return schema;
  const options = definition.options.map((option) => schemaBelow(option, value));
  if (Array.isArray(value)) return options.find((option) => elementOf(option)) ?? schema;
  const fitting = options.find((option) =>
    Object.entries(shapeOf(option) ?? {}).some(([key, inner]) => {
      const literal = definitionOf(inner);
      return (
        literal.type === "literal" && isObject(value) && literal.values.some((each) => each === value[key])
      );
    }),
  );
  return fitting ?? options.find((option) => shapeOf(option)) ?? schema;
}

/** The schemas of an object's keys. */
export function shapeOf(schema: $ZodType): Readonly<Record<string, $ZodType>> | undefined {
  const definition = definitionOf(schema);
  return definition.type === "object" ? definition.shape : undefined;
}

/** The schema of a list's elements. */
export function elementOf(schema: $ZodType): $ZodType | undefined {
  const definition = definitionOf(schema);
  return definition.type === "array" ? definition.element : undefined;
}

/** What stands for a value that is missing; undefined where it has to be there, or may be left out. */
export function defaultOf(schema: $ZodType): unknown {
  const definition = definitionOf(schema);
  return definition.type === "default" || definition.type === "prefault"
    ? definition.defaultValue
    : undefined;
}

/** The keys that the schema knows at a path of the value. */
export function keysAt(schema: $ZodType, path: readonly PropertyKey[], value: unknown): string[] {
  let inner: $ZodType | undefined = schemaBelow(schema, value);
  let innerValue = value;
  for (const key of path) {
    innerValue = valueAt(innerValue, [key]);
    const next: $ZodType | undefined = inner && (elementOf(inner) ?? shapeOf(inner)?.[String(key)]);
    inner = next && schemaBelow(next, innerValue);
  }
  return Object.keys((inner && shapeOf(inner)) ?? {});
}

export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null && key in inner ? Reflect.get(inner, key) : undefined,
    value,
  );
}
