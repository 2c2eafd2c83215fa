//# top-level await: in declarations that use each other
const v = await Promise.resolve(4), w = v + 1;
console.log(v, w);
//# top-level await: of what is no promise
console.log(await 5, await null);
//# top-level await: a rejected promise ends the program
console.log("before");
await Promise.reject(new RangeError("no"));
console.log("after");
//# top-level await: caught
try {
  await Promise.reject(new TypeError("no"));
} catch (e: any) {
  console.log(e.name);
}
//# top-level await: in conditions, loops, templates and arguments
let n = 0;
while ((await Promise.resolve(n)) < 2) n++;
if (await Promise.resolve(true)) console.log(`${await Promise.resolve("t")}`, [await 1, ...(await [2])], { k: await 3 });
for (const x of await Promise.resolve([1])) console.log(x, await n);
//# top-level await: in a block, a switch and a label
{
  const inner = await Promise.resolve(1);
  console.log(inner);
}
switch (await Promise.resolve(2)) {
  case await Promise.resolve(2):
    console.log("two");
}
out: for (;;) {
  await null;
  break out;
}
//# top-level await: of calls of calls
const f = async (x: number) => x + 1;
console.log(await f(await f(1)));
//# top-level await: optional chains, operators and new
const o: { m?: () => Promise<{ v: number }> } = { m: async () => ({ v: 2 }) };
console.log((await o.m?.())?.v, -(await 3), !(await false), typeof (await "s"), (await 2) ** (await 3));
class Later {
  constructor(readonly v: number) {}
}
console.log(new Later(await Promise.resolve(1)).v);
//# top-level await: assignment keeps the order of evaluation
let total: number = 1;
const bump = async () => (total = 10);
total += await bump();
console.log(total);
//# top-level await: a variable as an identifier within functions | unchecked
const later = function () {
  return typeof awaitLike;
};
var awaitLike = 1;
console.log(later());
//# async functions: order of microtasks
const log: string[] = [];
async function one() {
  log.push("one");
  await null;
  log.push("one after");
}
async function two() {
  log.push("two");
  await null;
  log.push("two after");
}
await Promise.all([one(), two()]);
console.log(log);
//# async functions: Promise.then between awaits | one cell
const ticks: string[] = [];
Promise.resolve().then(() => ticks.push("then"));
ticks.push("sync");
await null;
ticks.push("after");
console.log(ticks);
//# async functions: try, finally and return
async function guarded() {
  try {
    return await Promise.reject(new Error("x"));
  } catch {
    return "caught";
  } finally {
    console.log("finally");
  }
}
console.log(await guarded());
//# async functions: arrows with patterns and defaults
const g = async ({ a = 1 }: { a?: number } = {}, ...r: number[]) => [a, r];
console.log(await g(), await g({ a: 2 }, 3));
//# async functions: methods, this and super
class Base {
  async get() {
    return "base";
  }
}
class Derived extends Base {
  v = "v";
  override async get() {
    const inner = async () => this.v + (await super.get());
    return inner();
  }
}
console.log(await new Derived().get());
//# async functions: errors before the first await reject
async function fails() {
  throw new TypeError("early");
}
console.log(await fails().catch((e) => e.name));
//# promises: all, allSettled, race and any
const ok = Promise.resolve(1), no = Promise.reject(new Error("n"));
console.log(await Promise.all([ok, 2]), (await Promise.allSettled([ok, no])).map((s) => s.status), await Promise.race([ok]), await Promise.any([no, ok]));
//# promises: thenables
const thenable = { then(resolve: (v: number) => void) { resolve(9); } };
console.log(await thenable);
//# promises: timers
const start = await new Promise<string>((resolve) => setTimeout(() => resolve("late"), 1));
console.log(start);
//# promises: a variable that a callback sets
let set = "no";
await new Promise<void>((done) => setTimeout(() => { set = "yes"; done(); }, 1));
console.log(set);
//# generators: infinite with take
function* naturals() {
  let k = 0;
  while (true) yield k++;
}
function* take<T>(n: number, source: Iterable<T>) {
  for (const x of source) {
    if (n-- <= 0) return;
    yield x;
  }
}
console.log([...take(3, naturals())]);
//# generators: two-way
function* echo(): Generator<string, void, string> {
  let said = yield "start";
  while (said !== "stop") said = yield `you said ${said}`;
}
const e = echo();
console.log(e.next().value, e.next("a").value, e.next("stop").done);
//# generators: throw into one
function* resilient() {
  while (true) {
    try {
      yield 1;
    } catch (e) {
      yield `caught ${e}`;
    }
  }
}
const r = resilient();
r.next();
console.log(r.throw("x").value, r.next().value);
//# generators: yield* returns a value
function* inner() {
  yield "a";
  return "b";
}
function* outer() {
  const got: string = yield* inner();
  yield got;
}
console.log([...outer()]);
//# generators: in objects and spread over notebook functions
const nums = () => [1, 2];
async function an() {
  return nums();
}
function* yn() {
  yield* nums();
  yield nums();
}
console.log([...nums(), ...(await an()), ...yn()]);
//# async generators: return and finally
const steps: string[] = [];
async function* source() {
  try {
    yield 1;
    yield 2;
  } finally {
    steps.push("closed");
  }
}
for await (const x of source()) {
  steps.push(`got ${x}`);
  break;
}
console.log(steps);
//# async generators: yield* of sync and async
async function* both() {
  yield* [1, Promise.resolve(2)];
  yield* (async function* () { yield 3; })();
}
const all: unknown[] = [];
for await (const x of both()) all.push(x);
console.log(all);
//# async iteration: by hand
const manual = { [Symbol.asyncIterator]() { let k = 0; return { next: async () => ({ value: k, done: k++ >= 2 }) }; } };
for await (const k of manual) console.log(k);
//# a function declared between awaits is hoisted
console.log(hoisted());
await null;
function hoisted() {
  return "hoisted";
}
await null;
console.log(hoisted());
//# a class, enum and namespace after an await
await null;
class AfterAwait {
  v = 1;
}
enum AfterEnum {
  A = 2,
}
namespace AfterSpace {
  export const c = 3;
}
console.log(new AfterAwait().v, AfterEnum.A, AfterSpace.c);
//# closures over loop variables after awaits
const made: (() => number)[] = [];
for (let i = 0; i < 3; i++) {
  await null;
  made.push(() => i);
}
console.log(made.map((m) => m()));
//# an async arrow at once
console.log(await (async () => {
  const x = await Promise.resolve(2);
  return x * 2;
})());
//# await in a default export and an export
export const exported = await Promise.resolve(1);
console.log(exported);
//# await using and using
const order: string[] = [];
class Resource {
  constructor(readonly name: string) {
    order.push(`open ${name}`);
  }
  [Symbol.dispose]() {
    order.push(`close ${this.name}`);
  }
}
{
  using a = new Resource("a"), b = new Resource("b");
  order.push(`use ${a.name} ${b.name}`);
}
console.log(order);
//# using: in a function and in for-of
const closedNames: string[] = [];
const open = (name: string) => ({ name, [Symbol.dispose]() { closedNames.push(name); } });
function useOne() {
  using r = open("f");
  return r.name;
}
for (using r of [open("x"), open("y")]) console.log(r.name);
console.log(useOne(), closedNames);
