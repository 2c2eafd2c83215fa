import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { parseBare, restoreDocumentation } from "../../../kernel/language/documentation.js";
import { FrontEnd } from "../../../kernel/language/front-end.js";
import { inspect } from "../../../kernel/language/inspection.js";
import { type Documented, type TypeScript, ts } from "../../../kernel/language/typescript.js";
import { nodeFiles } from "../../../kernel/node/files.js";
import { platform } from "../../../kernel/node/platform.js";
import { packageRoot } from "./notebook.js";

const require = createRequire(import.meta.url);

describe("doc comments of declarations", () => {
  const file = join(dirname(require.resolve("@types/node/package.json")), "fs.d.ts");
  const text = readFileSync(file, "utf8");
  const languageVersion = ts.ScriptTarget.ES2022;

  /** As a checker does. */
  function setParents(parent: TypeScript.Node): void {
    ts.forEachChild(parent, (child) => {
      (child as { parent: TypeScript.Node }).parent = parent;
      setParents(child);
    });
  }

  /** Each node with its comments, its tags' kinds, and whether it is deprecated. */
  function commentsOf(tree: TypeScript.Node): string[] {
    const found: string[] = [];
    const visit = (node: Documented): void => {
      const comments = node.jsDoc?.map((comment) => {
        expect(comment.parent).to.equal(node);
        expect(comment.getSourceFile()).to.equal(tree);
        return [comment.getText(), ...(comment.tags ?? []).map(({ kind }) => kind)].join(" ");
      });
      found.push(`${node.kind} ${node.pos} ${node.flags} ${comments?.join("\n") ?? ""}`);
      ts.forEachChild(node, visit);
    };
    visit(tree);
    return found;
  }

  it("are the same when they were left out and are read again", () => {
    const whole = commentsOf(ts.createSourceFile(file, text, { languageVersion }, true));
    const source = parseBare(file, text, { languageVersion });
    setParents(source);
    const bare = commentsOf(source);
    expect(bare.length).to.equal(whole.length);
    expect(bare.some((line) => line.includes("/**"))).to.equal(false);
    const checker = ts.createProgram({ rootNames: [], options: { noLib: true } }).getTypeChecker();
    const [declaration] = source.statements;
    restoreDocumentation([declaration as TypeScript.DeclarationStatement], checker);
    expect(commentsOf(source)).to.deep.equal(whole);
  });

  it("are shown, those that are inherited too", () => {
    const frontEnd = new FrontEnd(platform(packageRoot), nodeFiles);
    frontEnd.open("/nowhere", nodeFiles);
    const code = [
      'import { createReadStream, readdirSync } from "node:fs";',
      'import { GroupNorm } from "normlab";',
      "new GroupNorm(3, 3).parameters(); [1].copyWithin(0, 1); setImmediate(() => {});",
      'createReadStream("f").setEncoding("utf8"); readdirSync("."); encodeURI("1");',
    ].join("\n");
    const checked = frontEnd.check(code);
    const said: Record<string, string> = {
      readdirSync: "Reads the contents of the directory",
      GroupNorm: "group",
      parameters: "parameter",
      copyWithin: "Returns the this object after copying",
      setImmediate: 'Schedules the "immediate" execution',
      // Of the class that a stream of a file extends, in another file.
      setEncoding: "sets the character encoding",
      encodeURI: "Encodes a text string",
    };
    for (const [name, comment] of Object.entries(said)) {
      const { data } = inspect(checked, code.lastIndexOf(name) + 1, 1);
      expect(data["text/plain"]).to.contain(comment);
    }
    frontEnd.close();
  });
});
