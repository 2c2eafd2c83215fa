// Whatever way code gets hold of an error's message, it has the words that plain Node has for it.
import { expect } from "chai";
import { NotebookCells } from "./cells.js";
import type { Outcome } from "./outcome.js";
import { PlainNode } from "./plain-node.js";

const declarations = `
let x: any = 1, nothing: any = undefined, object: any = { inner: {} };
const box = { get computed(): any { return x() } };
let keep: any;
`;

/** Expressions that fail with an error that V8 words with the text of what failed. */
const failing: Readonly<Record<string, string>> = {
  call: "x()",
  "call of a member": "object.inner.f()",
  "optional call": "object?.inner.f()",
  new: "new x()",
  "tagged template": "x`text`",
  "spread of an argument": "Math.max(...x)",
  "spread in an array": "[...x]",
  "array pattern": "(() => { const [a] = x; return a })()",
  "object pattern": "(() => { const { a } = nothing; return a })()",
  "array assignment": "([keep] = x)",
  "for of": "(() => { for (const a of x) keep = a })()",
  "yield*": "[...(function* () { yield* x })()]",
  "a default of a parameter": "((a = x()) => a)()",
  "a default in a pattern": "(({ a = x() }) => a)({})",
  "a computed key of a pattern": "(({ [x()]: a }) => a)({})",
  "a field": "new (class { a = x() })()",
  "a static field": "(class { static a = x() })",
  "a static block": "(class { static { x() } })",
  "a computed member": "(class { [x()]() {} })",
  "a constructor": "new (class extends Object { constructor() { super(); x() } })()",
  "a getter": "box.computed",
  "a setter": "({ set a(to: any) { x() } }).a = 1",
  "a callback": "[1].map(() => x())",
  "direct eval": "eval('x()')",
  "text of a function in eval": "eval('(() => x())()')",
};

/** Ways to a message; FAIL stands for the expression, in a function that is called later. */
const ways: Readonly<Record<string, string>> = {
  catch: "try { FAIL } catch (error: any) { console.log(error.message) }",
  "catch with a pattern": "try { FAIL } catch ({ message }: any) { console.log(message) }",
  "catch of a function":
    "function f() { FAIL }\ntry { f() } catch (error: any) { console.log(error.message) }",
  "promise.catch":
    "await new Promise((resolve) => { resolve(FAIL) }).catch((error) => { console.log(error.message) })",
  "then's second": "await (async () => { FAIL })().then(null, (error) => { console.log(error.message) })",
  "a then that fails":
    "await Promise.resolve().then(() => { FAIL }).catch(({ message }) => { console.log(message) })",
  allSettled:
    "const all: any = await Promise.allSettled([(async () => { FAIL })()]);\nconsole.log(all[0].reason.message)",
  any: "await Promise.any([(async () => { FAIL })()]).catch((error) => { console.log(error.errors[0].message) })",
  "await in try":
    "async function f() { FAIL }\ntry { await f() } catch (error: any) { console.log(String(error)) }",
  "a library's catch":
    'import assert from "node:assert";\nassert.throws(() => { FAIL }, (error: any) => { console.log(error.message); return true })',
  "a library's callback":
    'import { callbackify } from "node:util";\nawait new Promise<void>((resolve) => callbackify(async () => { FAIL })((error: any) => { console.log(error.message); resolve() }))',
  generator:
    "function* g() { FAIL; yield 1 }\ntry { g().next() } catch (error: any) { console.log(error.stack.split('\\n')[0]) }",
  "async generator":
    "async function* g() { FAIL; yield 1 }\nawait g().next().catch((error: any) => { console.log(error.message) })",
  "an expression's arrow":
    "const f = () => FAIL;\nawait Promise.resolve().then(f).catch((error: any) => { console.log(error.message) })",
  method:
    "const o = { m() { FAIL } };\nawait Promise.resolve().then(() => Reflect.apply(o.m, o, [])).catch((error: any) => { console.log(error.message) })",
  toJSON:
    "const o = { toJSON() { FAIL } };\nawait Promise.resolve(o).then(JSON.stringify).catch((error: any) => { console.log(error.message) })",
  "as a cause":
    "async function f() { try { FAIL } catch (cause) { throw new Error('outer', { cause }) } }\nawait f().catch((error: any) => { console.log(error.cause.message) })",
  "a finally":
    "async function f() { try { FAIL } finally { keep = 1 } }\nawait f().catch((error: any) => { console.log(error.message) })",
};

/** V8 names what failed, or describes it, and does not do so for a variable where it does for another expression. */
const otherWords: readonly (readonly [string, string])[] = [
  ["number 1 is not iterable (cannot read property Symbol(Symbol.iterator))", "x is not iterable"],
  ["yield* (intermediate value)(intermediate value) is not iterable", "x is not iterable"],
  ["number 1 is not a function", "x is not a function"],
];

const said = ({ lines, error }: Outcome): Outcome => ({
  lines: lines.map((line) => otherWords.reduce((text, [words, others]) => text.replace(words, others), line)),
  ...(error === undefined ? {} : { error }),
});

describe("the words of errors", () => {
  const plain = new PlainNode();
  after(() => plain.close());

  for (const [way, code] of Object.entries(ways))
    it(`are plain Node's by way of ${way}`, async () => {
      for (const [form, expression] of Object.entries(failing)) {
        const body = code.replaceAll("FAIL", () => expression);
        const expected = said(await plain.run(declarations + body));
        expect(expected.lines, form).to.have.length(1);
        const notebook = new NotebookCells();
        try {
          await notebook.run(`// @ts-nocheck\n${declarations}`);
          const split = await notebook.run(`// @ts-nocheck\n${body}`);
          expect(said(split), `${form}, in a later cell`).to.deep.equal(expected);
        } finally {
          notebook.close();
        }
        const whole = new NotebookCells();
        try {
          expect(
            said(await whole.run(`// @ts-nocheck\n${declarations}${body}`)),
            `${form}, in one cell`,
          ).to.deep.equal(expected);
        } finally {
          whole.close();
        }
      }
    });
});
