//# fields: a class with private members names itself in a static initializer, at the top and inside | unchecked
class Top {
  #p = 1;
  static s = new Top().m();
  static t = Top.s + 1;
  m() {
    return this.#p + 1;
  }
}
function inside() {
  {
    class Inner {
      #p = 3;
      static s = new Inner().m();
      static of = () => Inner;
      m() {
        return this.#p * 2;
      }
    }
    return [Inner.s, Inner.of() === Inner];
  }
}
console.log(Top.s, Top.t, inside());
const Named = class Own {
  #q = 5;
  static s = new Own().#q;
};
console.log(Named.s);
//# declaration: constructor, methods, instanceof
class A {
  x: number;
  constructor(x: number) {
    this.x = x;
  }
  double() {
    return this.x * 2;
  }
}
const a = new A(3);
console.log(a.x, a.double(), a instanceof A, A.name, a);
//# declaration: parameter properties
class Point {
  constructor(public x: number, readonly y = 2, private z = 3) {}
  sum() {
    return this.x + this.y + this.z;
  }
}
console.log(new Point(1).sum(), new Point(1));
//# declaration: refers to itself
class Node1 {
  static all: Node1[] = [];
  static make() {
    const n = new Node1();
    Node1.all.push(n);
    return n;
  }
  clone() {
    return new Node1();
  }
}
Node1.make();
console.log(Node1.all.length, new Node1().clone() instanceof Node1);
//# declaration: use before it throws | unchecked
try {
  new Early();
} catch (e) {
  console.log(e.name);
}
class Early {}
console.log(typeof Early);
//# declaration: in extends of itself throws | unchecked
try {
  (() => {
    class Loop extends Loop {}
  })();
} catch (e) {
  console.log(e.name);
}
//# declaration: assigned to | unchecked
class Replaced {
  static self() {
    return Replaced.name;
  }
}
const original = Replaced;
Replaced = 5;
console.log(Replaced, original.self());
//# declaration: assignment within the class throws | unchecked
class Solid {
  static change() {
    Solid = 1;
  }
}
try {
  Solid.change();
} catch (e) {
  console.log(e.name);
}
//# declaration: in a block
{
  class Hidden {
    v = 1;
  }
  console.log(new Hidden().v);
}
//# expression: named and anonymous
const Named = class Inner {
  static n = Inner.name;
};
const Anonymous = class {
  static n = this.name;
};
console.log(Named.name, Named.n, Anonymous.name, Anonymous.n);
//# fields: initializers, arrows, this
const base = 5;
class F {
  a = base;
  b = () => this.a + base;
  c: number | undefined;
  static d = base * 2;
  static e = this.d + F.d;
}
console.log(new F().b(), Object.keys(new F()), F.d, F.e);
//# fields: define, they do not set
class Setter {
  set v(_: number) {
    console.log("set");
  }
}
class Field extends Setter {
  // @ts-ignore
  v = 1;
}
console.log(Object.keys(new Field()));
//# fields: computed names are evaluated once, in order | unchecked
let count = 0;
const next = () => `k${++count}`;
class Computed {
  [next()] = 1;
  static [next()] = 2;
  [next()]() {
    return 3;
  }
}
new Computed();
new Computed();
console.log(count, Object.keys(new Computed()), Object.keys(Computed));
//# fields: this of an initializer sees earlier fields
class Order {
  one = 1;
  two = this.one + 1;
  three = (() => this.two + 1)();
}
console.log(new Order());
//# private: fields, methods, accessors, static
class P {
  #v = 1;
  #m() {
    return this.#v + 1;
  }
  get #g() {
    return this.#m() + 1;
  }
  set #g(v) {
    this.#v = v;
  }
  static #c = 0;
  static #next() {
    return ++P.#c;
  }
  use() {
    this.#g = 10;
    this.#v++;
    return [this.#v, this.#g, P.#next()];
  }
  static has(o: object) {
    return #v in o;
  }
}
console.log(new P().use(), P.has(new P()), P.has({}));
//# private: access to another object's throws | unchecked
class Secret {
  #s = 1;
  static read(o) {
    return o.#s;
  }
}
try {
  Secret.read({});
} catch (e) {
  console.log(e.name);
}
//# private: optional chains, which TypeScript's own printer cannot print | javascript
class Chain {
  #x = { y: 1 };
  static read(o) {
    return o?.#x.y;
  }
}
console.log(Chain.read(new Chain()), Chain.read());
//# static blocks: order, this and private access
let peek: (s: Sealed) => number;
class Sealed {
  #v = 4;
  static first = 1;
  static {
    this.first++;
    peek = (s) => s.#v;
  }
  static second = Sealed.first + 1;
  static {
    var local = 1;
    console.log(local, this.second);
  }
}
console.log(peek!(new Sealed()), Sealed.first);
//# accessors: get, set, static
class Acc {
  private _v = 1;
  static shared = 1;
  get v() {
    return this._v;
  }
  set v(v) {
    this._v = v * 2;
  }
  static get w() {
    return Acc.shared;
  }
}
const acc = new Acc();
acc.v = 4;
acc.v += 1;
console.log(acc.v, Acc.w);
//# accessors: with computed keys
const ck = "dyn";
let backing = 1;
class CK {
  static get [ck]() {
    return backing;
  }
  static set [ck](v) {
    backing = v;
  }
}
(CK as any).dyn = 5;
console.log((CK as any).dyn, backing);
//# accessors: auto-accessors
class Auto {
  accessor v = 1;
  static accessor w = 2;
}
const auto = new Auto();
auto.v++;
Auto.w++;
console.log(auto.v, Auto.w);
//# inheritance: super calls, fields, accessors
class Animal {
  constructor(readonly name: string) {}
  get kind() {
    return "animal";
  }
  speak() {
    return `${this.name} is an ${this.kind}`;
  }
  static make() {
    return new this("made");
  }
}
class Dog extends Animal {
  tricks = [this.name];
  override get kind() {
    return `odd ${super.kind}`;
  }
  override speak() {
    return super.speak() + "!";
  }
}
console.log(new Dog("Rex").speak(), new Dog("Rex").tricks, Dog.make(), Object.getPrototypeOf(Dog) === Animal);
//# inheritance: of built-in classes
class Stack<T> extends Array<T> {
  top() {
    return this[this.length - 1];
  }
}
const stack = Stack.from([1, 2]) as Stack<number>;
console.log(stack.top(), stack.map((x) => x * 2) instanceof Stack);
//# inheritance: of Error
class Problem extends Error {
  override name = "Problem";
  constructor(message: string, readonly code = 7) {
    super(message);
  }
}
try {
  throw new Problem("bad");
} catch (e) {
  if (e instanceof Problem) console.log(e.name, e.message, e.code, e instanceof Error);
}
//# inheritance: an uncaught error's name
class Fatal extends Error {
  override name = "Fatal";
}
console.log("before");
throw new Fatal("end");
//# inheritance: from an expression
const mix = <T extends new (...a: any[]) => object>(B: T) => class extends B {
  mixed = 1;
};
class Bs {
  b = 2;
}
class Mx extends mix(Bs) {}
console.log(new Mx().mixed, new Mx().b);
//# inheritance: extends null and a non-constructor | unchecked
class FromNull extends null {}
console.log(Object.getPrototypeOf(FromNull.prototype));
try {
  (() => {
    class Bad extends 5 {}
  })();
} catch (e) {
  console.log(e.name);
}
//# inheritance: this before super throws | unchecked
class Base0 {}
class Derived0 extends Base0 {
  constructor() {
    this.x = 1;
    super();
  }
}
try {
  new Derived0();
} catch (e) {
  console.log(e.name);
}
//# inheritance: super in static, arrows and object literals
class S1 {
  static s() {
    return "s";
  }
  m() {
    return "m";
  }
}
class S2 extends S1 {
  static override s() {
    return (() => super.s() + "2")();
  }
  override m() {
    return [1].map(() => super.m() + "2")[0];
  }
}
const proto = { hi() { return "base"; } };
const derived = { __proto__: proto, hi() { return super["hi" as never] as any; } };
console.log(S2.s(), new S2().m(), typeof derived.hi());
//# abstract, generic, implements
interface Shape {
  area(): number;
}
abstract class Base<T> implements Shape {
  abstract v(): T;
  twice() {
    return [this.v(), this.v()];
  }
  area() {
    return 0;
  }
}
class Impl extends Base<number> {
  v() {
    return 2;
  }
}
console.log(new Impl().twice(), new Impl().area());
//# overloads and this types
class Builder {
  parts: string[] = [];
  add(s: string): this;
  add(n: number): this;
  add(v: string | number) {
    this.parts.push(String(v));
    return this;
  }
}
console.log(new Builder().add("a").add(1).parts);
//# iterators, async and generator methods
const list = [1, 2];
class Gc {
  *[Symbol.iterator]() {
    yield* this.items();
  }
  *items(): Generator<number> {
    for (const i of list) yield i;
  }
  static async make() {
    return new Gc();
  }
  async *later() {
    yield* list;
  }
}
const collected: number[] = [];
for await (const v of new Gc().later()) collected.push(v);
console.log([...(await Gc.make())], Math.max(...new Gc()), collected);
//# Symbol.toPrimitive, toString, toStringTag, hasInstance
class Money {
  constructor(readonly n: number) {}
  [Symbol.toPrimitive](hint: string) {
    return hint === "number" ? this.n : `$${this.n}`;
  }
  get [Symbol.toStringTag]() {
    return "Money";
  }
  static [Symbol.hasInstance](v: any) {
    return typeof v === "number";
  }
}
const money = new Money(5);
console.log(`${money}`, +money, Object.prototype.toString.call(money), (5 as any) instanceof Money);
//# decorators: of a class, a method, a field, with context
const marks: string[] = [];
function mark(_: unknown, context: { kind: string; name: unknown }) {
  marks.push(`${context.kind} ${String(context.name)}`);
}
@mark
class Decorated {
  @mark method() {
    return 1;
  }
  @mark field = 2;
  @mark static s = 3;
  @mark accessor acc = 4;
}
console.log(marks, new Decorated().method(), new Decorated().field);
//# decorators: a class decorator that names its class
function register<T extends new () => object>(c: T, context: ClassDecoratorContext) {
  console.log(context.name, c.name);
}
@register
class Registered {
  static one = new Registered();
  self() {
    return Registered;
  }
}
console.log(Registered.one.self() === Registered);
//# decorators: replace the class
function swap<T extends new (...args: any[]) => object>(c: T) {
  return class extends c {
    swapped = true;
  };
}
@swap
class Swapped {
  self() {
    return new Swapped();
  }
}
console.log((new Swapped() as any).swapped, (new Swapped().self() as any).swapped);
//# decorators: factories run in order
const order: string[] = [];
function d(name: string) {
  order.push(`make ${name}`);
  return (_: unknown, __: unknown) => {
    order.push(`apply ${name}`);
  };
}
@d("a")
@d("b")
class Twice {
  @d("m") m() {}
}
console.log(order, new Twice() instanceof Twice);
//# decorators: initializers
const inits: string[] = [];
function bound(_: unknown, context: ClassMethodDecoratorContext) {
  context.addInitializer(function (this: any) {
    inits.push(String(context.name));
    this[context.name] = this[context.name].bind(this);
  });
}
class Bound {
  v = 3;
  @bound get3() {
    return this.v;
  }
}
const { get3 } = new Bound();
console.log(get3(), inits);
//# class and interface of one name merge
interface Merged {
  extra?: string;
}
class Merged {
  own = 1;
}
const merged: Merged = new Merged();
merged.extra = "e";
console.log(merged);
//# class and namespace of one name merge
class Outer {
  v = Outer.k;
}
namespace Outer {
  export const k = 3;
  export class Inner {
    w = k;
  }
}
console.log(new Outer().v, new Outer.Inner().w);
//# a class of the name of a global
class Map {
  mine = true;
}
console.log(new Map().mine);
//# a class whose member names are the notebook's names
const alpha = 1, beta = 2;
class Members {
  alpha = alpha;
  beta() {
    return beta;
  }
  static alpha = alpha + beta;
  get gamma() {
    return this.alpha;
  }
}
console.log(new Members(), new Members().beta(), Members.alpha, new Members().gamma);
//# a static method named name, a field named constructor | unchecked
class Odd {
  static name() {
    return "n";
  }
  ["constructor"] = 1;
  static length = 9;
}
console.log(Odd.name(), new Odd().constructor, Odd.length);
//# new with member expressions and without parentheses
const space = { Inner: class { v = 1 } };
console.log(new space.Inner().v, new space.Inner instanceof space.Inner, new (class { w = 2 })().w);
//# a closure over a class in a loop
const made: (new () => { v: number })[] = [];
for (let i = 0; i < 2; i++) made.push(class { v = i });
console.log(made.map((M) => new M().v));
//# a class expression with private members by a function
const make = () => new (class {
  #x = 1;
  get() {
    return this.#x;
  }
})();
const m = make();
console.log(m.get());
//# structuredClone, JSON and inspection of instances
class Plain {
  a = 1;
  #hidden = 2;
  toJSON() {
    return { a: this.a, h: this.#hidden };
  }
}
console.log(JSON.stringify(new Plain()), new Plain());
//# await in a computed member name
class AK {
  static z = 0;
  ["x" + (await Promise.resolve("k"))]() {
    return 1;
  }
}
console.log((new AK() as any).xk());
//# an error in a static block leaves the class undeclared | unchecked
try {
  (() => {
    class Boom {
      static {
        throw new RangeError("in static");
      }
    }
  })();
} catch (e) {
  console.log(e.name);
}
class Last {
  static {
    throw new RangeError("at the top");
  }
}
