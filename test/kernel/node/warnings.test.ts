import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { packageRoot } from "../language/notebook.js";

describe("Node's warnings", () => {
  it("reach a notebook without process ids, and not at all about Node itself", () => {
    const warnings = pathToFileURL(path.join(packageRoot, "dist/kernel/node/warnings.js")).href;
    const { stderr, status } = spawnSync(
      process.execPath,
      [
        "--input-type=module",
        "--eval",
        `import { quietWarnings } from ${JSON.stringify(warnings)};
         quietWarnings();
         new Buffer(3);
         process.emitWarning("try", "ExperimentalWarning");
         process.emitWarning("mine");`,
      ],
      { encoding: "utf8" },
    );
    expect(stderr).to.equal("Warning: mine\n");
    expect(status).to.equal(0);
  });
});
