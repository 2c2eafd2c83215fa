//# for: all parts empty
let i = 0;
for (;;) {
  if (i++ > 2) break;
}
console.log(i);
//# for: several variables and a comma
for (let a = 0, b = 10; a < b; a += 3, b--) console.log(a, b);
//# for: a closure in the head
const heads: (() => number)[] = [];
for (let i = 0, get = () => i; i < 2; i++) {
  heads.push(get, () => i);
}
console.log(heads.map((f) => f()));
//# for: the body changes the variable
for (let i = 0; i < 6; i++) {
  i++;
  console.log(i);
}
//# for: over a notebook variable
let counter = 0;
for (counter = 5; counter < 7; counter++) {}
console.log(counter);
//# for: const in the head
for (const once = { n: 0 }; once.n < 2; once.n++) console.log(once.n);
//# for: assignment to a const in the head throws | unchecked
try {
  for (const i = 0; i < 2; i++) console.log(i);
} catch (e) {
  console.log(e.name);
}
//# for: without braces around every kind of body
const acc: number[] = [];
for (let i = 0; i < 2; i++) for (const j of [0, 1]) if (i !== j) acc.push(i * 10 + j);
console.log(acc);
//# for-of: arrays, strings, maps, sets, generators
for (const x of [1, "a"]) console.log(x);
for (const c of "ab") console.log(c);
for (const [k, v] of new Map([["k", 1]])) console.log(k, v);
for (const s of new Set([1, 1, 2])) console.log(s);
for (const g of (function* () { yield 1; yield 2; })()) console.log(g);
//# for-of: over a notebook variable and a member
let item = 0;
const holder = { item: 0 };
for (item of [1, 2, 3]) {}
for (holder.item of [4, 5]) {}
console.log(item, holder.item);
//# for-of: break, continue, return and throw close the iterator
let closed = 0;
const endless = { [Symbol.iterator]() { let n = 0; return { next: () => ({ value: n++, done: false }), return() { closed++; return { value: 0, done: true }; } }; } };
for (const n of endless) {
  if (n < 2) continue;
  break;
}
(() => {
  for (const n of endless) if (n > 1) return n;
})();
try {
  for (const n of endless) throw new Error(String(n));
} catch {}
console.log(closed);
//# for-of: the value is evaluated before the variable is in scope | unchecked
try {
  for (const v of [v]) {}
} catch (e) {
  console.log(e.name);
}
//# for-of: an array that grows
const grows = [1];
for (const g of grows) if (grows.length < 4) grows.push(g * 2);
console.log(grows);
//# for-in: own and inherited, order of keys
const proto = { inherited: 1 };
const o: any = Object.create(proto, {});
o.b = 1;
o[2] = 1;
o[1] = 1;
for (const k in o) console.log(k);
//# for-in: over a notebook variable, null and an array
let key = "";
for (key in { a: 1, z: 2 }) {}
for (const never in null as any) console.log(never);
for (const index in ["x", "y"]) console.log(index);
console.log(key);
//# for await: of promises, async generators and arrays
async function* ag() {
  yield 1;
  yield await Promise.resolve(2);
}
for await (const v of ag()) console.log(v);
for await (const v of [Promise.resolve(3), 4]) console.log(v);
//# for await: over a notebook variable
let v: any;
for await (v of [Promise.resolve(1), 2]) {}
console.log(v);
//# for await: in an async function
async function collect(source: AsyncIterable<number>) {
  const all: number[] = [];
  for await (const x of source) all.push(x);
  return all;
}
console.log(await collect((async function* () { yield 5; yield 6; })()));
//# while and do: conditions with side effects
let n = 3;
while (n-- > 0) console.log(n);
do console.log("once", n);
while (n > 0);
//# while: a declaration in the condition's function
let turns = 0;
while ((() => { const done = turns >= 2; turns++; return !done; })()) console.log("turn", turns);
//# labels: continue and break of outer loops
outer: for (var a = 0; a < 3; a++) {
  for (const b of [0, 1]) {
    if (b) continue outer;
    if (a === 2) break outer;
    console.log(a, b);
  }
}
console.log(a);
//# labels: of blocks, if and try
const a: number = 2;
block: {
  if (a === 2) break block;
  console.log("not reached");
}
tried: try {
  break tried;
} finally {
  console.log("finally");
}
check: if (true) {
  break check;
}
console.log("end");
//# labels: of the name of a variable
let loop = 1;
loop: while (true) {
  loop++;
  if (loop > 3) break loop;
  continue loop;
}
console.log(loop);
//# labels: two on one loop
first: second: for (let i = 0; i < 3; i++) {
  if (i === 1) continue first;
  if (i === 2) break second;
  console.log(i);
}
//# switch: fall through, default in the middle, strict comparison
function which(v: unknown) {
  const hits: string[] = [];
  switch (v) {
    case 1:
      hits.push("one");
    default:
      hits.push("default");
    case 2:
      hits.push("two");
      break;
    case "1":
      hits.push("text");
  }
  return hits;
}
console.log(which(1), which(2), which("1"), which(9));
//# switch: cases are evaluated in order until one fits
const asked: number[] = [];
const ask = (x: number) => (asked.push(x), x);
switch (2) {
  case ask(1): case ask(2): case ask(3):
}
console.log(asked);
//# switch: a let not reached throws | unchecked
try {
  switch (1) {
    case 0:
      let skipped = 1;
    case 1:
      skipped;
  }
} catch (e) {
  console.log(e.name);
}
//# switch: break in a loop, continue through
for (const x of [1, 2, 3]) {
  switch (x) {
    case 2:
      continue;
    case 3:
      break;
  }
  console.log(x);
}
//# switch: a function and a class in a case
switch (1) {
  case 1:
    function inCase() {
      return new InCase().v;
    }
    class InCase {
      v = 5;
    }
    console.log(inCase());
}
//# try: return in finally wins
function wins() {
  try {
    return "try";
  } finally {
    return "finally";
  }
}
console.log(wins());
//# try: finally runs on break, continue, return and throw
const runs: string[] = [];
for (const x of [1, 2, 3]) {
  try {
    if (x === 1) continue;
    if (x === 3) break;
    throw x;
  } catch (e) {
    runs.push(`caught ${e}`);
  } finally {
    runs.push(`finally ${x}`);
  }
}
console.log(runs);
//# try: nested, rethrown, with a cause
try {
  try {
    throw new Error("inner");
  } catch (cause) {
    throw new TypeError("outer", { cause });
  }
} catch (e: any) {
  console.log(e.name, e.message, e.cause.message);
}
//# try: a catch without a parameter
try {
  throw 1;
} catch {
  console.log("caught");
}
//# try: names of a catch and its block
const e = "top";
try {
  throw "thrown";
} catch (e) {
  {
    const e = "block";
    console.log(e);
  }
  console.log(e);
}
console.log(e);
//# throw: an error at the top ends the program
console.log("printed");
throw new RangeError("end");
//# throw: not an error | unchecked
console.log("printed");
throw "text";
//# throw: undefined | unchecked
throw undefined;
//# throw: from a function called at the top
function deep(n: number): never {
  if (n > 0) return deep(n - 1);
  throw new SyntaxError("deep");
}
deep(3);
//# if: else if chains and an empty statement | unchecked
function grade(n: number) {
  if (n > 5) return "high";
  else if (n > 2) return "mid";
  else if (n < 0);
  else return "low";
  return "negative";
}
console.log(grade(6), grade(3), grade(1), grade(-1));
//# blocks: an empty one, and one with a single declaration
{
}
{
  const only = 1;
}
;;;
console.log("after");
//# statements: on one line without semicolons
let l = 1
let m = l + 1
;[l, m] = [m, l]
console.log(l, m)
//# statements: a line that starts with a parenthesis | unchecked
const fn = (x) => (typeof x === "function" ? x : () => x)
const got = fn
(() => "called")
console.log(typeof got)
//# directives: "use strict" at the top
"use strict";
console.log(this);
//# debugger and empty statements
debugger;
;
console.log(1);
//# a loop with many closures and a finally
const fs: (() => string)[] = [];
for (const x of ["a", "b"]) {
  try {
    let y = x + x;
    fs.push(() => y + x);
    y += "!";
  } finally {
    fs.push(() => x);
  }
}
console.log(fs.map((f) => f()));
