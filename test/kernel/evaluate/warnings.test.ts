import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { packageRoot } from "./notebook.js";

describe("Node's warnings", () => {
  it("reach a notebook without process ids, and not at all about Node itself", () => {
    const evaluator = pathToFileURL(path.join(packageRoot, "dist/kernel/evaluate/evaluator.js")).href;
    const { stderr, status } = spawnSync(
      process.execPath,
      [
        "--input-type=module",
        "--eval",
        `import { createEvaluator } from ${JSON.stringify(evaluator)};
         const { evaluate } = createEvaluator({ cwd: ".", packageRoot: ${JSON.stringify(packageRoot)} });
         await evaluate("new Buffer(3); process.emitWarning('try', 'ExperimentalWarning'); process.emitWarning('mine')", { number: 1, silent: false });`,
      ],
      { encoding: "utf8" },
    );
    expect(stderr).to.equal("Warning: mine\n");
    expect(status).to.equal(0);
  });
});
