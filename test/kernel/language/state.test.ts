import { expect } from "chai";
import { Notebook } from "./notebook.js";

describe("a notebook's variables", () => {
  let notebook: Notebook;
  beforeEach(() => {
    notebook = new Notebook();
  });
  afterEach(() => notebook.close());

  it("keeps what was declared before an error, with its type, and not what came after", async () => {
    await notebook.run("let later = 'old';");
    await notebook.fail(
      "interface P { x: number }\nconst kept: P = { x: 1 };\nclass K { y = 2 }\nnull!.z;\nlet later = 3;\nlet notReached = 4;".replace(
        "null!.z",
        "throw new Error('stop')",
      ),
    );
    expect(await notebook.run("kept.x + new K().y")).to.equal(3);
    expect((await notebook.fail("const s: string = kept.x;")).evalue).to.contain("TS2322");
    expect(await notebook.run("const p: P = { x: 5 }; later.toUpperCase()")).to.equal("OLD");
    expect((await notebook.fail("notReached")).evalue).to.contain("TS2304");
  });

  it("keeps what was declared before an await that rejects", async () => {
    await notebook.fail("const before = 1;\nawait Promise.reject(new Error('late'));\nconst behind = 2;");
    expect(await notebook.run("before")).to.equal(1);
    expect((await notebook.fail("behind")).ename).to.equal("TypeScriptError");
  });

  it("keeps a variable whose type a module exports without the cell having imported its name", async () => {
    await notebook.run('import { digits } from "normlab";');
    await notebook.run("const data = digits({ seed: 1 });");
    expect(await notebook.run("data.train.inputs.shape")).to.deep.equal([1000, 64]);
    expect((await notebook.fail("const s: string = data;")).evalue).to.contain("Partition");
  });

  it("declares nothing when TypeScript finds an error", async () => {
    await notebook.run("let value = 1;");
    await notebook.fail("let value = 'two'; let n: number = 'three';");
    expect(await notebook.run("value + 1")).to.equal(2);
  });

  it("lets const, let, class, function, enum and import be declared again, as another type too", async () => {
    await notebook.run(
      "const a = 1; let b = 2; class C { n = 1 } function f() { return 1 } enum E { A = 1 }",
    );
    await notebook.run(
      "const a = 'x'; let b = [a]; class C { s = 'c' } function f() { return a + b } enum E { B = 5 }",
    );
    expect(await notebook.run("[a.length, b.join(), new C().s, f(), E.B, Object.keys(E)]")).to.deep.equal([
      1,
      "x",
      "c",
      "xx",
      5,
      ["5", "B"],
    ]);
    await notebook.run("import { join as f } from 'node:path';");
    expect(await notebook.run("f('a', 'b')")).to.equal("a/b");
  });

  it("lets a function of an earlier cell see what is defined again", async () => {
    await notebook.run(
      "const rate = 1; const helper = () => 'old'; function use() { return [rate, helper()] }",
    );
    await notebook.run("const rate = 2; const helper = () => 'new';");
    expect(await notebook.run("use()")).to.deep.equal([2, "new"]);
  });

  it("tells a notebook's variable from a local one of the same name", async () => {
    await notebook.run("let x = 'notebook', list = [1, 2];");
    expect(
      await notebook.run(
        [
          "const seen: unknown[] = [];",
          "function parameter(x: string) { return x }",
          "const arrow = ({ x }: { x: string }) => x;",
          "const later = () => { const inner = x2; var x2: any = 'var'; return [typeof inner, x2] };",
          "{ let x = 'block'; seen.push(x); }",
          "for (const x of ['loop']) seen.push(x);",
          "try { throw 'caught' } catch (x) { seen.push(x) }",
          "class Box { x = 'member'; get() { return this.x + x } }",
          "const object = { x, list: list.map((x) => x + 1) };",
          "x: for (;;) { break x }",
          "[...seen, parameter('p'), arrow({ x: 'a' }), ...later(), new Box().get(), object.x, ...object.list]",
        ].join("\n"),
      ),
    ).to.deep.equal([
      "block",
      "loop",
      "caught",
      "p",
      "a",
      "undefined",
      "var",
      "membernotebook",
      "notebook",
      2,
      3,
    ]);
  });

  it("assigns to variables of earlier cells in every way there is", async () => {
    await notebook.run("let a = 1, b = 2, c: number[] = [], d: any;");
    await notebook.run(
      "a += 4; b++; [a, b] = [b, a]; ({ d = 7 } = {} as any); for (d of [8, 9]); ({ d: c[0] } = { d: 6 });",
    );
    expect(await notebook.run("[a, b, c, d]")).to.deep.equal([3, 5, [6], 9]);
  });

  it("stores destructured names, and those of var in loops and blocks", async () => {
    await notebook.run("const { p, q: [r = 3], ...rest } = { p: 1, q: [], s: 4 };");
    await notebook.run(
      "for (var i = 0, sum = 0; i < 4; i++) { var last = i; sum += i }\nfor (var [k, v] of [['a', 1]]);",
    );
    expect(await notebook.run("[p, r, rest, i, sum, last, k, v]")).to.deep.equal([
      1,
      3,
      { s: 4 },
      4,
      6,
      3,
      "a",
      1,
    ]);
  });

  it("gives functions and classes their names, and calls without `this`", async () => {
    await notebook.run(
      "const arrow = () => 1; const K = class {}; function self(this: unknown) { return this }",
    );
    expect(await notebook.run("[arrow.name, K.name, self(), [1].map(self)[0]]")).to.deep.equal([
      "arrow",
      "K",
      undefined,
      undefined,
    ]);
  });

  it("runs enums, namespaces, decorators, generics and const assertions", async () => {
    const value = await notebook.run(
      [
        "enum Norm { Batch, Layer } const enum Small { One = 1 }",
        "namespace Shape { export const rank = 2; export function area(a: number) { return a * rank } }",
        "const seen: string[] = []; function log(_: object, { name }: ClassMethodDecoratorContext) { seen.push(String(name)) }",
        "class Net { @log forward() { return Norm.Layer } static #count = 2; static count() { return Net.#count } }",
        "const shape = [2, 3] as const; function first<T>(x: readonly T[]): T { return x[0] }",
        "[Shape.area(3), new Net().forward(), Net.count(), seen[0], first(shape), Small.One, Norm[0]]",
      ].join("\n"),
    );
    expect(value).to.deep.equal([6, 1, 2, "forward", 2, 1, "Batch"]);
    expect(await notebook.run("[Shape.area(1), Norm.Layer, Net.count()]")).to.deep.equal([2, 1, 2]);
  });

  it("gives the last expression's value, and none for a declaration or undefined", async () => {
    expect(await notebook.run("1;\n2 + 3;")).to.equal(5);
    expect(await notebook.run("await Promise.resolve('later')")).to.equal("later");
    const { evaluator } = notebook;
    const { value } = await evaluator.evaluate("await null; Promise.resolve(1)", {
      number: 8,
      isStopped: false,
    });
    expect(value).to.be.instanceOf(Promise);
    for (const code of ["const x = 3", "undefined", "void 0", "", "// a comment", "interface I {}"]) {
      expect(await evaluator.evaluate(code, { number: 9, isStopped: false }), code).to.include({
        hasValue: false,
      });
    }
  });

  it("evaluates expressions over the variables without declaring anything", async () => {
    await notebook.run("const base = 40;");
    expect(await notebook.evaluator.expression("base + 2", notebook.cell)).to.equal(42);
    expect(await notebook.evaluator.expression("{ a: base }", notebook.cell)).to.deep.equal({ a: 40 });
  });

  it("keeps one declaration of a cell that is run again and again", async () => {
    for (let i = 0; i < 200; i++) await notebook.run("let again: number = 1; function g() { return again }");
    expect(await notebook.run("g()")).to.equal(1);
  });

  it("takes exports and augmentations as they come with pasted code", async () => {
    await notebook.run("export const shared = 1; export default class Main { n = shared }");
    expect(await notebook.run("new Main().n")).to.equal(1);
    await notebook.run(
      "declare global { interface Array<T> { second(): T } }\nArray.prototype.second = function () { return this[1] };",
    );
    expect(await notebook.run("[1, 2].second()")).to.equal(2);
    await notebook.run("delete (Array.prototype as any).second");
  });

  it("lets a class expression with private members be used later, which has no declaration file", async () => {
    await notebook.run("const make = () => class { private secret = 1; reveal() { return this.secret } };");
    expect(await notebook.run("new (make())().reveal()")).to.equal(1);
  });
});
