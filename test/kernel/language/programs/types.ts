//# types vanish: interfaces, aliases, generics
interface I {
  a: number;
}
type U = I | string;
type Mapped<T> = { [K in keyof T]: T[K] };
const i: Mapped<I> = { a: 1 };
const u: U = "s";
console.log(i, u);
//# a type and a value of one name
type Both = { q: number };
const Both = { make: (): Both => ({ q: 1 }) };
console.log(Both.make());
//# satisfies, as const, non-null and assertions
const cfg = { a: 1, k: ["x", "y"] } as const satisfies object;
const first: "x" = cfg.k[0];
const maybe = [1].find((x) => x > 0)!;
console.log(first, maybe, <any>cfg.a, cfg.a as number);
//# declared functions, variables and classes print nothing
declare class Nowhere {
  x: number;
}
declare namespace Nope {
  const y: number;
}
type N = Nowhere["x"];
const n: N = 1;
console.log(n);
//# generics: inferred and explicit
const wrap = <T,>(v: T) => ({ v });
const ids = wrap<number[]>([1]);
console.log(wrap("s").v.length, ids.v[0].toFixed(1));
//# unions, narrowing and exhaustiveness
type Shape = { kind: "circle"; r: number } | { kind: "square"; s: number };
function area(shape: Shape): number {
  switch (shape.kind) {
    case "circle":
      return shape.r * 3;
    case "square":
      return shape.s ** 2;
    default: {
      const never: never = shape;
      return never;
    }
  }
}
console.log(area({ kind: "circle", r: 1 }), area({ kind: "square", s: 2 }));
//# narrowing of a top-level variable
let text: string | undefined = ["s", "t"].find((x) => x === "t");
if (text === undefined) throw new Error("never");
console.log(text.length);
//# keyof, typeof, indexed and conditional types
const conf = { a: 1, b: "s" };
type Conf = typeof conf;
type Key = keyof Conf;
type Value<K extends Key> = Conf[K] extends number ? "number" : "other";
const key: Key = "b", kind: Value<"a"> = "number";
console.log(conf[key], kind);
//# template literal types and infer
type Name<T> = T extends `get${infer R}` ? Uncapitalize<R> : never;
const name1: Name<"getValue"> = "value";
console.log(name1);
//# unique symbols
const brand: unique symbol = Symbol("b");
const branded = { [brand]: 1 };
console.log(branded[brand]);
//# tuples with names and rest
type Row = [id: number, ...tags: string[]];
const row: Row = [1, "a", "b"];
const [id, ...tags] = row;
console.log(id, tags);
//# index signatures and records
const table: Record<string, number> = {};
table.a = 1;
table["b"] = 2;
for (const [k, v] of Object.entries(table)) console.log(k, v);
//# optional members, readonly and getters
interface Options {
  readonly a?: number;
  get b(): string;
}
const options: Options = { b: "b" };
console.log(options.a ?? "none", options.b);
//# function types, this types and overloads in interfaces
interface Handler {
  (x: number): string;
  (x: string): number;
  label?: string;
}
const handler = ((x: any) => (typeof x === "number" ? String(x) : x.length)) as Handler;
handler.label = "h";
console.log(handler(1), handler("abc"), handler.label);
//# global augmentation
declare global {
  interface Array<T> {
    lastOne(): T;
  }
}
Array.prototype.lastOne = function () {
  return this[this.length - 1];
};
console.log([1, 2].lastOne());
delete (Array.prototype as any).lastOne;
//# enums as types and values
enum Level {
  Low = 1,
  High,
}
const levels: Level[] = [Level.Low, Level.High];
console.log(levels.map((l) => Level[l]));
//# accessors of different types, and abstract constructors
class Temperature {
  private c = 0;
  get value(): number {
    return this.c;
  }
  set value(v: number | string) {
    this.c = Number(v);
  }
}
const temperature = new Temperature();
temperature.value = "5";
console.log(temperature.value);
//# recursive types and functions
type Tree = { v: number; children?: Tree[] };
const sum = (t: Tree): number => t.v + (t.children ?? []).reduce((a, c) => a + sum(c), 0);
console.log(sum({ v: 1, children: [{ v: 2 }, { v: 3, children: [{ v: 4 }] }] }));
//# const type parameters and inference of literals
function tuple<const T extends readonly unknown[]>(...t: T) {
  return t;
}
const t3 = tuple(1, "a", true);
console.log(t3);
//# comments for the checker | checked
// @ts-expect-error
const wrong: number = "text";
// @ts-ignore
const alsoWrong: string = 5;
console.log(wrong, alsoWrong);
//# a type import of a module, and an import for its type alone
import type { Stats } from "node:fs";
import { type ParsedPath, basename } from "node:path";
const parsed: Partial<ParsedPath> = { base: basename("/a/b.txt") };
const stats: Stats | undefined = undefined;
console.log(parsed, stats);
//# export of types
interface Exported {
  e: number;
}
export type { Exported };
export type Alias = Exported;
const ex: Alias = { e: 1 };
console.log(ex);
