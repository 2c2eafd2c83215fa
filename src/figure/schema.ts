/**
 * Plotly's figure schema as plain values, which is how it travels: a figure is JSON with typed arrays allowed.
 * The attributes are Plotly's own (https://plotly.com/javascript/reference/), checked by Plotly when it draws.
 */
export type NumberArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array;

/** A value of a figure. NaN and the infinities are allowed and become gaps; a property that is undefined is left out. */
export type FigureValue =
  | string
  | number
  | boolean
  | null
  | NumberArray
  | readonly FigureValue[]
  | { readonly [attribute: string]: FigureValue | undefined };

export type FigureAttributes = { readonly [attribute: string]: FigureValue | undefined };

/** One set of marks, such as a line or a histogram. Plotly draws a scatter when there is no type. */
export interface Trace {
  readonly type?: string;
  readonly name?: string;
  readonly [attribute: string]: FigureValue | undefined;
}

/** Title, axes, legend, colours and size of a figure. */
export interface Layout {
  readonly title?: string | FigureAttributes;
  readonly width?: number;
  readonly height?: number;
  readonly [attribute: string]: FigureValue | undefined;
}

/** A step of an animation, reached with a slider or a button. */
export interface Frame {
  readonly name?: string;
  readonly data?: readonly Trace[];
  readonly layout?: Layout;
  readonly traces?: readonly number[];
  readonly [attribute: string]: FigureValue | undefined;
}

/** A value of JSON. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** A figure as it is saved: JSON only, numbers rounded. */
export interface FigureJson {
  data: JsonObject[];
  layout: JsonObject;
  frames?: JsonObject[];
  config: JsonObject;
}
