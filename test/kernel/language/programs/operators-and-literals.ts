//# optional chains: members, calls, indexes, delete
const o: any = { f() { return this === o; }, n: null, a: [1] };
console.log(o?.f(), o?.n?.x.y, o.f?.(), o?.["f"](), o.g?.(1), o.a?.[0], delete o?.a, o.a?.[0].b.c);
//# optional chains: arguments are not evaluated
let evaluated = 0;
const nothing: any = undefined;
nothing?.call(evaluated++);
nothing?.[evaluated++];
console.log(evaluated);
//# optional chains: of a notebook function keep no this
function who(this: unknown) {
  return this;
}
const maybeWho: typeof who | undefined = who;
console.log(maybeWho?.(), (maybeWho)?.());
//# nullish, and, or: short circuit and values
const log: string[] = [];
const t = (v: any) => (log.push(String(v)), v);
console.log(t(null) ?? t(1), t(0) || t(2), t(1) && t(""), t(0) ?? t(9));
console.log(log);
//# conditional chains and commas | unchecked
const c = (a: number) => (a > 2 ? "big" : a > 1 ? "mid" : "small");
console.log(c(3), c(2), c(1), (1, 2));
//# typeof, void, in, delete, instanceof | unchecked
const obj: any = { a: 1, b: 2 };
delete obj.a;
console.log(typeof obj, void obj, "a" in obj, "b" in obj, obj instanceof Object, typeof undeclaredName);
//# typeof of every kind of declaration
var tv = 1;
function tf() {}
class tc {}
enum te {
  A,
}
namespace tn {
  export const a = 1;
}
const ts = Symbol("s"), tb = 1n;
console.log(typeof tv, typeof tf, typeof tc, typeof te, typeof tn, typeof ts, typeof tb);
//# exponent, unary and precedence
const two = 2;
console.log(two ** 3 ** 2, (-two) ** 2, -(two ** 2), 2 + 3 * 4 - 6 / 2, 7 % 4, -7 % 4);
//# bitwise
const bits = 0b1011;
console.log(bits & 6, bits | 4, bits ^ 1, ~bits, bits << 2, bits >> 1, -1 >>> 28);
//# comparison and equality
const nan = NaN;
console.log(nan === nan, Object.is(nan, NaN), ("1" as any) == 1, (null as any) == undefined, "a" < "b", (1 as any) < ("2" as any));
//# order of evaluation of operands
const order: number[] = [];
const e = (n: number) => (order.push(n), n);
e(1) + e(2) * e(3) - (e(4), e(5));
console.log(order);
//# order of evaluation of members, calls and assignment
const trace: string[] = [];
const ev = <T>(name: string, v: T): T => (trace.push(name), v);
ev("object", { m: (..._: number[]) => 1 } as any)[ev("key", "m")](ev("arg1", 1), ev("arg2", 2));
ev("target", {} as any)[ev("prop", "p")] = ev("value", 3);
console.log(trace);
//# increments of members and elements
const counter = { n: 1, list: [1, 2] };
counter.n++;
++counter.list[1];
counter["n"] += 5;
counter.list[counter.list.length - 1] **= 2;
console.log(counter);
//# literals: numbers
const numbers = [0xff, 0b11, 0o17, 1_000, 1e3, 0.5, 10n ** 20n];
console.log(...numbers);
//# literals: strings and escapes
const text = "a\tb\u{1F600}\x41\
c";
console.log(text, 'single "quoted"', `multi
line`);
//# literals: templates nested over notebook names
const name1 = "n", depth = 2;
console.log(`a${name1}b${`c${depth > 1 ? `d${depth}` : ""}e`}f`);
//# literals: String.raw and a tag that is a member
const tags = { t: (s: TemplateStringsArray, ...v: any[]) => s.raw.join("|") + v.join(",") };
console.log(String.raw`\n${1}`, tags.t`x${1}y${2}`);
//# literals: regular expressions
const re = /a(?<x>b+)/giu, sticky = /b/y;
console.log(re.exec("xabb")?.groups?.x, re.lastIndex, "abab".replace(/b/g, (m) => m.toUpperCase()), sticky.test("ab"));
//# literals: a regular expression or a division
let d = 8, g = 2;
console.log(d / 2 / g, [/=/.test("a=b")]);
//# objects: shorthand, computed, methods, accessors
const a = 1, b = 2, key = "dyn";
const object = { a, b, c: a, [key]: 1, [`${key}2`]() { return a; }, get d() { return this.a + b; }, set d(v) { this.a = v; }, async e() { return a; }, *f() { yield b; } };
object.d = 10;
console.log(object.d, object.dyn2(), await object.e(), [...object.f()], Object.keys(object));
//# objects: spread, order and overwriting | unchecked
const base = { x: 1, y: 2 };
console.log({ ...base, y: 3 }, { y: 3, ...base }, { ...null, ...undefined, ...[9] }, { ..."hi" });
//# objects: getter and method names like notebook variables
const length = 3, value = "n";
const names = { get value() { return value; }, length() { return length; }, [value]: value, "a-b": value };
console.log(names.value, names.length(), names.n, names["a-b"], [1].length);
//# objects: __proto__ as a key, shorthand and computed | unchecked
const proto = { inherited: 1 };
const __proto__ = { own: 1 };
console.log(Object.getPrototypeOf({ __proto__: proto }) === proto, Object.keys({ __proto__ }), Object.keys({ ["__proto__"]: 1 }));
//# objects: numeric and string keys keep their order
console.log(Object.keys({ b: 1, 2: 1, a: 1, 1: 1 }));
//# arrays: holes, spread, trailing commas
const holes = [1, , 3, ,];
console.log(holes.length, 1 in holes, [...holes], [...[1, 2], ...new Set([3])]);
//# arrays: methods with closures over notebook names
const factor = 3;
const xs = [3, 1, 2];
console.log(xs.map((x) => x * factor), xs.filter((x) => x < factor), xs.reduce((s, x) => s + x, 0), xs.toSorted(), xs.at(-1));
//# bigint arithmetic
let big = 1n;
for (let i = 1n; i <= 20n; i++) big *= i;
console.log(big, -big % 7n, BigInt.asUintN(8, 257n));
//# symbols as keys, well-known and registered
const key1 = Symbol.for("k"), own = Symbol("own");
const keyed = { [key1]: 1, [own]: 2 };
console.log(keyed[Symbol.for("k")], keyed[own], own.description, Object.getOwnPropertySymbols(keyed).length);
//# proxies and Reflect
const seen: string[] = [];
const proxy = new Proxy({} as any, { get: (_, k) => (seen.push(String(k)), k), has: () => true, set: (_, k, v) => (seen.push(`${String(k)}=${v}`), true) });
const { hello, ...none } = proxy;
proxy.x = 1;
console.log(hello, "anything" in proxy, seen, Reflect.ownKeys(none));
//# Date, JSON, Map, Set, WeakMap and typed arrays
const day = new Date(0), weak = new WeakMap([[{}, 1]]);
console.log(day.toISOString(), JSON.stringify({ m: [...new Map([[1, 2]])], u: undefined }), new Set("aab").size, weak instanceof WeakMap, new Float32Array([0.1])[0]);
//# getters and setters by defineProperty on notebook objects
const store: any = {};
let hidden = 1;
Object.defineProperty(store, "v", { get: () => hidden, set: (v) => { hidden = v * 2; } });
store.v = 4;
console.log(store.v, hidden);
//# assignment as an expression in conditions and arguments
let m: RegExpExecArray | null;
const finder = /\d/g;
const found: string[] = [];
while ((m = finder.exec("a1b2"))) found.push(m[0]);
console.log(found);
//# new with spread, and calls with spread in the middle
class Many {
  args: number[];
  constructor(...args: number[]) {
    this.args = args;
  }
}
const middle = [2, 3];
console.log(new Many(1, ...middle, 4).args, Math.max(0, ...middle, 1));
//# comma in for, in index and in arrow bodies
let i1 = 0;
const table = [[1, 2], [3, 4]];
console.log(table[(i1++, i1)][(i1--, i1)], (() => (i1 = 5, i1 + 1))());
//# in with private-looking and computed names
const computed = "x" + "y";
console.log(computed in { xy: 1 }, "toString" in {}, 0 in [1], !("a" in {}));
//# object literal at the start of a line in parentheses
({ a: 1 }).a;
(function () {
  console.log("called");
})();
[1, 2].forEach((x) => console.log(x));
`template`.length;
