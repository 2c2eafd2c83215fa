//# declaration: called before its statement
console.log(f());
function f() {
  return g() + 1;
}
function g() {
  return 1;
}
//# declaration: recursion
function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}
console.log(factorial(5), factorial.name, factorial.length);
//# declaration: mutual recursion
function even(n: number): boolean {
  return n === 0 || odd(n - 1);
}
function odd(n: number): boolean {
  return n !== 0 && even(n - 1);
}
console.log(even(10), odd(7));
//# declaration: assigned to | unchecked
function assigned() {}
assigned = 5;
console.log(assigned);
//# declaration: assigned to within itself | unchecked
function once() {
  once = () => "again";
  return "first";
}
console.log(once(), once());
//# declaration: in a block
{
  function inBlock() {
    return 1;
  }
  console.log(inBlock());
}
//# declaration: in a block is not seen outside
{
  function hidden() {}
}
console.log(typeof (globalThis as any).hidden);
//# declaration: in if, hoisted within its block
if (true) {
  console.log(inner());
  function inner() {
    return "inner";
  }
}
//# declaration: nested functions share names with the top
function outer1() {
  function inner1() {
    return outer2();
  }
  return inner1();
}
function outer2() {
  const outer1 = 5;
  return outer1;
}
console.log(outer1());
//# declaration: overloads
function over(a: string): string;
function over(a: number): number;
function over(a: any) {
  return a;
}
console.log(over(1), over("s"));
//# declaration: properties on functions | one cell
function counter() {
  return ++counter.count;
}
counter.count = 0;
counter();
console.log(counter(), counter.count);
//# declaration: async, generator and async generator
async function af() {
  return 1;
}
function* gf() {
  yield 2;
}
async function* agf() {
  yield 3;
}
console.log(await af(), [...gf()], (await agf().next()).value);
console.log(af.constructor.name, gf.constructor.name, agf.constructor.name);
//# expression: the own name is constant and private
const fact = function self(n: number): number {
  return n < 2 ? 1 : n * self(n - 1);
};
console.log(fact(4), fact.name);
//# expression: assignment to the own name throws | unchecked
const named = function own() {
  own = 1;
};
try {
  named();
} catch (e) {
  console.log(e.name);
}
//# names: of every kind of declaration
const arrow = () => 1, expression = function () {}, klass = class {}, asyncArrow = async () => {};
let assignedLater: any;
assignedLater = () => 1;
console.log(arrow.name, expression.name, klass.name, asyncArrow.name, assignedLater.name);
//# names: chained assignment names the innermost only
let a1: any, b1: any;
a1 = b1 = () => 1;
console.log(a1.name, b1.name, a1 === b1);
//# names: logical assignment names functions
let la: any, lb: any = 1, lc: any;
la ??= () => 1;
lb &&= function () {};
lc ||= class {};
console.log(la.name, lb.name, lc.name);
//# names: parenthesized functions are named, others are not | unchecked
let pf: any, cf: any;
pf = (() => 1);
cf = (0, () => 1);
console.log(pf.name, JSON.stringify(cf.name));
//# names: members do not name
const holder: any = {};
holder.member = () => 1;
console.log(JSON.stringify(holder.member.name));
//# names: of methods, accessors, symbols and computed keys
const sym = Symbol("desc");
const o = { m() {}, get g() { return 1; }, [sym]() {}, ["c" + 1]: () => 1, async am() {}, *gm() {}, "a-b"() {}, 5() {} };
console.log(o.m.name, Object.getOwnPropertyDescriptor(o, "g")!.get!.name, o[sym].name, (o as any).c1.name, o.am.name, o.gm.name, o["a-b"].name, o[5].name);
//# names: an imported-looking property keeps its name
const wrapper = { f: () => 1 };
console.log(wrapper.f.name);
//# this: undefined in a called function | unchecked
function self(this: unknown) {
  return this === undefined;
}
console.log(self(), (self)(), self!(), self?.(), (self as any)(), (0, self)());
//# this: undefined in functions called through operators
function th(this: unknown) {
  return this === undefined;
}
const th2: typeof th | undefined = th;
const ob = { th, k: "th" as const };
console.log((th || th2)(), (ob.k, th)(), (th2 satisfies unknown as any)(), ob.th(), ob["th"](), ob?.[ob.k](), (ob.th)());
//# this: at the top is undefined
console.log(this);
//# this: in an arrow at the top is undefined
const arrowThis = () => this;
console.log(arrowThis());
//# this: arrow in a method
const object = { v: 3, m() { return [1].map(() => this.v); } };
console.log(object.m());
//# this: call, apply, bind
function show(this: any, ...args: number[]) {
  return [this, args];
}
console.log(show.call(1, 2), show.apply("s", [3]), show.bind(null, 4)(5));
//# arguments: of a function, and of the function around an arrow
function args(..._: any[]) {
  const inner = () => arguments.length;
  return [arguments.length, arguments[0], inner()];
}
console.log(args(7, 8));
//# arguments: not linked to parameters
function linked(p: number) {
  p = 9;
  return arguments[0];
}
console.log(linked(1));
//# new.target
function made(this: any) {
  return new.target === undefined;
}
console.log(made(), typeof new (made as any)());
//# closures: a counter
function makeCounter() {
  let c = 0;
  return { up: () => ++c, get value() { return c; } };
}
const counter1 = makeCounter(), counter2 = makeCounter();
counter1.up();
counter1.up();
counter2.up();
console.log(counter1.value, counter2.value);
//# closures: over top-level variables that change
let state = 1;
const read = () => state, write = (v: number) => (state = v);
write(5);
console.log(read(), state);
//# closures: immediately called
const result = (() => {
  const state = 2;
  return ((p) => p * state)(4);
})();
console.log(result);
//# closures: a function returned before what it uses is declared
function lazily() {
  return () => declaredLater;
}
const lazy = lazily();
const declaredLater = 6;
console.log(lazy());
//# parameters: their own scope
var x = 1;
function scoped(a = x, g = () => x) {
  var x = 2;
  return [a, x, g()];
}
console.log(scoped());
//# parameters: a default from the notebook beside a var of its name
let scale = 3;
function scaled(k = scale) {
  var scale = 10;
  return [k, scale];
}
console.log(scaled());
//# parameters: a var of a parameter's name starts with its value
function starts(p = 1, get = () => p) {
  var p: number;
  const was = p;
  p = 2;
  return [was, p, get()];
}
console.log(starts(7));
//# parameters: defaults use earlier ones
const chain = (a = 1, b = a + 1, c = a + b) => [a, b, c];
console.log(chain(), chain(5), chain(5, undefined, 0));
//# parameters: a default that uses a later one throws | unchecked
function tooEarly(a = b, b = 1) {}
try {
  tooEarly();
} catch (e) {
  console.log(e.name);
}
//# parameters: rest and spread
const spread = (a: number, ...more: number[]) => [a, more];
console.log(spread(...([1, 2, 3] as [number, number, number])), Math.max(...[4, 5], 6));
//# parameters: length counts up to the first default
console.log(((a: any, b = 1, c: any) => 1).length, ((...r: any[]) => 1).length, (({ a }: any, [b]: any) => 1).length);
//# parameters: named like notebook variables
let v = 1;
const shadows = (v: number, { w = v } = {} as any) => v + w;
console.log(shadows(5), v);
//# parameters: implicitly any
const anything = (a, { b }, ...c) => [a, b, c];
console.log(anything(1, { b: 2 }, 3));
//# parameters: a default later than the function
function late(a = laterConst) {
  return a;
}
const laterConst = 4;
console.log(late());
//# return: without value, of an object, of a comma | unchecked
function none() {
  return;
}
const literal = () => ({ a: 1 });
console.log(none(), literal(), (() => (1, 2))());
//# return: automatic semicolon | unchecked
function asi() {
  return
  1;
}
console.log(asi());
//# tagged templates: this, raw and cached strings
function tag(this: unknown, s: TemplateStringsArray, ...v: unknown[]) {
  return [this, s.raw[0], v];
}
const same = (s: TemplateStringsArray) => s;
const cached = () => same`q`;
console.log(tag`a\n${1}b`, cached() === cached());
//# generators: return, throw, delegation
function* delegate(): Generator<number, string, unknown> {
  try {
    const r = yield* (function* () { yield 1; return "r" })();
    yield r.length;
  } finally {
    console.log("closed");
  }
  return "done";
}
const gen = delegate();
console.log(gen.next(), gen.next(), gen.return("early"));
//# functions: toString of a nested function is its code
function source() { return function inner(a: any) { return a } }
console.log(typeof source().toString());
//# functions: currying
const add = (a: number) => (b: number) => (c: number) => a + b + c;
console.log(add(1)(2)(3));
//# functions: type guards and assertions
function isText(v: unknown): v is string {
  return typeof v === "string";
}
function assertNumber(v: unknown): asserts v is number {
  if (typeof v !== "number") throw new TypeError("no number");
}
const mixed: unknown[] = ["a", 1];
console.log(mixed.filter(isText).map((t) => t.toUpperCase()));
const unknownValue: unknown = 5;
assertNumber(unknownValue);
console.log(unknownValue.toFixed(1));
//# functions: generic with constraints and defaults
function pick<T, K extends keyof T = keyof T>(o: T, ...keys: K[]): T[K][] {
  return keys.map((k) => o[k]);
}
console.log(pick({ a: 1, b: "s" }, "a", "b"));
//# functions: stack overflow is a RangeError
function endless(): number {
  return endless() + 1;
}
try {
  endless();
} catch (e) {
  console.log((e as Error).name);
}
//# functions: a name used as label, property and variable
let name1 = 1;
name1: while (true) {
  name1++;
  break name1;
}
console.log({ name1 }, { name1: 5 }.name1, name1);
//# declaration: a name that a function declares twice, and as a variable | javascript
let outer = { call: (x) => x + 1 };
const run = (f) => f(1);
function twice() {
  function inner() {
    return 1;
  }
  function inner() {
    return run(outer.call);
  }
  return inner();
}
function both() {
  var shared = 1;
  function shared() {}
  {
    var again = run(outer.call);
  }
  function again() {}
  return [shared, again];
}
console.log(twice(), both());
//# eval: the value of a catch clause | javascript
let called = 0;
const give = () => {
  called++;
  return [eval("1; try { throw 2 } catch (error) {}"), eval("try { throw 3 } catch ({ length }) {}")];
};
console.log(give(), called);
