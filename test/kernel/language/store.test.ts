// What a notebook's variables do that a module's do too, and what they do over cells.
import { expect } from "chai";
import { Notebook } from "./notebook.js";

describe("the store", () => {
  let notebook: Notebook;
  before(() => {
    notebook = new Notebook();
  });
  after(() => notebook.close());

  it("throws where a name is read before it has its value, and never gives an older cell's", async () => {
    await notebook.run("let early = 'old'; const olderReader = () => early;");
    const { ename, evalue } = await notebook.fail(
      "const seen = read(); let early = 'new'; function read() { return early }",
    );
    expect([ename, evalue]).to.deep.equal(["ReferenceError", "Cannot access 'early' before initialization"]);
    expect(await notebook.run("[early, olderReader()]")).to.deep.equal(["old", "old"]);
    expect(
      await notebook.run("const lazy = () => early; let early = 'newer'; [lazy(), olderReader()]"),
    ).to.deep.equal(["newer", "newer"]);
    expect((await notebook.fail("// @ts-nocheck\nnew Later(); class Later {}")).ename).to.equal(
      "ReferenceError",
    );
  });

  it("gives a failing cell's redeclarations back", async () => {
    await notebook.run("let kept = 1, other = 'o';");
    await notebook.fail("let kept = 'two', other = (() => { throw new Error('stop') })();");
    expect(await notebook.run("[kept + 1, other.length]")).to.deep.equal([2, 1]);
  });

  it("lets a declared name be defined later, and be the global scope's until then", async () => {
    await notebook.run(
      "declare function isOdd(n: number): boolean; function isEven(n: number): boolean { return n === 0 || isOdd(n - 1) }",
    );
    expect((await notebook.fail("isEven(3)")).evalue).to.equal("isOdd is not defined");
    expect(await notebook.run("typeof isOdd")).to.equal("undefined");
    await notebook.run("function isOdd(n: number): boolean { return n !== 0 && isEven(n - 1) }");
    expect(await notebook.run("[isEven(10), isOdd(7)]")).to.deep.equal([true, true]);
  });

  it("has names that mean something elsewhere", async () => {
    await notebook.run(
      "const require = 1, module = 2, exports = 3, $cell = 4, $notebook = 5, $stop = 6, constructor = 7, __proto__ = 8, toString = 9;",
    );
    expect(
      await notebook.run(
        "[require, module, exports, $cell, $notebook, $stop, constructor, __proto__, toString]",
      ),
    ).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await notebook.run("// @ts-nocheck\n[typeof arguments, this]")).to.deep.equal([
      "undefined",
      undefined,
    ]);
  });

  it("evaluates text as part of the place where it stands, and elsewhere in the global scope", async () => {
    await notebook.run("let inside = 1; function evaluate(local: number) { return eval('inside + local') }");
    expect(await notebook.run("[evaluate(2), eval('inside = 5; inside'), inside]")).to.deep.equal([3, 5, 5]);
    expect(await notebook.run("(0, eval)('typeof inside')")).to.equal("undefined");
  });

  it("has functions say their own text", async () => {
    await notebook.run(
      "let outer = 1; function  add(a) {  return a+outer }; const typed = (a: number) => { while (a < outer) a++; return a };",
    );
    expect(await notebook.run("String(add)")).to.equal("function  add(a) {  return a+outer }");
    expect(await notebook.run("typed.toString()")).to.match(
      /^\(a\) => \{ while \(a < outer\)\s+a\+\+; return a; \}$/,
    );
    expect(await notebook.run("String(Function.prototype.toString)")).to.contain("[native code]");
  });

  it("gives an error that a cell catches the names that the reader wrote", async () => {
    await notebook.run("let callback: any = 3;");
    expect(
      await notebook.run(
        "let said = ''; try { callback() } catch (error: any) { said = error.message } said",
      ),
    ).to.equal("callback is not a function");
  });

  it("knows over cells what was narrowed and what evolved", async () => {
    await notebook.run(
      "let found: string | undefined = ['s'].find((x) => x === 's'); const xs = []; let best = null;",
    );
    await notebook.run("if (found === undefined) throw new Error('never');");
    await notebook.run("xs.push(found.length); for (const x of xs) if (best === null || x > best) best = x;");
    expect(
      await notebook.run("const first: number = xs[0]; found.toUpperCase() + first + best!.toFixed(0)"),
    ).to.equal("S11");
    expect((await notebook.fail("const wrong: string = xs[0];")).evalue).to.contain("TS2322");
  });

  it("stops a cell that was given up at its next await, and keeps what it had declared", async () => {
    await notebook.run(
      "let late = 'untouched'; let release = () => {}; const gate = new Promise<void>((resolve) => { release = resolve });",
    );
    const ending = notebook.fail(
      "const began = 41;\ntry { await gate } finally { late = 'finally' }\nlate = 'changed';\nconst after = 1;",
    );
    await new Promise((resolve) => setImmediate(resolve));
    notebook.cell.isStopped = true;
    notebook.evaluator.stop(notebook.cell);
    expect((await ending).ename).to.equal("KeyboardInterrupt");
    expect(await notebook.run("began")).to.equal(41);
    await notebook.run("release()");
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await notebook.run("late")).to.equal("untouched");
    expect((await notebook.fail("after")).ename).to.equal("TypeScriptError");
  });
});

