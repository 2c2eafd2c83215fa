//# var: alone
var a = 1;
console.log(a);
//# var: in a block
if (true) {
  var inBlock = 2;
  let hidden = 3;
}
console.log(inBlock);
//# var: without a value keeps the one it has
var kept = 1;
var kept: number;
console.log(kept);
//# var: hoisted, undefined before its statement | unchecked
console.log(typeof early, early);
var early = 1;
console.log(early);
//# var: hoisted out of a block that does not run | unchecked
if (Math.random() > 2) {
  var never = 1;
}
console.log(never);
//# var: in for
for (var i = 0, n = 3; i < n; i++) {}
console.log(i, n);
//# var: in for-of and for-in
for (var each of [1, 2, 3]) {}
for (var key in { p: 1, q: 2 }) {}
console.log(each!, key!);
//# var: in for-of with a pattern
const pairs: [number, { j?: number }][] = [[1, {}], [2, { j: 9 }]];
for (var [first, { j = first }] of pairs) console.log(first, j);
console.log(first!, j!);
//# var: in for await | unchecked
for await (var waited of [Promise.resolve(5), 6]) {}
console.log(waited);
//# var: in try, catch and finally | unchecked
try {
  var tried = 1;
  throw 5;
} catch (e) {
  var caught = e;
} finally {
  var last = 3;
}
console.log(tried, caught, last);
//# var: in switch | unchecked
switch (2 as number) {
  case 1:
    var one = 1;
  case 2:
    var two = 2;
}
console.log(one, two);
//# var: in a labelled block
label: {
  var labelled = 4;
  break label;
}
console.log(labelled);
//# var: as the body of if, else, while and do
const yes = true as boolean;
if (yes) var inIf = 1;
else var inElse = 2;
do var inDo = 3;
while (false);
console.log(inIf!, inElse!, inDo);
//# var: with the name of a catch parameter | unchecked
try {
  throw "caught";
} catch (name) {
  var name = "inside";
  console.log(name);
}
console.log(name);
//# var: in a deeply nested place
{
  {
    for (const x of [1]) {
      if (x) {
        var deep = x + 1;
      }
    }
  }
}
console.log(deep!);
//# var: a closure over one in a loop
const closures: (() => number)[] = [];
for (var shared = 0; shared < 3; shared++) closures.push(() => shared);
console.log(closures.map((f) => f()));
//# var: declared twice with values
var twice = 1;
var twice = 2;
console.log(twice);
//# var: not a property of globalThis
var notGlobal = 1;
console.log("notGlobal" in globalThis);
//# let: without a value
let later: number;
later = 5;
console.log(later);
//# let: undefined again by its declaration in a loop
const seen: unknown[] = [];
for (let k = 0; k < 3; k++) {
  let fresh: number | undefined;
  seen.push(fresh);
  fresh = k;
}
console.log(seen);
//# let: untyped, then of another type | checked
let evolves;
evolves = 1;
console.log(evolves + 1);
evolves = "text";
console.log(evolves.toUpperCase());
//# let: null that evolves
let best = null;
for (const v of [3, 1, 4]) if (best === null || v > best) best = v;
console.log(best);
//# const: an empty array that evolves
const xs = [];
xs.push(1);
xs.push("two");
console.log(xs, xs.length);
//# const: several declarators that use each other
const c1 = 1, c2 = c1 + 1, c3 = c2 * 2;
console.log(c1, c2, c3);
//# const: a value of itself in a closure
const self = { get: () => self.value, value: 3 };
console.log(self.get());
//# const: assignment throws a TypeError | unchecked
const fixed = 1;
try {
  fixed = 2;
} catch (e) {
  console.log(e.name);
}
console.log(fixed);
//# const: assignment in a function throws a TypeError | unchecked
const fixedToo = 1;
function change() {
  fixedToo++;
}
try {
  change();
} catch (e) {
  console.log(e.name);
}
console.log(fixedToo);
//# const: every assignment operator throws | unchecked
const solid = 1;
for (const attempt of [() => (solid += 1), () => solid--, () => ([solid] = [2]), () => ({ solid } = { solid: 3 }), () => { for (solid of [1]); }, () => (solid &&= 4)]) {
  try {
    attempt();
    console.log("no error");
  } catch (e) {
    console.log(e.name);
  }
}
console.log(solid);
//# const: a short-circuited assignment does not throw | unchecked
const set = 1;
console.log((set ||= 5), (set ??= 6));
//# let: shadowed in a block
let s = 1;
{
  let s = 2;
  s++;
  console.log(s);
}
console.log(s);
//# let: shadowed in for, catch, parameters and functions
let shadow = "top";
for (let shadow of ["loop"]) console.log(shadow);
for (let shadow = 0; shadow < 1; shadow++) console.log(shadow);
try {
  throw "caught";
} catch (shadow) {
  console.log(shadow);
}
((shadow: string) => console.log(shadow))("parameter");
(function shadow() {
  console.log(typeof shadow);
})();
(class shadow {
  static {
    console.log(typeof shadow);
  }
});
console.log(shadow);
//# let: closures see later changes
let n = 0;
const increment = () => ++n;
increment();
increment();
console.log(n);
//# let: closures of a loop each have their own
const own: (() => number)[] = [];
for (let k = 0; k < 3; k++) own.push(() => k);
console.log(own.map((f) => f()));
//# let: a switch has one scope for its cases
let w = 1;
switch (w) {
  case 1:
    let w = 9;
    var out = w;
    function inside() {
      return w;
    }
    console.log(inside());
}
console.log(w, out!);
//# let: update expressions
let u: number = 1;
console.log(u++, ++u, u--, --u, -u, +u, ~u);
console.log(u);
//# let: compound assignment
let m: number = 7;
m += 3; console.log(m);
m -= 1; console.log(m);
m *= 2; console.log(m);
m /= 3; console.log(m);
m %= 4; console.log(m);
m **= 3; console.log(m);
m <<= 2; console.log(m);
m >>= 1; console.log(m);
m >>>= 1; console.log(m);
m &= 6; console.log(m);
m |= 9; console.log(m);
m ^= 5; console.log(m);
//# let: logical assignment
let p: any = null, q: any = 1, r: any = 0;
p ??= 5;
q &&= 2;
r ||= 3;
console.log(p, q, r, (p ??= 6), (q &&= 0), (r ||= 9));
//# let: the value of an assignment
let x1: number, x2: number;
console.log((x1 = x2 = 4), x1, x2);
//# let: assignment evaluates the name before the value
let order: number = 1;
order = order + (order = 10) + order;
console.log(order);
//# let: compound assignment reads before the right side
let reads: number = 1;
reads += (reads = 5);
console.log(reads);
//# const: a comma in the initializer
let side = 0;
const comma = (side++, side + 1);
console.log(side, comma);
//# let: many names in one statement with closures between
let l1 = 1, f1 = () => l1 + l2, l2 = 2;
console.log(f1());
//# declare: says nothing at run time
declare const ghost: number;
declare function phantom(): void;
declare let spirit: string;
console.log(typeof ghost, typeof phantom, typeof spirit);
//# globals: undefined, NaN and Infinity stay what they are
console.log(undefined, NaN, Infinity, typeof globalThis);
