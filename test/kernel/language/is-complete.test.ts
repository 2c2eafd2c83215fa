import { expect } from "chai";
import { isComplete } from "../../../kernel/language/is-complete.js";

describe("whether a text is complete", () => {
  const cases: [string, string, string?][] = [
    ["1 + 1", "complete"],
    ["await fetch('x')", "complete"],
    ["function f() { return 1 }", "complete"],
    ["", "complete"],
    ["function f() {", "incomplete", "  "],
    ["function f() {\n  if (x) {", "incomplete", "    "],
    ["const a = [1,", "incomplete", "  "],
    ["call(", "incomplete", "  "],
    ["const f = (x) =>", "incomplete", "  "],
    ["1 +", "incomplete", ""],
    ["`open", "incomplete", ""],
    ["/* open", "incomplete", ""],
    ["let x = ;", "invalid"],
    ["'open", "invalid"],
    ["}", "invalid"],
  ];
  for (const [code, status, indent] of cases) {
    it(`${JSON.stringify(code)} is ${status}`, () => {
      const expected = indent === undefined ? { status } : { status, indent };
      expect(isComplete(code)).to.deep.equal(expected);
    });
  }
});
