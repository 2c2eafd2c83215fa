//# object: names, defaults, nested, rest
const o: any = { p: 2, extra: 1 };
const { p, q = p * 2, r: { s } = { s: q }, ...rest } = o;
console.log(p, q, s, rest);
//# array: holes, defaults, rest
let [x, , y = 5, ...z] = [1, 2, undefined, 4, 5];
console.log(x, y, z);
//# array: swap
let a = 1, b = 2;
[a, b] = [b, a];
console.log(a, b);
//# array: swap of three
let t1 = 1, t2 = 2, t3 = 3;
[t1, t2, t3] = [t3, t1, t2];
console.log(t1, t2, t3);
//# object: computed keys
const k = "kk";
const { [k]: v, [`${k}2`]: w = 7 } = { kk: 1 } as any;
console.log(v, w);
//# object: a default that uses an earlier name
const { one = 1, two = one + 1, three = one + two } = {} as { one?: number; two?: number; three?: number };
console.log(one, two, three);
//# object: a default for undefined only
const { n1 = 1, n2 = 2, n3 = 3 } = { n1: null, n2: undefined, n3: 0 } as any;
console.log(n1, n2, n3);
//# object: of primitives
const { length } = "four";
const { toFixed } = 5;
console.log(length, typeof toFixed);
//# object: of null throws | unchecked
try {
  const { a } = null;
} catch (e) {
  console.log(e.name);
}
//# object: of null at the top throws | unchecked
console.log("before");
const { gone } = null;
console.log("after");
//# array: of a non-iterable at the top throws | unchecked
let [lost] = {};
//# array: of a generator that goes on
function* naturals() {
  let n = 0;
  while (true) yield n++;
}
const [zero, uno, , tre] = naturals();
console.log(zero, uno, tre);
//# array: closes its iterator
let closed = 0;
const iterable = { [Symbol.iterator]() { return { next() { return { value: 1, done: false }; }, return() { closed++; return { value: 0, done: true }; } }; } };
const [only] = iterable;
console.log(only, closed);
//# array: an empty pattern closes its iterator
let shut = 0;
const [] = { [Symbol.iterator]() { return { next() { return { value: 1, done: false }; }, return() { shut++; return { value: 0, done: true as const }; } }; } } as Iterable<number>;
console.log(shut);
//# object: an empty pattern evaluates its value
const {} = (console.log("evaluated"), { a: 1 });
//# object: order of getters and defaults
const order: string[] = [];
const source: any = { get b() { order.push("b"); return undefined; }, get a() { order.push("a"); return 1; } };
const { b: second = (order.push("default"), 9), a: firstOne } = source;
console.log(order, firstOne, second);
//# object: order of computed keys and values
const log: string[] = [];
const key = (name: string) => (log.push(name), name);
const { [key("x")]: kx, [key("y")]: ky = log.push("default y") } = { x: 1 } as any;
console.log(log, kx, ky);
//# assignment: object, shorthand and renamed
let d: any, e: any, f: any;
({ d, e: e, f = d + 1 } = { d: 5, e: 6 } as any);
console.log(d, e, f);
//# assignment: its value is the right side
let g: number;
const right = [1, 2];
console.log(([g] = right) === right, g);
//# assignment: members as targets
const target: any = {};
let i = 0;
[target.a, target[`b${i++}`], ...target.rest] = [1, 2, 3, 4];
({ x: target.c = 5, ...target.more } = { y: 6 } as any);
console.log(target, i);
//# assignment: nested
let h1: number, h2: number, h3: number[];
[{ h1 }, [h2, ...h3]] = [{ h1: 1 }, [2, 3, 4]];
console.log(h1, h2, h3);
//# assignment: in the head of for-of
let u = 0, u2 = 0;
for ({ u, u2 = u } of [{ u: 4 }, { u: 5, u2: 6 }] as any) console.log(u, u2);
console.log(u, u2);
//# assignment: in the head of for-in | unchecked
let chars: string[] = [], c0 = "";
for ([c0, ...chars] in { abc: 1, def: 2 } as any) console.log(c0, chars);
//# assignment: names anonymous functions
let fa: any, fb: any, fc: any, fd: any;
[fa = () => 1] = [] as any;
({ x: fb = function () {}, fc = class {} } = {} as any);
[fd = (() => 2)] = [undefined] as any;
console.log(fa.name, fb.name, fc.name, fd.name);
//# declaration: names anonymous functions
const { da = () => 1 } = {} as any;
const [db = class {}, dc = function* () {}] = [] as any;
console.log(da.name, db.name, dc.name);
//# declaration: no name for what is no anonymous function | unchecked
const [na = (0, () => 1)] = [] as any;
console.log(JSON.stringify(na.name));
//# parameters: patterns with defaults from the notebook
const fallback = { a: 1 }, name1 = "a";
function params({ [name1 as "a"]: v = fallback.a } = fallback, ...[r = fallback]: any[]) {
  const fallback = "inner";
  return [v, r, fallback];
}
console.log(params(), params({ a: 5 }, 6));
//# parameters: a destructuring arrow
const swap = ([l, m]: [number, number]): [number, number] => [m, l];
console.log(swap([1, 2]));
//# catch: a pattern
try {
  throw { m: 1, n: [2] };
} catch ({ m, n: [nn], none = 3 }: any) {
  console.log(m, nn, none);
}
//# rest: of an object leaves out the named
const { [Symbol.iterator as any]: it, a: _a, ...others } = { a: 1, b: 2, c: 3 } as any;
console.log(others);
//# rest: of an object with computed names
const drop = "b";
const { [drop]: dropped, ...left } = { a: 1, b: 2 } as any;
console.log(dropped, left);
//# rest: copies own enumerable properties only
const proto = Object.create({ inherited: 1 }, { own: { value: 2, enumerable: true }, hidden: { value: 3 } });
const { ...copy } = proto;
console.log(copy);
//# for-of: const pattern
for (const [name, { deep = "none" }] of Object.entries({ a: { deep: "yes" }, b: {} as any })) console.log(name, deep);
//# for-of: closures over a pattern
const later: (() => number)[] = [];
for (const { v: vv } of [{ v: 1 }, { v: 2 }]) later.push(() => vv);
console.log(later.map((f) => f()));
//# await inside patterns
const { slow = await Promise.resolve(3), [await Promise.resolve("key")]: byKey } = { key: 4 } as any;
console.log(slow, byKey);
//# yield inside patterns
function* asks() {
  const [a = yield 1, b = yield 2]: any[] = [];
  return [a, b];
}
const asking = asks();
console.log(asking.next().value, asking.next("A").value, asking.next("B").value);
//# a pattern over an earlier pattern's names
const [m1, m2] = [1, 2];
const { [m1]: by1, [m2]: by2 } = ["zero", "one", "two"];
console.log(by1, by2);
//# var patterns, declared again
var { va, vb } = { va: 1, vb: 2 };
var [va, vb] = [3, 4];
console.log(va, vb);
//# a failing default leaves the earlier names | unchecked
let before, boom, after;
try {
  [before, boom = (() => { throw new RangeError("boom"); })(), after] = [1, undefined, 3];
} catch (e) {
  console.log(e.name);
}
console.log(before, boom, after);
//# strings and maps as iterables
const [c1, c2] = "𝒳y";
const [[mk, mv]] = new Map([["k", 1]]);
console.log(c1, c2, mk, mv);
//# let patterns without use of names stay in order
const steps: number[] = [];
const [{ length: len }, [] = [], { ...obj }] = [steps, undefined, { z: 1 }] as [number[], undefined, object];
console.log(len, obj);
//# a pattern's own name in its default throws | unchecked
try {
  const { self = self } = {};
} catch (e) {
  console.log(e.name);
}
//# assignment: parenthesized targets | unchecked
let pa, pb;
[(pa), (pb)] = [1, 2];
({ x: (pa) } = { x: 5 });
console.log(pa, pb);
//# assignment: chained patterns
let ca: number, cb: number;
[ca] = [cb] = [7];
console.log(ca, cb);
//# assignment: evaluation order of targets and values
const trace: string[] = [];
const obj2 = { get o() { trace.push("get o"); return this; }, set v(x: number) { trace.push(`set ${x}`); } };
[obj2.o.v, obj2.o.v] = { *[Symbol.iterator]() { trace.push("first"); yield 1; trace.push("second"); yield 2; } } as any;
console.log(trace);
