import { expect } from "chai";
import { ambientFlag, missingInternals, ts } from "../../../kernel/language/typescript.js";

describe("TypeScript's internals", () => {
  it("are the ones that kernel/language is written for", () => {
    expect(missingInternals(ts), "see kernel/language/typescript.ts").to.deep.equal([]);
    const [made, declared] = ts.createSourceFile(
      "a.ts",
      "const a = 1; declare const b: number;",
      ts.ScriptTarget.ES2022,
    ).statements;
    expect([made.flags & ambientFlag, declared.flags & ambientFlag]).to.deep.equal([0, ambientFlag]);
  });

  it("are named when they are missing", () => {
    const changed = { ...ts, version: "7.0.2", skipTrivia: undefined, bindSourceFile: undefined };
    expect(missingInternals(changed)).to.deep.equal([
      "version 7.0.2, not 6",
      "no function bindSourceFile",
      "no function skipTrivia",
    ]);
  });

  it("keep a source file's private members", () => {
    const file = ts.createSourceFile("a.ts", "let a = 1; b: string", ts.ScriptTarget.ES2022, true);
    ts.bindSourceFile(file, {});
    expect(Reflect.get(file, "locals")).to.be.instanceOf(Map);
    expect(Reflect.get(file, "identifiers")).to.be.instanceOf(Map);
    expect(Reflect.get(file, "parseDiagnostics")).to.be.an("array");
    expect(Reflect.get(file, "endFlowNode")).to.be.an("object");
  });
});
