//# a variable of another type: the later cell's type and value hold
let x = 1;
//%%
const x = "s";
//%%
console.log(x.toUpperCase());
//=
console.log("S");
//# functions of earlier cells see the redeclared variable
let x = 1;
function read() {
  return x;
}
//%%
console.log(read());
let x = 2;
//%%
console.log(read());
//=
console.log(1);
console.log(2);
//# a redeclared function is what all see
function g() {
  return 1;
}
function h() {
  return g();
}
//%%
function g() {
  return 2;
}
//%%
console.log(h());
//=
console.log(2);
//# a redeclared class: old instances keep theirs, new ones are new
class A {
  v = 1;
}
const make = () => new A();
const old = new A();
//%%
class A {
  w = 2;
}
//%%
console.log(old.v, new A().w, old instanceof A, make());
//=
class A1 {
  static make = (() => { class A { v = 1; } return A; })();
}
class A {
  w = 2;
}
const old = new A1.make();
console.log(old.v, new A().w, old instanceof A, new A());
//# a cell run again
let counter: number = 0;
//%%
counter += 1;
console.log(counter);
//%%
counter += 1;
console.log(counter);
//%%
let counter: number = 0;
//%%
console.log(counter);
//=
console.log(1);
console.log(2);
console.log(0);
//# a redeclared let without a value is undefined again
let v: number | undefined = 1;
//%%
let v: number | undefined;
console.log(v);
//=
console.log(undefined);
//# a redeclared var without a value is a new declaration: undefined
var v: number | undefined = 1;
//%%
var v: number | undefined;
console.log(v);
//=
console.log(undefined);
//# a let of an older cell becomes constant
let k = 1;
//%%
const k = 2;
//%% refused 2588
k = 3;
//%%
console.log(k);
//=
console.log(2);
//# a constant of an older cell becomes assignable
const k = 1;
//%%
let k: number = 2;
//%%
k = 3;
console.log(k);
//=
console.log(3);
//# a constant is constant in later cells, also for functions | unchecked
const fixed = 1;
//%% throws TypeError
fixed = 2;
//%% throws TypeError
fixed++;
//%% throws TypeError
[fixed] = [5];
//%% throws TypeError
for (fixed of [1]);
//%%
console.log(fixed);
//=
console.log(1);
//# an import, then a variable of its name
import { sep } from "node:path";
const useSep = () => sep;
//%%
const sep = "mine";
//%%
console.log(useSep());
//=
console.log("mine");
//# a variable, then an import of its name
const join = 1;
const see = () => typeof join;
//%%
import { join } from "node:path";
//%%
console.log(see(), join("a", "b"));
//=
import { join } from "node:path";
console.log("function", join("a", "b"));
//# an enum of a later cell does not merge with an older one
enum E {
  A = 1,
}
//%%
enum E {
  B = 2,
}
//%%
console.log(Object.keys(E));
//%% refused 2339
E.A;
//=
enum E {
  B = 2,
}
console.log(Object.keys(E));
//# a namespace of a later cell does not merge with an older one
namespace N {
  export const a = 1;
}
//%%
namespace N {
  export const b = 2;
}
//%%
console.log(N);
//=
console.log({ b: 2 });
//# an interface of a later cell does not merge; older users keep the older
interface I {
  a: number;
}
function use(i: I) {
  return i.a;
}
//%%
interface I {
  b: string;
}
//%%
const i: I = { b: "b" };
console.log(use({ a: 3 }), i);
//=
console.log(3, { b: "b" });
//# a function, then a variable of its name
function fv() {
  return 1;
}
const callFv = () => fv();
//%%
var fv = () => 2;
//%%
console.log(callFv());
//=
console.log(2);
//# a class, then a function, then a namespace of one name
class Thing {
  v = 1;
}
//%%
function Thing() {
  return "function";
}
console.log(Thing());
//%%
namespace Thing {
  export const v = "namespace";
}
console.log(Thing.v);
//=
console.log("function");
console.log("namespace");
//# a redeclaration that uses the older value through another name
let c = 1;
//%%
const was = c;
let next = was + 1;
//%%
let c = next + 1;
//%%
console.log(c);
//=
console.log(3);
//# names of functions and classes stay on reassignment and redeclaration
let f = function original() {};
let g = () => 1;
//%%
const kept = f;
f = () => {};
//%%
const g = class {};
console.log(kept.name, f.name, g.name);
//=
console.log("original", "f", "g");
//# a variable that a timer of an older cell changes
let ticked: string = "no";
const done = new Promise<void>((resolve) => setTimeout(() => { ticked = "yes"; resolve(); }, 1));
//%%
await done;
console.log(ticked);
//=
console.log("yes");
//# a generator that an older cell started goes on
function* numbers() {
  yield step;
  yield step;
}
let step = 1;
const running = numbers();
console.log(running.next().value);
//%%
let step = 10;
console.log(running.next().value);
//=
console.log(1);
console.log(10);
//# a destructured redeclaration
const { a, b } = { a: 1, b: 2 };
//%%
const [a, b] = ["x", "y"];
//%%
console.log(a.toUpperCase(), b);
//=
console.log("X", "y");
//# redeclared with the same initializer as text, but other values
const base = 1;
const double = base * 2;
//%%
const base = 10;
console.log(double);
//%%
const double = base * 2;
console.log(double);
//=
console.log(2);
console.log(20);
//# a default value of an older function follows the redeclaration
const scale = 3;
function scaled(k = scale) {
  return k;
}
//%%
const scale = 30;
console.log(scaled());
//=
console.log(30);
//# within one cell a name declared twice is refused, and the older stays
let twice = 1;
//%% refused 2451
let twice = 2;
let twice = 3;
//%%
console.log(twice);
//=
console.log(1);
//# a subclass of a redeclared class keeps its parent
class Base {
  hi() {
    return "old";
  }
}
class Derived extends Base {}
//%%
class Base {
  hi() {
    return "new";
  }
}
//%%
console.log(new Derived().hi(), new Base().hi());
//=
console.log("old", "new");
//# an exported name, declared again without export
export const shared = 1;
//%%
const shared = "two";
console.log(shared.length);
//=
console.log(3);
//# a global of JavaScript is shadowed by a cell's and stays a global elsewhere
const Map = 5;
//%%
console.log(Map, typeof globalThis.Map);
//=
console.log(5, "function");
//# a global's name in one cell does not disturb the older closures over the global
const makeSet = () => new Set([1]).size;
//%%
console.log(makeSet());
//=
console.log(1);
