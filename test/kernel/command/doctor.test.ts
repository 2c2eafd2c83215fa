import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import {
  checkJupyter,
  checkKernel,
  checkLimits,
  checkNode,
  checkPython,
  checkRenderer,
  reaches,
} from "../../../kernel/command/doctor.js";
import { packageRoot } from "../../../kernel/command/package.js";
import type { Python } from "../../../kernel/command/python.js";
import { kernelspec } from "../../../kernel/spec/kernelspec.js";

describe("normlab doctor", () => {
  let folder: string;
  let python: Python;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "normlab döctor "));
    python = {
      version: [3, 10, 0],
      executable: "/env/bin/python",
      prefix: "/env",
      isEnvironment: true,
      packages: { jupyter_core: "5.7.2", jupyterlab: "4.2.0", nbconvert: "7.16.0" },
      dataFolder: "/home/me/.local/share/jupyter",
      dataPath: [folder],
      limits: { iopub_msg_rate_limit: 1000, iopub_data_rate_limit: 1e6 },
    };
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const installed = (text: string) => {
    mkdirSync(join(folder, "kernels", "normlab"), { recursive: true });
    writeFileSync(join(folder, "kernels", "normlab", "kernel.json"), text);
    return checkKernel(packageRoot, [join(folder, "first"), folder]);
  };

  it("compares versions by their numbers", () => {
    expect(["20.19.0", "20.20.1", "22.0.0"].every((version) => reaches(version, "20.19"))).to.equal(true);
    expect(["20.9.0", "18.20.0", "4"].some((version) => reaches(version, "20.19"))).to.equal(false);
    expect(reaches("4.6.0rc1", "4")).to.equal(true);
  });

  it("finds a Node and a Python that are too old, and no Python at all", () => {
    expect(checkNode(process.versions.node).state).to.equal("good");
    expect(checkNode("18.20.4").state).to.equal("wrong");
    expect(checkPython(python).state).to.equal("good");
    expect(checkPython({ ...python, version: [3, 9, 18] }).state).to.equal("wrong");
    expect(checkPython(undefined).state).to.equal("wrong");
  });

  it("finds a Python without Jupyter, and advises against an old one", () => {
    expect(checkJupyter(python).state).to.equal("good");
    expect(checkJupyter({ ...python, packages: {} })).to.deep.include({ state: "wrong" });
    const old = checkJupyter({ ...python, packages: { ...python.packages, jupyterlab: "3.6.7" } });
    expect(old.state).to.equal("advice");
    expect(old.remedy).to.equal('"/env/bin/python" -m pip install --upgrade jupyterlab');
  });

  it("finds that there is no kernel", () => {
    expect(checkKernel(packageRoot, [folder])).to.deep.include({
      state: "wrong",
      text: "No Jupyter here knows it.",
    });
  });

  it("knows this package's kernel, with this Node, another and one that is gone", () => {
    expect(installed(JSON.stringify(kernelspec({ packageRoot }))).state).to.equal("good");
    const another = join(folder, "node");
    writeFileSync(another, "");
    expect(installed(JSON.stringify(kernelspec({ packageRoot, node: another }))).state).to.equal("advice");
    const gone = installed(JSON.stringify(kernelspec({ packageRoot, node: join(folder, "gone") })));
    expect(gone.state).to.equal("wrong");
    expect(gone.text).to.contain(`starts Node from ${join(folder, "gone")}, which is no longer there`);
  });

  it("finds a kernel of another package, of one that is gone, and of none", () => {
    const other = join(folder, "other");
    const spec = JSON.stringify(kernelspec({ packageRoot: other }));
    expect(installed(spec).text).to.match(/other, which is no longer there\.$/);
    mkdirSync(join(other, "dist", "kernel"), { recursive: true });
    writeFileSync(join(other, "dist", "kernel", "main.js"), "");
    expect(installed(spec)).to.deep.include({ state: "wrong" });
    expect(installed(spec).text).to.match(/starts another normlab, in .*other\.$/);
    expect(installed("{").text).to.match(/does not start a normlab\.$/);
  });

  it("advises plotly's renderer and roomier limits where they lack", () => {
    expect(checkRenderer(python).state).to.equal("advice");
    mkdirSync(join(folder, "labextensions", "jupyterlab-plotly"), { recursive: true });
    expect(checkRenderer(python).state).to.equal("good");
    expect(checkLimits(python)?.remedy).to.contain(
      "--ZMQChannelsWebsocketConnection.iopub_data_rate_limit=1000000000",
    );
    const roomy = { iopub_msg_rate_limit: 0, iopub_data_rate_limit: 1e10 };
    expect(checkLimits({ ...python, limits: roomy })?.state).to.equal("good");
    expect(checkLimits({ ...python, limits: null })).to.equal(undefined);
  });
});
