import { expect } from "chai";
import { loadCompiler, missingInternals, tslabVersion } from "../../../kernel/evaluate/tslab.js";
import { packageRoot } from "./notebook.js";

describe("tslab's internals", () => {
  it("are the ones that this kernel is written for", () => {
    const { ts } = loadCompiler(packageRoot);
    expect(missingInternals(ts, tslabVersion), "see kernel/evaluate/tslab.ts").to.deep.equal([]);
  });

  it("are named when they are missing", () => {
    const { ts } = loadCompiler(packageRoot);
    const changed = { ...ts, version: "9.9.9", Completions: undefined, bindSourceFile: undefined };
    expect(missingInternals(changed as unknown as Partial<typeof ts>, "2.0.0")).to.deep.equal([
      "tslab is 2.0.0, this kernel is written for 1.0.22",
      "tslab's TypeScript is 9.9.9, this kernel is written for 5.0.4",
      "tslab's TypeScript has no function bindSourceFile",
      "tslab's TypeScript has no function Completions.getCompletionsAtPositionForTslab",
    ]);
  });

  it("keep a source file's parent as the scope around it, and its private members", () => {
    const { ts } = loadCompiler(packageRoot);
    const file = ts.createSourceFile(
      "a.ts",
      "let a = 1; b: string",
      ts.ScriptTarget.ES2022,
    ) as unknown as Record<string, unknown>;
    ts.bindSourceFile(file as never, {});
    expect(file.locals ?? file.identifiers).to.be.instanceOf(Map);
    expect(file.identifiers).to.be.instanceOf(Map);
    expect(file.parseDiagnostics).to.be.an("array");
  });
});
