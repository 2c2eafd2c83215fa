/**
 * What Float32Array and Float64Array have in common, so that `x.data.reduce(…)` can be written without asking
 * which of the two it is (TypeScript can't call an overloaded method of their union).
 */
export interface FloatArray extends ArrayLike<number>, Iterable<number> {
  [index: number]: number;
  readonly length: number;
  readonly buffer: ArrayBufferLike;
  readonly byteOffset: number;
  readonly byteLength: number;
  readonly BYTES_PER_ELEMENT: number;
  at(index: number): number | undefined;
  entries(): IterableIterator<[number, number]>;
  every(predicate: (value: number, index: number) => boolean): boolean;
  fill(value: number, start?: number, end?: number): this;
  filter(predicate: (value: number, index: number) => boolean): FloatArray;
  find(predicate: (value: number, index: number) => boolean): number | undefined;
  findIndex(predicate: (value: number, index: number) => boolean): number;
  forEach(callback: (value: number, index: number) => void): void;
  includes(value: number, from?: number): boolean;
  indexOf(value: number, from?: number): number;
  join(separator?: string): string;
  keys(): IterableIterator<number>;
  map(callback: (value: number, index: number) => number): FloatArray;
  reduce<Result = number>(
    callback: (result: Result, value: number, index: number) => Result,
    initial: Result,
  ): Result;
  reduce(callback: (result: number, value: number, index: number) => number): number;
  reverse(): this;
  set(values: ArrayLike<number>, offset?: number): void;
  slice(start?: number, end?: number): FloatArray;
  some(predicate: (value: number, index: number) => boolean): boolean;
  sort(compare?: (a: number, b: number) => number): this;
  subarray(start?: number, end?: number): FloatArray;
  values(): IterableIterator<number>;
}
