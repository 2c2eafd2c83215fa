//# eval: what a namespace exports and an enum has are no names to it | unchecked
var x = 1, A = 2;
const inner = 3;
namespace N {
  export const x = 10;
  export const inner = 30;
  const own = 40;
  export const seen = [eval("x"), eval("inner + own"), eval("typeof N.x")];
  export namespace M {
    export const x = 100;
    export const deep = (() => eval("x = 5"))();
  }
}
enum E {
  A = 7,
  B = eval("A"),
}
console.log(N.seen, N.M.deep, x, N.x, E.B);
//# enum: numbers, values, reverse names
enum E {
  A,
  B = 4,
  C,
}
console.log(E.A, E.B, E.C, E[4], E);
//# enum: strings
enum Color {
  Red = "red",
  Blue = "blue",
}
const pick = (c: Color) => c.toUpperCase();
console.log(pick(Color.Red), Object.values(Color));
//# enum: computed members over notebook names
const base = 3;
enum Computed {
  A = base * 2,
  B = A + 1,
  C = Computed.A + Computed.B,
  D = "abc".length,
}
console.log(Computed.A, Computed.B, Computed.C, Computed.D);
//# enum: members with the names of notebook variables
const A = "notebook", length = 5;
enum Named {
  A = 1,
  B = A + 1,
  length = 7,
}
console.log(A, Named.A, Named.B, Named.length, length);
//# enum: the notebook's name beside an enum's text
const Size = { Small: "mine" };
enum Sizes {
  Small,
}
console.log(Size.Small, Sizes.Small, Sizes[0]);
//# enum: merged in one cell
enum M {
  A = 1,
}
enum M {
  B = 2,
}
console.log(M.A, M.B, M[1]);
//# enum: const
const enum CE {
  X = 7,
  Y = X << 1,
}
console.log(CE.X, CE["Y"]);
//# enum: of other enums
enum E1 {
  A = 1,
  B = A << 3,
}
const enum E2 {
  C = E1.B + 1,
}
enum E3 {
  D = E2.C * 2,
  E = E1.A,
  F = `x`.length,
}
console.log(E3.D, E3.E, E3.F, E3[18]);
//# enum: in a block and in a function
{
  enum Q {
    A = 4,
  }
  console.log(Q.A);
}
function inside() {
  enum R {
    Z = 5,
  }
  return R.Z;
}
console.log(inside());
//# enum: quoted members
enum Quoted {
  "a-b" = 1,
  "c d" = "e",
}
console.log(Quoted["a-b"], Quoted["c d"]);
//# enum: as a type, in a switch and as keys
enum Kind {
  One,
  Two,
}
const names: Record<Kind, string> = { [Kind.One]: "one", [Kind.Two]: "two" };
function say(k: Kind) {
  switch (k) {
    case Kind.One:
      return names[k];
    case Kind.Two:
      return "second";
  }
}
console.log(say(Kind.One), say(Kind.Two));
//# enum: exported, and one that is declared only
export enum XE {
  A = 1,
}
declare enum Ghost {
  G = 9,
}
type G = Ghost.G;
console.log(XE[1]);
//# enum: flags
enum Flags {
  None = 0,
  A = 1 << 0,
  B = 1 << 1,
  Both = A | B,
}
let flags = Flags.A;
flags |= Flags.B;
console.log(flags === Flags.Both, Flags[3]);
//# namespace: values, functions, nested
namespace N {
  export const a = 1;
  export let b = a + 1;
  export function f() {
    return a + b;
  }
  export namespace Q {
    export const z = f();
  }
}
N.b = 10;
console.log(N.a, N.f(), N.Q.z, N);
//# namespace: uses notebook names and its own hidden ones
const q = 4;
namespace Uses {
  export const w = q * 2;
  const hidden = w + 1;
  export const v = () => hidden + q;
}
console.log(Uses.w, Uses.v(), Object.keys(Uses));
//# namespace: names like the notebook's
const value = "outer", other = "notebook";
namespace Same {
  export const value = "inner";
  export const both = [value, other];
}
console.log(value, Same.value, Same.both);
//# namespace: a notebook variable with a member's text
const Space = { a: 1 };
namespace Spaces {
  export const a = Space.a + 1;
}
console.log(Spaces.a, Space.a);
//# namespace: merged
namespace Twice {
  export const a = 1;
}
namespace Twice {
  export const b = a + 1;
}
console.log(Twice.a, Twice.b);
//# namespace: dotted
namespace A1.B1.C1 {
  export const x = 1;
  export const y = A1.B1.C1.x + 1;
}
console.log(A1.B1.C1.y, Object.keys(A1));
//# namespace: with a function of its name
function fn() {
  return fn.extra;
}
namespace fn {
  export const extra = 3;
}
console.log(fn(), fn.extra);
//# namespace: with an enum of its name
enum EN {
  A,
  B,
}
namespace EN {
  export function next(e: EN) {
    return e === EN.A ? EN.B : EN.A;
  }
}
console.log(EN.next(EN.A), EN[1]);
//# namespace: aliases
namespace A2 {
  export namespace B2 {
    export const c = 6;
    export type T = string;
    export interface I {
      i: number;
    }
  }
}
import c2 = A2.B2.c;
import T2 = A2.B2.T;
import B2 = A2.B2;
const s2: T2 = "s", i2: B2.I = { i: 1 };
console.log(c2, s2, i2, B2.c);
//# namespace: an alias within another
namespace From {
  export const c = 6;
}
namespace To {
  import q = From.c;
  export const r = q + 1;
  export import again = From.c;
}
console.log(To.r, To.again);
//# namespace: exported patterns
const src = { m: 1, n: 2 };
namespace Patterns {
  export const { m, n } = src;
  export const [first, ...rest] = [m, n, 3];
  export const sum = m + n + first;
}
console.log(Patterns.m, Patterns.sum, Patterns.rest);
//# namespace: classes that shadow
class Sh {
  k = "outer";
}
namespace NS {
  export class Sh {
    k = "inner";
  }
  export const made = new Sh().k;
}
console.log(NS.made, new Sh().k, new NS.Sh().k);
//# namespace: an exported variable that changes
namespace Counter {
  export let changed = 1;
  export function change() {
    changed++;
    return changed;
  }
}
Counter.change();
Counter.changed += 5;
console.log(Counter.change(), Counter.changed);
//# namespace: types, ambient and hoisted members
namespace Mixed {
  export declare const nothere: number;
  export type T = string;
  interface Hidden {
    a: 1;
  }
  export const h: Hidden = { a: 1 };
  export function first() {
    return second();
  }
  function second() {
    return h.a;
  }
  export class K {
    static n = first();
  }
  export enum E {
    Z = 3,
  }
}
const mt: Mixed.T = "s";
console.log(Mixed.first(), Mixed.K.n, Mixed.E.Z, mt);
//# namespace: of types only makes nothing
namespace OnlyTypes {
  export type T = number;
}
const ot: OnlyTypes.T = 1;
console.log(ot);
//# namespace: this and arguments-like names
namespace Odd {
  export const constructor = 1, toString = () => "mine", name = "n";
}
console.log(Odd.constructor, Odd.toString(), Odd.name);
//# namespace: blocks, loops and closures in one
namespace Runs {
  export const fs: (() => number)[] = [];
  for (let i = 0; i < 2; i++) fs.push(() => i);
  if (fs.length > 1) {
    var deep = "deep";
  }
  export const seen = deep!;
}
console.log(Runs.fs.map((f) => f()), Runs.seen);
//# namespace: exported and with an exported default value
export namespace XN {
  export const v = 1;
}
console.log(XN.v);
//# namespace: declared before the class that it extends is used
class Registry {
  static size() {
    return Registry.entries.length;
  }
}
namespace Registry {
  export const entries = [1, 2];
}
console.log(Registry.size());
//# namespace: self reference by closure
namespace Self {
  export const get = () => Self.get.name + v;
  export let v = "!";
}
console.log(Self.get());
