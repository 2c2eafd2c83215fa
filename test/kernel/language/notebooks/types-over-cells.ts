//# a type, then a value of its name: both are there
type T = { q: number };
//%%
const T = 5;
//%%
const t: T = { q: T };
console.log(t);
//=
console.log({ q: 5 });
//# a value, then a type of its name, and back
const W = 5;
//%%
interface W {
  q: number;
}
//%%
const w: W = { q: W };
console.log(w);
//%%
const W = "text";
const again: W = { q: W.length };
console.log(again);
//=
console.log({ q: 5 });
console.log({ q: 4 });
//# a class, then a type of its name: the value stays the class
class Model {
  v = 1;
}
//%%
type Model = { other: string };
//%%
const m: Model = { other: "o" };
console.log(m, new Model().v);
//=
console.log({ other: "o" }, 1);
//# a type and a namespace of one name in different cells
type Geo = string;
//%%
namespace Geo {
  export const zero = 0;
}
//%%
const g: Geo = "g";
console.log(g, Geo.zero);
//=
console.log("g", 0);
//# types of enums, namespaces and classes over cells
enum Color {
  Red,
  Green,
}
namespace G {
  export interface P {
    x: number;
  }
  export const make = (x: number): P => ({ x });
}
const pick = (c: Color) => Color[c];
//%%
const p: G.P = G.make(2);
console.log(pick(Color.Green), p);
//=
console.log("Green", { x: 2 });
//# const enums over cells
const enum Z {
  A = 1,
  B = A << 2,
}
//%%
console.log(Z.B, Z["A"]);
//=
console.log(4, 1);
//# private members, unique symbols and generics over cells
class Box<T> {
  #v: T;
  constructor(v: T) {
    this.#v = v;
  }
  map<U>(f: (t: T) => U) {
    return new Box(f(this.#v));
  }
  get v() {
    return this.#v;
  }
}
const key: unique symbol = Symbol("k");
const keyed = { [key]: 1 };
//%%
console.log(new Box(2).map((n) => n.toFixed(1)).v.length, keyed[key].toFixed(1));
//=
console.log(3, "1.0");
//# type queries and keyof over cells
const conf = { a: 1, b: "s" };
//%%
type Conf = typeof conf;
const name1: keyof Conf = "b";
const copy: Conf = conf;
console.log(name1, copy.a);
//=
console.log("b", 1);
//# evolving arrays and variables go on over cells
const list = [];
let best = null;
//%%
list.push(1);
//%%
for (const v of [3, 1]) if (best === null || v > best) best = v;
//%%
list.push("s");
//%%
const element: string | number = list[1];
console.log(element, best! + 1, list.length);
//=
console.log("s", 4, 2);
//# an evolved array has the types of what was pushed
const only = [];
only.push(1);
//%% refused 2339
only[0].toUpperCase();
//%%
console.log(only);
//=
console.log([1]);
//# an untyped let takes any value, cell by cell
let any1;
//%%
any1 = 1;
//%%
any1 = "text";
//%%
console.log(any1.length);
//=
console.log(4);
//# parameters may be implicitly any
const f = (a, { b }, ...c) => [a, b, c];
//%%
console.log(f(1, { b: 2 }, 3));
//=
console.log([1, 2, [3]]);
//# caught errors are any
try {
  throw new Error("m");
} catch (e) {
  console.log(e.message);
}
//=
console.log("m");
//# a wrong type in a later cell is refused, and nothing of that cell runs
let n = 1;
//%% refused 2322
console.log("not printed");
n = "s";
//%%
console.log(n);
//=
console.log(1);
//# a private member is private over cells
class Secret {
  private p = 1;
}
//%% refused 2341
new Secret().p;
//=
//# an unknown name is refused
//%% refused 2304
nope;
//=
//# a redeclared type holds
let t = 1;
//%%
let t = "s";
//%% refused 2551
t.toFixed();
//=
//# a global augmentation holds for later cells
declare global {
  interface Array<T> {
    lastOfAll(): T;
  }
  var gg: number;
}
Array.prototype.lastOfAll = function () {
  return this[this.length - 1];
};
globalThis.gg = 4;
//%%
console.log([1, 2].lastOfAll() + gg);
delete (Array.prototype as any).lastOfAll;
delete (globalThis as any).gg;
//=
console.log(6);
//# a module augmentation holds for later cells
import "node:path";
declare module "node:path" {
  interface ParsedPath {
    mine?: number;
  }
}
//%%
import { parse } from "node:path";
const parsed = parse("a");
console.log(parsed.mine);
//=
console.log(undefined);
//# ambient names are globals
declare const ambient: number;
//%%
(globalThis as any).ambient = 5;
console.log(ambient + 1);
delete (globalThis as any).ambient;
//=
console.log(6);
//# declare function, then its definition in a later cell
declare function later(n: number): number;
function first(n: number): number {
  return n > 0 ? later(n - 1) : 0;
}
//%%
function later(n: number): number {
  return first(n) + 1;
}
//%%
console.log(first(3), later(2));
//=
function first(n: number): number {
  return n > 0 ? later(n - 1) : 0;
}
function later(n: number): number {
  return first(n) + 1;
}
console.log(first(3), later(2));
//# declare function without a definition: calling it is a ReferenceError, as for any ambient name
declare function never(): number;
//%% throws ReferenceError
never();
//=
//# assertion functions, predicates and overloads over cells
function ok(v: unknown): asserts v is string {
  if (typeof v !== "string") throw new TypeError("no string");
}
function over(a: string): string;
function over(a: number): number;
function over(a: any) {
  return a;
}
const isText = (v: unknown): v is string => typeof v === "string";
const unknown1: unknown = "x";
//%%
ok(unknown1);
console.log(unknown1.length, over(1).toFixed(), ["a", 1].filter(isText).map((s) => s.length));
//=
console.log(1, "1", [1]);
//# abstract, readonly and protected hold over cells
abstract class Shape {
  abstract area(): number;
  readonly id = 1;
  protected hidden = 2;
}
//%% refused 2511
new Shape();
//%%
class Square extends Shape {
  area() {
    return this.hidden;
  }
}
console.log(new Square().area());
//%% refused 2540
new Square().id = 3;
//=
console.log(2);
//# decorated classes over cells
function tag<T extends new (...args: any[]) => object>(c: T, _: ClassDecoratorContext) {
  return class extends c {
    tagged = true;
  };
}
//%%
@tag
class Tagged {
  static self = () => Tagged;
}
//%%
console.log((new Tagged() as any).tagged, Tagged.self() === Tagged);
//=
console.log(true, true);
//# @ts-nocheck in one cell is for that cell
// @ts-nocheck
const loose = undeclared1 ?? 1;
var undeclared1;
//%% refused 2322
const strict: string = 5;
//=
//# types across an import that rebuilds the program
class Early {
  #p = 1;
  v = 2;
}
const made = [];
made.push(new Early());
type Key = keyof Early;
//%%
import { createHash } from "node:crypto";
import * as zlib from "node:zlib";
//%%
const e: Early = made[0];
const k: Key = "v";
console.log(e[k], typeof createHash, typeof zlib.gzipSync);
//=
console.log(2, "function", "function");