describe("the tsconfig.json nearest to a notebook", () => {
  const config = (compilerOptions: object) => ({ "../tsconfig.json": JSON.stringify({ compilerOptions }) });
  async function within<T>(
    files: Record<string, string>,
    use: (notebook: Notebook) => Promise<T>,
  ): Promise<T> {
    const notebook = new Notebook(files);
    try {
      return await use(notebook);
    } finally {
      notebook.close();
    }
  }

  it("decides about strictness", async () => {
    const code = "function length(x?: string) { return x.length }";
    const warned = (notebook: Notebook) => notebook.run(code).then(() => notebook.warnings.join());
    expect(await within({}, warned)).to.contain("TS18048");
    expect(await within(config({ target: "es2022" }), warned)).to.contain("TS18048");
    expect(await within(config({ strict: true, strictNullChecks: false }), warned)).to.equal("");
    for (const options of [{ strict: true }, { strictNullChecks: true }])
      expect((await within(config(options), (notebook) => notebook.fail(code))).evalue).to.contain("TS18048");
    const untyped = "const twice = (x) => 2 * x; twice(4)";
    expect(await within(config({ strict: true }), (notebook) => notebook.run(untyped))).to.equal(8);
    const refused = await within(config({ noImplicitAny: true }), (notebook) => notebook.fail(untyped));
    expect(refused.evalue).to.contain("TS7006");
  });

  it("decides about libraries, paths, decorators and JSX, and is extended", async () => {
    const files = {
      ...config({ lib: ["es2022", "dom"], paths: { "@lib/*": ["./lib/*"] }, experimentalDecorators: true }),
      "../lib/scale.ts": "export const scale = 3;",
    };
    await within(files, async (notebook) => {
      expect(await notebook.run('import { scale } from "@lib/scale";\nscale')).to.equal(3);
      expect(
        await notebook.run("const size = (node: HTMLElement) => node.offsetWidth; size.length"),
      ).to.equal(1);
      expect(
        await notebook.run(
          "const names: string[] = []; function log(_: object, name: string) { names.push(name) }\nclass Net { @log forward() {} }\nnames",
        ),
      ).to.deep.equal(["forward"]);
    });
    const extended = {
      "../base.json": JSON.stringify({ compilerOptions: { jsx: "react", jsxFactory: "h" } }),
      "../tsconfig.json": JSON.stringify({ extends: "./base.json" }),
    };
    const automatic = {
      ...config({ jsx: "react-jsx", jsxImportSource: "mark" }),
      "../node_modules/mark/package.json":
        '{ "name": "mark", "exports": { "./jsx-runtime": { "types": "./r.d.ts", "default": "./r.js" } } }',
      "../node_modules/mark/r.js": "exports.jsx = (tag, props) => [tag, props];",
      "../node_modules/mark/r.d.ts":
        "export namespace JSX { interface IntrinsicElements { b: { id: string } } }\nexport function jsx(tag: string, props: object): unknown;",
    };
    await within(automatic, async (notebook) => {
      expect(await notebook.run('<b id="x" />')).to.deep.equal(["b", { id: "x" }]);
      expect((await notebook.fail("<b id={3} />")).evalue).to.contain("TS2322");
    });
    await within(extended, async (notebook) => {
      await notebook.run(
        "declare global { namespace JSX { interface IntrinsicElements { b: { id: string } } } }\nconst h = (tag: string, props: object) => [tag, props];",
      );
      expect(await notebook.run('<b id="x" />')).to.deep.equal(["b", { id: "x" }]);
    });
  });
});
