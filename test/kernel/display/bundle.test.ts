import { inspect } from "node:util";
import { expect } from "chai";
import { checkBundle, showValue } from "../../../kernel/display/bundle.js";
import { hideContext } from "../../../kernel/node/context.js";

const options = { inspect, describeError: (error: Error) => `described ${error.message}` };
const bundleOf = async (value: unknown) => (await showValue(value, options)).bundle;
const display = Symbol.for("Jupyter.display");

describe("display: the bundle of a value", () => {
  // Another test of this process may have had cells, whose bookkeeping is on promises since.
  before(hideContext);

  it("is what Symbol.for('Jupyter.display') gives, sync or as a Promise, before any _repr_*_", async () => {
    const shown = { "text/html": "<b>x</b>", "text/plain": "x" };
    expect(await bundleOf({ [display]: () => shown, _repr_html_: () => "no" })).to.deep.equal(shown);
    expect(await bundleOf({ [display]: async () => shown })).to.deep.equal(shown);
  });

  it("is empty when a display method gives an empty one: nothing is shown", async () => {
    expect(await bundleOf({ [display]: () => ({}) })).to.deep.equal({});
  });

  it("has plain text when a display method gives none", async () => {
    const bundle = await bundleOf({ size: 3, [display]: () => ({ "text/html": "<b>3</b>" }) });
    expect(bundle["text/plain"]).to.include("size: 3");
  });

  it("of a promise says when it has no value yet", async () => {
    expect(await bundleOf(Promise.resolve(5))).to.deep.equal({ "text/plain": "Promise { 5 }" });
    expect((await bundleOf(new Promise(() => {})))["text/plain"]).to.equal(
      "Promise { <pending> }\nIt has no value yet: write `await` in front of it to wait for one.",
    );
  });

  it("comes from IPython's display methods", async () => {
    const value = {
      _repr_html_: () => "<i>a</i>",
      _repr_svg_: async () => "<svg/>",
      _repr_latex_: () => null,
    };
    expect(await bundleOf(value)).to.include({ "text/html": "<i>a</i>", "image/svg+xml": "<svg/>" });
    expect(await bundleOf({ _repr_mimebundle_: () => ({ "text/plain": "m" }) })).to.deep.equal({
      "text/plain": "m",
    });
  });

  it("of a value whose display method throws is its plain text; what was thrown is kept", async () => {
    const error = new Error("broken");
    const value = {
      size: 3,
      [display]() {
        throw error;
      },
    };
    const shown = await showValue(value, options);
    expect(shown.thrown).to.deep.equal({ error });
    expect(shown.bundle["text/plain"]).to.include("size: 3");
  });

  it("of an error is its description", async () => {
    expect(await bundleOf(new TypeError("wrong"))).to.deep.equal({ "text/plain": "described wrong" });
  });

  it("of an array of records is a table, with everything escaped in HTML", async () => {
    const bundle = await bundleOf([{ name: "<script>&\"'", n: 10 }, { n: 2.5 }]);
    expect(bundle["text/html"]).to.include(
      '<td style="text-align: left">&lt;script&gt;&amp;&quot;&#39;</td>',
    );
    expect(bundle["text/html"]).not.to.include("<script>");
    expect((await bundleOf([{ n: 1 / 3 }]))["text/plain"])
      .to.include("0.333333")
      .and.not.include("0.3333333");
    expect(String(bundle["text/plain"]).split("\n")).to.deep.equal([
      "name           n",
      "───────────  ───",
      "<script>&\"'   10",
      "             2.5",
    ]);
  });

  it("of a long table says what it leaves out", async () => {
    const rows = Array.from({ length: 100 }, (_, row) => ({ row }));
    const bundle = await bundleOf(rows);
    expect(bundle["text/html"]).to.include("70 more rows");
    expect(String(bundle["text/plain"]).split("\n").length).to.equal(33);
  });

  it("of other arrays, of instances and of mixed ones is plain text", async () => {
    expect(await bundleOf([1, 2])).to.deep.equal({ "text/plain": "[ 1, 2 ]" });
    expect(await bundleOf([{}, {}])).to.deep.equal({ "text/plain": "[ {}, {} ]" });
    expect(await bundleOf([new Date(0)])).to.have.keys("text/plain");
  });

  it("of a value that cannot be inspected says so", async () => {
    const value = new Proxy(
      {},
      {
        ownKeys() {
          throw new Error("private");
        },
      },
    );
    const custom = {
      [Symbol.for("nodejs.util.inspect.custom")]() {
        throw new Error("no text");
      },
    };
    expect(await bundleOf(value)).to.have.keys("text/plain");
    expect((await bundleOf(custom))["text/plain"]).to.include("no text");
  });

  it("refuses what Jupyter would not show, and says what is wrong", () => {
    expect(() => checkBundle("text", "display", inspect)).to.throw(TypeError, "a MIME bundle is an object");
    expect(() => checkBundle({ html: "x" }, "display", inspect)).to.throw(TypeError, '"html"');
    expect(() => checkBundle({ "text/html": 3 }, "display", inspect)).to.throw(
      TypeError,
      "it has to be a string",
    );
    expect(() => checkBundle({ "application/json": 3n }, "display", inspect)).to.throw(TypeError);
    expect(checkBundle({ "image/png": new Uint8Array([255]) }, "display", inspect)).to.deep.equal({
      "image/png": "/w==",
    });
    expect(checkBundle({ "application/json": { a: [1] } }, "display", inspect)).to.deep.equal({
      "application/json": { a: [1] },
    });
  });
});
