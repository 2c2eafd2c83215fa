import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { isSnapshotCurrent, noteSources, snapshotFiles } from "../../../kernel/node/build-snapshot.js";
import { snapshotOptions } from "../../../kernel/node/snapshot.js";
import { packageRoot } from "../language/notebook.js";

const startScript = path.join("kernel", "spec", "start.sh");

describe("the start-up snapshot", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "normlab-snapshot-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("holds a front end that checks cells, with normlab's types and the notebook's own files", async function () {
    // The set-up builds it; a checkout that was only compiled has none.
    if (!(await isSnapshotCurrent(packageRoot))) this.skip();
    const module = (name: string) =>
      JSON.stringify(pathToFileURL(path.join(packageRoot, "dist/kernel/node", name)).href);
    writeFileSync(path.join(folder, "local.ts"), "export const local: number = 4;\n");
    writeFileSync(
      path.join(folder, "run.mjs"),
      `import { takeLanguage } from ${module("snapshot.js")};
       import { NodeHost } from ${module("host.js")};
       import { platform } from ${module("platform.js")};
       const packageRoot = ${JSON.stringify(packageRoot)};
       const { createEvaluator, frontEnd } = await takeLanguage(packageRoot);
       const held = frontEnd;
       const stopRequested = new Int32Array(1);
       const host = new NodeHost({ platform: platform(packageRoot), packageRoot, stopRequested, endProcesses() {} });
       const e = createEvaluator({ host, folder: ${JSON.stringify(folder)}, packageRoot, frontEnd });
       const run = (code) => e.evaluate(code, { number: 1, isStopped: false }).then(({ value }) => value, (x) => e.describe(x).evalue);
       console.log(JSON.stringify([
         held !== undefined && globalThis[Symbol.for("normlab.snapshot")] === undefined,
         await run('import { tensor } from "normlab"; tensor([1, 2]).shape'),
         await run('import { local } from "./local"; local + 1'),
         await run('const text: string = local'),
         e.complete("[1].fla", 7).matches,
         process.execArgv,
       ]));`,
    );
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [...snapshotOptions, "--snapshot-blob", snapshotFiles(packageRoot).blob, path.join(folder, "run.mjs")],
      { encoding: "utf8" },
    );
    expect(stdout, stderr).not.to.equal("");
    expect(JSON.parse(stdout)).to.deep.equal([
      true,
      [2],
      5,
      "TS2322: Type 'number' is not assignable to type 'string'. (line 1)",
      ["flat", "flatMap"],
      [],
    ]);
  });

  /** A package whose kernel prints how it was started, in place of a kernel. */
  function standIn(machine: string | undefined): string {
    const node = path.join(folder, "node");
    mkdirSync(path.join(folder, "kernel", "spec"), { recursive: true });
    mkdirSync(path.join(folder, "dist", "start-up"), { recursive: true });
    cpSync(path.join(packageRoot, startScript), path.join(folder, startScript));
    writeFileSync(node, '#!/bin/sh\necho "$@"\n', { mode: 0o755 });
    const noted = spawnSync("/bin/sh", [path.join(folder, startScript), "--machine", node], {
      encoding: "utf8",
    });
    if (machine !== undefined) {
      writeFileSync(path.join(folder, "dist/start-up/kernel.blob"), "");
      writeFileSync(path.join(folder, "dist/start-up/machine"), machine || noted.stdout);
    }
    const { stdout } = spawnSync("/bin/sh", [path.join(folder, startScript), node, "connection.json"], {
      encoding: "utf8",
    });
    return stdout.trim().replaceAll(folder, "PACKAGE");
  }

  it("is used when it was made by this Node on this processor", function () {
    if (process.platform === "win32") this.skip();
    expect(standIn("")).to.equal(
      "--no-rehash-snapshot --snapshot-blob PACKAGE/dist/start-up/kernel.blob PACKAGE/dist/kernel/node/main.js connection.json",
    );
  });

  it("is left alone when it is missing, or was made by another Node", function () {
    if (process.platform === "win32") this.skip();
    expect(standIn(undefined)).to.equal("PACKAGE/dist/kernel/node/main.js connection.json");
    expect(standIn("another")).to.equal("PACKAGE/dist/kernel/node/main.js connection.json");
  });

  it("is made anew when a declaration that it holds has changed, and not when it was only written again", async function () {
    if (process.platform === "win32") this.skip();
    const declarations = path.join(folder, "dist/src/index.d.ts");
    cpSync(path.join(packageRoot, startScript), path.join(folder, startScript));
    for (const made of ["dist/kernel/language", "dist/kernel/node"])
      cpSync(path.join(packageRoot, made), path.join(folder, made), { recursive: true });
    cpSync(path.join(packageRoot, "package.json"), path.join(folder, "package.json"));
    symlinkSync(path.join(packageRoot, "node_modules"), path.join(folder, "node_modules"));
    for (const made of ["dist/src", "dist/start-up"]) mkdirSync(path.join(folder, made));
    writeFileSync(snapshotFiles(folder).blob, "");
    writeFileSync(declarations, "export declare const eps: number;\n");
    await noteSources(folder, [declarations]);
    expect(await isSnapshotCurrent(folder)).to.equal(true);

    writeFileSync(declarations, "export declare const eps: string;\n");
    expect(await isSnapshotCurrent(folder)).to.equal(false);
    writeFileSync(declarations, "export declare const eps: number;\n");
    utimesSync(declarations, 1, 1);
    expect(await isSnapshotCurrent(folder)).to.equal(true);
    rmSync(declarations);
    expect(await isSnapshotCurrent(folder)).to.equal(false);
  });
});
