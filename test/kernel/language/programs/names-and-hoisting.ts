//# names: of Object.prototype's members
const constructor = 1, toString = 2, hasOwnProperty = 3, valueOf = 4, __proto__ = 5, isPrototypeOf = 6;
console.log(constructor, toString, hasOwnProperty, valueOf, __proto__, isPrototypeOf);
//# names: assigned later, of Object.prototype's members
let valueOf1 = 0, constructor: any = 0, __defineGetter__: any = 1;
constructor = () => 1;
__defineGetter__++;
console.log(typeof constructor, constructor.name, __defineGetter__, valueOf1);
//# names: require, module, exports and the like | unchecked
const require = 6, module = 7, exports = 8, __filename = 9, __dirname = 10;
console.log(require, module, exports, __filename, __dirname);
//# names: require, module and exports as functions' own
function loader(require: (s: string) => string, module: { exports: any }, exports = module.exports) {
  exports.a = require("x");
  return module.exports;
}
console.log(loader((s) => s + s, { exports: {} }));
//# names: with a dollar, and unlikely ones
const $ = 1, $$ = 2, $cell = 3, $notebook = 4, $store = 5, _ = 6, __ = 7;
console.log($, $$, $cell, $notebook, $store, _, __);
//# names: a dollar name assigned and captured
let $cell: number = 1;
const get = () => $cell;
$cell += 1;
{
  let $notebook = 5;
  console.log($notebook, get());
}
console.log($cell);
//# names: of globals, shadowed
const Array1 = Array, process = "mine", window = "w", global = "g", name = "n", self = "s", status = 1;
const JSON = { stringify: () => "shadowed" };
console.log(process, window, global, name, self, status, JSON.stringify(), Array1 === Array);
//# names: console in a function
function quiet(console: { log(s: string): string }) {
  return console.log("x");
}
console.log(quiet({ log: (s) => s + s }));
//# names: contextual keywords
const async = 1, of = 2, get1 = 3, set = 4, type = 5, as = 6, from = 7, declare = 8, namespace = 9, abstract = 10, is = 11, keyof = 12, readonly = 13, any = 14, unique = 15, infer = 16, satisfies = 17, override = 18, accessor = 19, out = 20, asserts = 21, require1 = 22, global1 = 23, target = 24, meta = 25, using = 26, defer = 27;
console.log(async, of, get1, set, type, as, from, declare, namespace, abstract, is, keyof, readonly, any, unique, infer, satisfies, override, accessor, out, asserts, require1, global1, target, meta, using, defer);
//# names: in Unicode and with escapes
const π = 3, größe = 4, 変数 = 5, ａ = 6;
const \u{62}c = 7;
console.log(π, größe, 変数, ａ, bc);
//# names: exports | unchecked
const exports1 = 1;
function exported() {
  const exports = { a: 1 };
  const module = { exports };
  return module.exports.a;
}
console.log(exports1, exported());
//# names: arguments as a property and eval as a member
const holder = { arguments: 1, eval: (s: string) => s };
console.log(holder.arguments, holder.eval("x"), { undefined: 1 }.undefined);
//# names: a function's parameter named like the function
function mirror(mirror: number) {
  return mirror;
}
console.log(mirror(3));
//# names: a variable named like its own initializer's function
const fn = function fn() {
  return typeof fn;
};
console.log(fn());
//# names: shadowed in every nested scope at once
let v = 0;
function level1(v: number) {
  {
    let v = 2;
    {
      const v = 3;
      for (let v = 4; v < 5; v++) {
        const inner = (v: number) => v;
        console.log(inner(5), v);
      }
      console.log(v);
    }
    console.log(v);
  }
  return v;
}
console.log(level1(1), v);
//# tdz: a let read before its statement by a function
function early() {
  return later;
}
try {
  early();
} catch (e: any) {
  console.log(e.name);
}
let later = 1;
console.log(early());
//# tdz: a const read before its statement | unchecked
try {
  soon;
} catch (e) {
  console.log(e.name);
}
const soon = 1;
console.log(soon);
//# tdz: a class used before its statement by a function
const make = () => new Late();
try {
  make();
} catch (e: any) {
  console.log(e.name);
}
class Late {
  v = 1;
}
console.log(make().v);
//# tdz: assignment before the statement | unchecked
try {
  target = 1;
} catch (e) {
  console.log(e.name);
}
let target = 2;
console.log(target);
//# tdz: typeof before the statement | unchecked
try {
  typeof unborn;
} catch (e) {
  console.log(e.name);
}
let unborn = 1;
//# tdz: in its own initializer | unchecked
try {
  (() => {
    const self = self + 1;
  })();
} catch (e) {
  console.log(e.name);
}
let own = own + 1;
//# tdz: in its own initializer by a function is fine later
const again = () => again;
console.log(again() === again);
//# tdz: in the pattern's own defaults | unchecked
const { a1 = b1, b1 = 1 } = {};
//# tdz: ends with the statement in a loop
for (const x of [1, 2]) {
  const get = () => y;
  try {
    get();
  } catch (e: any) {
    console.log(e.name);
  }
  let y = x;
  console.log(get());
}
//# tdz: a throw in the initializer leaves the name dead | unchecked
let dead = () => broken;
try {
  var done = (() => {
    throw new RangeError("x");
  })();
} catch (e) {
  console.log(e.name);
}
const broken = 1;
console.log(dead());
//# hoisting: functions of every kind before all statements | unchecked
console.log(typeof plain, typeof generator, typeof asynchronous, typeof variable);
function plain() {}
function* generator() {}
async function asynchronous() {}
var variable = 1;
//# hoisting: an exported function | unchecked
console.log(shared());
export function shared() {
  return "shared";
}
//# hoisting: a default exported function
console.log(main());
export default function main() {
  return "main";
}
//# hoisting: a var in a function hides the top | unchecked
var top1 = "outer";
function hides() {
  const was = top1;
  if (false) {
    var top1 = "inner";
  }
  return [was, top1];
}
console.log(hides());
//# hoisting: a var in an arrow, a method and a class block
var place = "top";
const arrow = () => {
  {
    var place = "arrow";
  }
  return place;
};
class Place {
  static {
    var place = "block";
  }
  m() {
    var place = "method";
    return place;
  }
}
console.log(arrow(), new Place().m(), place);
//# hoisting: functions in blocks see the block
let seen = "top";
{
  let seen = "block";
  function reads() {
    return seen;
  }
  console.log(reads());
}
console.log(seen);
//# hoisting: in a switch and a try
switch (1) {
  case 1:
    console.log(inSwitch());
    break;
  default:
    function inSwitch() {
      return "switch";
    }
}
try {
  console.log(inTry());
  function inTry() {
    return "try";
  }
} catch {}
//# exports: every form | unchecked
export const e1 = 1;
export function e2() {
  return e1;
}
export class E3 {
  v = e2();
}
export let { z1 = e1, ...z2 } = { y: 2 } as any;
export { e1 as e4, e2 as default };
export const [x1, y1 = x1] = [1];
console.log(e1, e2(), new E3().v, z1, z2, x1, y1);
//# exports: several declarators that use each other
export const x2 = 1, y2 = x2;
export let w2 = y2 + 1, f2 = () => w2;
w2 = 5;
console.log(x2, y2, w2, f2());
//# exports: a default class without a name
export default class {
  v = 1;
}
console.log("fine");
//# exports: a default function without a name
export default function () {
  return 1;
}
console.log("fine");
//# exports: a default expression
const chosen = 5;
export default chosen + 1;
console.log(chosen);
//# imports: named, renamed, default and namespace
import { join, sep as separator } from "node:path";
import os, { EOL } from "node:os";
import * as url from "node:url";
console.log(join("a", "b"), separator, typeof os.cpus, EOL === os.EOL, typeof url.pathToFileURL);
//# imports: shorthand, calls without this, and in closures | unchecked
import { basename, extname } from "node:path";
const both = { basename, extname };
const ext = (f: string) => extname(f);
console.log(both.basename("/a/b.c"), ext("x.ts"), (0, extname)("y.js"), [".a.b"].map(extname as any));
//# imports: hoisted above all statements
console.log(typeof resolve);
import { resolve } from "node:path";
//# imports: assignment to one throws | unchecked
import { dirname } from "node:path";
try {
  dirname = 1;
} catch (e) {
  console.log(e.name);
}
console.log(typeof dirname);
//# imports: shadowed by parameters and blocks
import { format } from "node:util";
const shadowing = (format: string) => format;
{
  const format = "block";
  console.log(format, shadowing("parameter"));
}
console.log(format("%s", "top"));
//# imports: dynamic, with destructuring
const { posix, win32: { sep } } = await import("node:path");
const loaded = await import("node:util");
console.log(posix.sep, sep, typeof loaded.inspect, typeof loaded.default.inspect);
//# imports: a missing export gives an error | unchecked
try {
  await import("node:nothing-like-this");
} catch (e) {
  console.log(e.code);
}
//# imports: with side effects only, and re-exports
import "node:path";
export { posix as p2 } from "node:path";
export * from "node:url";
console.log("loaded");
//# eval: indirect sees globals only | unchecked
const local = 1;
console.log((0, eval)("typeof local"), globalThis.eval("1 + 1"));
//# eval: direct sees the notebook and a function's locals
const outer = 2;
function evaluates(p: number) {
  return eval("outer + p");
}
console.log(evaluates(3), eval("outer * 10"));
//# eval: direct writes
let written = 2;
eval("written = 7; var inner = written");
console.log(written);
//# eval: direct in a nested scope that shadows
let shade = "top";
{
  let shade = "block";
  console.log(eval("shade"), eval("(() => shade)()"));
}
console.log(eval("shade"));
//# eval: declares nothing outside
eval("var leaked = 1; let alsoLeaked = 2");
console.log(typeof (globalThis as any).leaked, eval("typeof leaked"));
//# eval: an error in its code is a SyntaxError
try {
  eval("let let = 1 +");
} catch (e: any) {
  console.log(e.name);
}
//# eval: of what is no string, and without arguments
const notText = { a: 1 };
console.log(eval(notText as any) === notText, (eval as any)(), eval("'use strict'; this"));
//# eval: its functions see later changes
let watched = 1;
const watcher = eval("() => watched") as () => number;
watched = 2;
console.log(watcher());
//# Function: sees globals only | unchecked
const notSeen = 1;
console.log(new Function("return typeof notSeen")(), new Function("a", "return a + 1")(1));
//# comments: at the start, between and at the end
// first
/* second */ const commented = /* third */ 1; // fourth
/** fifth */
console.log(commented /* sixth */);
// last
//# shebang, then code
#!/usr/bin/env node
console.log("after the shebang");
//# comments: rows of slashes and stars after braces
if (true) {
  console.log("first");
}
//////////////////////////////////////////////////////////////////////////////////////////
//////////////////////////////////////////////////////////////////////////////////////////
/* one */ /* two */ /* three ** / */ /* four */ /* five */ /* six */ /* seven */ /* eight */ /* nine */ /* ten */
//////////////////////////////////////////////////////////////////////////////////////////
console.log("second");
{
  console.log("third");
}
//////////////////////////////////////////////////////////////////////////////////////////
//////////////////////////////////////////////////////////////////////////////////////////
/* one */ /* two */ /**/ /***/ /* three **/
////////////////////////////////////////////////////////////////////////////////////////// end
//# empty program
//# comments only
// nothing
