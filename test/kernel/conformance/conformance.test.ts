// jupyter_kernel_test, the tests that Jupyter has for kernels, run by the Python that the set-up made.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { kernelName, kernelspec } from "../../../kernel/spec/kernelspec.js";

const packageRoot = fileURLToPath(new URL("../../../../", import.meta.url));
const python = join(packageRoot, ".venv", process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
const tests = join(packageRoot, "test", "kernel", "conformance", "test_normlab.py");

interface Run {
  readonly code: number;
  readonly output: string;
}

function run(args: string[], env: NodeJS.ProcessEnv): Promise<Run> {
  return new Promise((resolve) => {
    execFile(python, args, { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : 1, output: `${stdout}${stderr}` });
    });
  });
}

describe("jupyter_kernel_test", () => {
  let jupyterPath: string;
  before(() => {
    jupyterPath = mkdtempSync(join(tmpdir(), "normlab-jupyter-"));
    const folder = join(jupyterPath, "kernels", kernelName);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "kernel.json"), JSON.stringify(kernelspec({ packageRoot })));
  });
  after(() => rmSync(jupyterPath, { recursive: true }));

  it("passes, with nothing skipped but the pager", async function () {
    this.timeout(60_000);
    const { code, output } = await run([tests, "--verbose"], { ...process.env, JUPYTER_PATH: jupyterPath });
    expect(code, output).to.equal(0);
    const skipped = output.split("\n").filter((line) => line.includes("... skipped"));
    expect(
      skipped.filter((line) => !line.includes("test_pager")),
      output,
    ).to.deep.equal([]);
  });
});
