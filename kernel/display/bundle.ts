// The MIME bundle of any value: what a notebook shows for it.
import { isTable, tableBundle } from "./table.js";
import { type Inspect, plainText } from "./text.js";

export type MimeBundle = Record<string, unknown>;

const displaySymbol = Symbol.for("Jupyter.display");

/** IPython's names for display methods, taken over by JavaScript libraries. */
const reprMethods: Record<string, string> = {
  _repr_html_: "text/html",
  _repr_markdown_: "text/markdown",
  _repr_latex_: "text/latex",
  _repr_svg_: "image/svg+xml",
  _repr_png_: "image/png",
  _repr_jpeg_: "image/jpeg",
  _repr_json_: "application/json",
};

export interface Shown {
  readonly bundle: MimeBundle;
  /** What the value's own display method threw; the bundle is its plain text then. */
  readonly thrown?: { readonly error: unknown };
}

export interface ShowOptions {
  readonly inspect: Inspect;
  /** How errors are told: the evaluator's, which knows the lines of cells. */
  readonly describeError: (error: Error) => string;
}

/** The bundle of a value: its own display methods first, then a table, an error's text, plain text. */
export async function showValue(value: unknown, { inspect, describeError }: ShowOptions): Promise<Shown> {
  try {
    const own = await ownBundle(value, inspect);
    if (own !== undefined) return { bundle: own };
    if (isTable(value)) return { bundle: tableBundle(value, inspect) };
    if (value instanceof Error) return { bundle: { "text/plain": describeError(value) } };
  } catch (error) {
    return { bundle: { "text/plain": plainText(value, inspect) }, thrown: { error } };
  }
  const text = plainText(value, inspect);
  const isWaiting = value instanceof Promise && text.includes("<pending>");
  return { bundle: { "text/plain": isWaiting ? `${text}\n${waiting}` : text } };
}

/** Behind a promise that a cell ends with. */
const waiting = "It has no value yet: write `await` in front of it to wait for one.";

async function ownBundle(value: unknown, inspect: Inspect): Promise<MimeBundle | undefined> {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
  const display = method(value, displaySymbol);
  if (display !== undefined)
    return withText(value, inspect, await display(), "Symbol.for('Jupyter.display')");
  const mimebundle = method(value, "_repr_mimebundle_");
  if (mimebundle !== undefined) return withText(value, inspect, await mimebundle(), "_repr_mimebundle_");
  const bundle: MimeBundle = {};
  for (const [name, type] of Object.entries(reprMethods)) {
    const repr = method(value, name);
    const data = repr === undefined ? undefined : await repr();
    if (data !== undefined && data !== null) bundle[type] = data;
  }
  return Object.keys(bundle).length > 0 ? withText(value, inspect, bundle, "_repr_*_") : undefined;
}

function method(value: object, name: string | symbol): (() => unknown) | undefined {
  const found: unknown = Reflect.get(value, name);
  return typeof found === "function" ? () => found.call(value) : undefined;
}

function withText(value: object, inspect: Inspect, bundle: unknown, source: string): MimeBundle {
  const checked = checkBundle(bundle, source, inspect);
  // An empty bundle is a value that says: nothing to see, such as the handle that display() returns.
  if (Object.keys(checked).length === 0) return checked;
  return "text/plain" in checked ? checked : { "text/plain": plainText(value, inspect, 0), ...checked };
}

/**
 * A bundle that Jupyter accepts: text as strings, bytes as base64, JSON only under JSON's types. Throws a TypeError
 * that says which part is not so.
 */
export function checkBundle(bundle: unknown, source: string, inspect: Inspect): MimeBundle {
  if (typeof bundle !== "object" || bundle === null || Array.isArray(bundle)) {
    throw new TypeError(
      `${source} gave ${plainText(bundle, inspect, 0)}; a MIME bundle is an object such as { "text/html": "<b>…</b>" }`,
    );
  }
  const checked: MimeBundle = {};
  for (const [type, data] of Object.entries(bundle)) {
    if (data === undefined) continue;
    if (!type.includes("/"))
      throw new TypeError(`${source} gave a bundle with the key "${type}", which is no MIME type`);
    checked[type] = checkData(type, data, source, inspect);
  }
  return checked;
}

function checkData(type: string, data: unknown, source: string, inspect: Inspect): unknown {
  if (typeof data === "string") return data;
  if (data instanceof Uint8Array) return base64(data);
  if (!/[/+]json$/.test(type)) {
    throw new TypeError(
      `${source} gave ${plainText(data, inspect, 0)} as ${type}; it has to be a string, or a Uint8Array`,
    );
  }
  // Throws for what JSON has no form for: a bigint, a cycle.
  return JSON.parse(JSON.stringify(data));
}

/** So many bytes become characters at a time: a call takes no more arguments than that. */
const bytesAtOnce = 0x8000;

function base64(bytes: Uint8Array): string {
  let text = "";
  for (let start = 0; start < bytes.length; start += bytesAtOnce)
    text += String.fromCharCode(...bytes.subarray(start, start + bytesAtOnce));
  return btoa(text);
}
