// text/plain of any value.

/** A value as text for a reader: Node's util.inspect, or what the host has in its place. */
export type Inspect = (
  value: unknown,
  options?: {
    colors?: boolean;
    depth?: number;
    breakLength?: number;
    maxArrayLength?: number;
    maxStringLength?: number;
  },
) => string;

const maxItems = 100;
const maxText = 10_000;
/** A typed array of more values shows its first and last `edge` values. */
const maxValues = 64;
const edge = 24;
const significantDigits = 6;
const lineWidth = 88;

type TypedArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/** Of all typed arrays, and of nothing else: it gives the name of the kind. */
const kindOf = Reflect.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
)?.get;

/** A value as Node's REPL shows it; short for what is long, and never an error of its own. */
export function plainText(value: unknown, inspect: Inspect, depth = 4): string {
  try {
    if (isTypedArray(value)) return typedArrayText(value);
    return inspect(value, {
      depth,
      maxArrayLength: maxItems,
      maxStringLength: maxText,
      breakLength: lineWidth,
    });
  } catch (error) {
    // A getter, a proxy's trap or an [inspect.custom] method of the value threw.
    const reason = error instanceof Error ? error.message : "not an Error";
    return `${Object.prototype.toString.call(value)} (its text could not be made: ${reason})`;
  }
}

/** Numbers only: a Buffer, which is bytes of something, is shown as Node shows it. */
function isTypedArray(value: unknown): value is TypedArray {
  const kind: unknown = kindOf?.call(value);
  return (
    typeof kind === "string" &&
    !kind.startsWith("Big") &&
    (value as TypedArray).constructor?.name !== "Buffer"
  );
}

/** Values in columns of one width, 6 significant digits, the middle of a long array left out. */
function typedArrayText(array: TypedArray): string {
  const head = `${array.constructor.name}(${array.length})`;
  if (array.length === 0) return `${head} []`;
  const short = array.length <= maxValues;
  const first = Array.from(short ? array : array.subarray(0, edge), numberText);
  const last = short ? [] : Array.from(array.subarray(array.length - edge), numberText);
  const width = [...first, ...last].reduce((most, text) => Math.max(most, text.length), 0);
  if (short && (width + 2) * first.length + head.length <= lineWidth)
    return `${head} [ ${first.join(", ")} ]`;
  const left = short ? [] : [`  … ${array.length - 2 * edge} more`];
  return [`${head} [`, ...rows(first, width), ...left, ...rows(last, width), "]"].join("\n");
}

function rows(texts: string[], width: number): string[] {
  const perRow = Math.max(1, 2 ** Math.floor(Math.log2(lineWidth / (width + 2))));
  const lines: string[] = [];
  for (let start = 0; start < texts.length; start += perRow) {
    const row = texts.slice(start, start + perRow).map((text) => text.padStart(width));
    lines.push(`  ${row.join(", ")}${start + perRow < texts.length ? "," : ""}`);
  }
  return lines;
}

function numberText(value: number): string {
  if (Number.isSafeInteger(value) || !Number.isFinite(value))
    return Object.is(value, -0) ? "-0" : String(value);
  return String(Number(value.toPrecision(significantDigits)));
}
