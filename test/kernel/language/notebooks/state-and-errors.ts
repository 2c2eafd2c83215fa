//# what a cell declared before it threw is there
let before = 1;
//%% throws Error
let kept = 2;
function hoisted() {
  return kept;
}
const go = true as boolean;
if (go) throw new Error("stop");
let notReached = 3;
//%%
console.log(before, kept, hoisted());
//%% refused 2304
notReached;
//=
console.log(1, 2, 2);
//# a name that a failed cell did not reach is what it was
let wb = 1;
//%% throws Error
let wa = 2;
const stop = true as boolean;
if (stop) throw new Error("stop");
let wb = "s";
//%%
console.log(wa + wb.toFixed(1));
//=
console.log("21.0");
//# in a cell that is not checked a function may name what a later cell declares
// @ts-nocheck
function total() {
  count += 1;
  return [count, typeof nobody, { count }.count];
}
function missing() {
  nobody = 1;
}
//%% throws ReferenceError
total();
//%%
let count = 1;
console.log(total(), count);
//%% throws ReferenceError
missing();
//%%
// @ts-nocheck
console.log(typeof nobody);
//=
console.log([2, "undefined", 2], 2);
console.log("undefined");
//# the same after an await
//%% throws Error
const q1 = await Promise.resolve(1);
await Promise.reject(new Error("stop"));
class Q2 {}
//%%
console.log(q1);
//%% refused 2304
new Q2();
//=
console.log(1);
//# assignments before a throw stay
let m = 1;
//%% throws TypeError
m = 2;
(null as any).x;
m = 3;
//%%
console.log(m);
//=
console.log(2);
//# a refused cell changes nothing
let a = 1;
//%% refused 2322
a = 5;
let b = 2;
const wrong: number = "s";
//%%
console.log(a);
//%% refused 2304
b;
//=
console.log(1);
//# a syntax error changes nothing
let s = 1;
//%% refused 1005
let s = 2 3;
//%%
console.log(s);
//=
console.log(1);
//# use before definition in a cell is an error, never the older value | unchecked
let x = "older";
//%% throws ReferenceError
console.log(x);
let x = "newer";
//%%
console.log("still here");
//=
console.log("still here");
//# use before definition through a function is an error, never the older value
let x = "older";
//%% throws ReferenceError
const read = () => x;
console.log(read());
let x = "newer";
//=
//# use of a class before its definition through a function is an error, never the older class
class C {
  v = "older";
}
//%% throws ReferenceError
const make = () => new C();
console.log(make());
class C {
  v = "newer";
}
//=
//# a declaration that uses itself is an error, never the older value | unchecked
const a = 1;
//%% throws ReferenceError
const a = a + 1;
//=
//# several declarators that use an earlier cell's and each other
const a = 1;
//%%
const b = a + 1, c = b + 1;
//%%
const a = 10, d = a + c;
console.log(a, b, c, d);
//=
console.log(10, 2, 3, 13);
//# a pattern whose default uses a name of an earlier cell and of the pattern
const one = 1;
//%%
const { two = one + 1, three = two + one } = {} as { two?: number; three?: number };
//%%
console.log(two, three);
//=
console.log(2, 3);
//# var: hoisted undefined, not the older value | unchecked
var v = "older";
//%%
console.log(v);
var v = "newer";
console.log(v);
//=
console.log(undefined);
console.log("newer");
//# a function of the cell is there before its statement, also when an older one has its name
function f() {
  return "older";
}
//%%
console.log(f());
function f() {
  return "newer";
}
//=
console.log("newer");
//# loops leave their var and not their let
for (var i = 0; i < 3; i++) {
  let hidden = i;
}
//%%
console.log(i);
//%% refused 2304
hidden;
//=
console.log(3);
//# a block's let hides an older name only there
let z = 1;
//%%
{
  let z = 2;
  console.log(z);
}
//%%
console.log(z);
//=
console.log(2);
console.log(1);
//# mutual recursion over cells by redeclaration
const even = (n: number): boolean => n === 0;
//%%
const odd = (n: number): boolean => n !== 0 && even(n - 1);
//%%
const even = (n: number): boolean => n === 0 || odd(n - 1);
//%%
console.log(even(10), odd(7), even(7));
//=
console.log(true, true, false);
//# this at the top is undefined in every cell
const t1 = (() => this)();
//%%
console.log(t1, this);
//=
console.log(undefined, undefined);
//# direct eval sees the notebook and later values
let w = 1;
function evaluates(p: number) {
  return eval("w + p");
}
//%%
w = 5;
console.log(evaluates(1), eval("w * 2"));
//%%
let w = 100;
console.log(evaluates(1));
//=
console.log(6, 10);
console.log(101);
//# indirect eval and Function see globals only
const hiddenFromGlobal = 1;
//%%
console.log((0, eval)("typeof hiddenFromGlobal"), new Function("return typeof hiddenFromGlobal")());
//=
console.log("undefined", "undefined");
//# names of Object.prototype are no variables of the notebook
//%% refused 2304
hasOwnProperty1;
//%%
console.log(typeof (globalThis as any).neverDeclared);
//=
console.log("undefined");
//# an import of an older cell is live
import { EventEmitter, defaultMaxListeners } from "node:events";
//%%
const bus = new EventEmitter();
let heard = 0;
bus.on("x", () => heard++);
//%%
bus.emit("x");
console.log(heard, typeof defaultMaxListeners);
//=
console.log(1, "number");
//# dynamic imports and require over cells
const path = await import("node:path");
//%%
const { join } = path;
console.log(join("a", "b") === path.join("a", "b"));
//=
console.log(true);
//# import = and namespace aliases over cells
namespace N {
  export const v = 1;
  export namespace M {
    export const w = 2;
  }
}
//%%
import M = N.M;
import p = require("node:path");
//%%
console.log(M.w, p.posix.join("a", "b"));
//=
console.log(2, "a/b");
//# using at the top of a cell is closed at its end
const log: string[] = [];
class R {
  [Symbol.dispose]() {
    log.push("disposed");
  }
}
//%%
using r = new R();
log.push("body");
//%%
console.log(log);
//=
console.log(["body", "disposed"]);
//# a rejected promise of an older cell, awaited later
const bad = Promise.reject(new RangeError("late"));
bad.catch(() => {});
//%% throws RangeError
await bad;
//=
//# a class with static state over cells
class Counter {
  static n = 0;
  static up() {
    return ++Counter.n;
  }
}
//%%
Counter.up();
//%%
console.log(Counter.up(), Counter.n);
//=
console.log(2, 2);
//# an error class of a cell keeps its name
class MyError extends Error {
  override name = "MyError";
}
//%% throws MyError
throw new MyError("x");
//%%
try {
  throw new MyError("y");
} catch (e) {
  console.log(e instanceof MyError, e.message);
}
//=
console.log(true, "y");
//# a label, break and continue do not leave their cell
outer: for (let i = 0; i < 2; i++) {
  continue outer;
}
//%% refused 1116
break outer;
//=
//# a return at the top is refused
//%% refused 1108
return 1;
//=
//# many cells, one counter
let total = 0;
//%%
for (const k of [1, 2, 3]) total += k;
//%%
total *= 2;
//%%
[total] = [total + 1];
//%%
({ total } = { total: total + 1 });
//%%
for (total of [total, total + 10]);
//%%
console.log(total);
//=
console.log(24);
