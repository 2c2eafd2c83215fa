import { runInNewContext } from "node:vm";
import { expect } from "chai";
import { setupModule } from "./modules.js";

interface Ascii {
  asciiScript(code: string): string;
}

describe("a script in ASCII", () => {
  let asciiScript: Ascii["asciiScript"];
  before(async () => {
    ({ asciiScript } = await setupModule<Ascii>("ascii.js"));
  });

  it("does the same", () => {
    // Strings, a template, names, regular expressions with and without "u", signs of two code units, a comment.
    const code = [
      "// – 😀",
      'const größe = "é 😀 \u2028", o = { größe, ü: `ß${größe}…` };',
      "[größe, o.größe, o.ü, /^[à-ÿ😀]+$/u.test('é😀'), /[–—]/.exec('a—b').index, 'ü'.length, '😀'.length, /😀{2}/u.test('😀😀')].join('|')",
    ].join("\n");
    const ascii = asciiScript(code);
    expect([...ascii].every((sign) => sign < "\u0080")).to.equal(true);
    expect(runInNewContext(ascii)).to.equal(runInNewContext(code));
  });

  it("is refused where an escape would mean something else", () => {
    for (const code of ["'\\é'", "String.raw`a é`"])
      expect(() => asciiScript(code), code).to.throw(/cannot be written as an escape/);
  });
});
