import { expect } from "chai";
import { missingModuleHint } from "../../../kernel/node/missing-module.js";

describe("what to do about a missing module", () => {
  for (const [specifier, said] of [
    ["absent", "npm install absent"],
    ["@scope/absent/deep.js", "npm install @scope/absent"],
    ["npm:chalk@5", 'npm install chalk@5; then import "chalk".'],
    ["npm:@scope/a@^1.2.0/sub/x.js", 'npm install @scope/a@^1.2.0; then import "@scope/a/sub/x.js".'],
    ["npm:/react", 'npm install react; then import "react".'],
    ["jsr:@std/path@1", 'npx jsr add @std/path@1; then import "@std/path".'],
    ["https://esm.sh/react@18", "Node.js imports no URLs of the web."],
    ["node:absent", "has no such built-in module."],
  ] as const) {
    it(`${specifier}`, () => {
      expect(missingModuleHint(specifier)).to.contain(said);
    });
  }

  it("says nothing of paths", () => {
    expect(missingModuleHint("./a")).to.equal(undefined);
    expect(missingModuleHint("#in")).to.equal(undefined);
  });
});
