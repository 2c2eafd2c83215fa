import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect } from "chai";
import {
  isSnapshotCurrent,
  makeSnapshot,
  noteSources,
  snapshotFiles,
} from "../../../kernel/node/start-up/build.js";
import { snapshotOptions } from "../../../kernel/node/start-up/language.js";
import { ofType, startKernel } from "../client.js";

const packageRoot = path.resolve(fileURLToPath(new URL("../../../../", import.meta.url)));
const startScript = path.join("kernel", "spec", "start.sh");

describe("the start-up snapshot", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "normlab-snapshot-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("holds a language that checks cells, with normlab's types and the notebook's own files", async function () {
    // The set-up builds it; a checkout that was only compiled has none.
    if (!(await isSnapshotCurrent(packageRoot))) this.skip();
    writeFileSync(path.join(folder, "local.ts"), "export const local: number = 4;\n");
    const { client, stop } = await startKernel({ cwd: folder });
    const shownFor = async (code: string) => {
      const { reply, messages } = await client.execute(code);
      if (reply.status !== "ok") return reply.evalue;
      const [result] = ofType(messages, "execute_result");
      return (result.content.data as Record<string, string>)["text/plain"];
    };
    try {
      expect(await shownFor('import { tensor } from "normlab"; tensor([1, 2]).shape')).to.equal("[ 2 ]");
      expect(await shownFor('import { local } from "./local"; local + 1')).to.equal("5");
      expect(await shownFor("const text: string = local")).to.include("TS2322");
      const { content } = await client.request("complete_request", { code: "[1].fla", cursor_pos: 7 });
      expect(content.matches).to.deep.equal(["flat", "flatMap"]);
      // Neither the snapshot's name nor its options are left for child processes.
      expect(await shownFor("[...process.execArgv, process.env.GLIBC_TUNABLES]")).to.equal("[ undefined ]");
      const inspected = await client.request("inspect_request", {
        code: "parseInt",
        cursor_pos: 3,
        detail_level: 0,
      });
      expect((inspected.content.data as Record<string, string>)["text/plain"]).to.include(
        "Converts a string",
      );
    } finally {
      await stop();
    }
  });

  /** This Node, and those that NORMLAB_TEST_NODES names. */
  const nodes = [process.execPath, ...(process.env.NORMLAB_TEST_NODES ?? "").split(path.delimiter)];
  for (const node of nodes.filter((each) => each !== ""))
    it(`starts threads that load whatever they load without it: ${node}`, async function () {
      if (process.platform === "win32") this.skip();
      this.timeout(120_000);
      const blob = path.join(folder, "kernel.blob");
      const held = await makeSnapshot(packageRoot, node, blob);
      expect(held).to.include(path.join(packageRoot, "dist", "src", "index.d.ts"));
      const script = path.join(folder, "thread.cjs");
      writeFileSync(
        script,
        `const { Worker, isMainThread } = require("node:worker_threads");
         if (isMainThread) {
           // On Node 20 it does no harm yet.
           if (process.moduleLoadList.includes("NativeModule net")) throw new Error("The snapshot holds Node's sockets.");
           new Worker(__filename);
         } else for (const name of require("node:module").builtinModules) {
           let keys;
           try { keys = Object.keys(require(name)).sort(); } catch (error) { keys = error.message; }
           console.log(name, String(keys));
         }`,
      );
      const lines = (...options: string[]) => {
        const { status, stdout, stderr } = spawnSync(node, [...options, script], { encoding: "utf8" });
        expect(status, stderr).to.equal(0);
        return stdout.trim().split("\n");
      };
      expect(lines(...snapshotOptions, "--snapshot-blob", blob)).to.deep.equal(lines());
    });

  it("is taken by the first who asks, and only where it was made of what is there", async function () {
    if (!(await isSnapshotCurrent(packageRoot))) this.skip();
    const language = pathToFileURL(path.join(packageRoot, "dist/kernel/node/start-up/language.js")).href;
    writeFileSync(
      path.join(folder, "run.mjs"),
      `import { takeLanguage } from ${JSON.stringify(language)};
       const heldIn = async (packageRoot) => (await takeLanguage(packageRoot)).frontEnd !== undefined;
       const first = await heldIn(${JSON.stringify(packageRoot)});
       console.log(JSON.stringify([first, await heldIn(${JSON.stringify(packageRoot)})]));`,
    );
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [...snapshotOptions, "--snapshot-blob", snapshotFiles(packageRoot).blob, path.join(folder, "run.mjs")],
      { encoding: "utf8" },
    );
    expect(stdout, stderr).to.equal("[true,false]\n");
  });

  /** A package whose kernel prints how it was started, in place of a kernel. */
  function standIn(machine: string | undefined, isCompiledSince = false): string {
    const node = path.join(folder, "node");
    const made = (name: string) => {
      const file = path.join(folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, "");
      return file;
    };
    mkdirSync(path.join(folder, "kernel", "spec"), { recursive: true });
    cpSync(path.join(packageRoot, startScript), path.join(folder, startScript));
    writeFileSync(node, '#!/bin/sh\necho "$@"\n', { mode: 0o755 });
    const noted = spawnSync("/bin/sh", [path.join(folder, startScript), "--machine", node], {
      encoding: "utf8",
    });
    const packed = made("dist/kernel/packed/main.js");
    if (isCompiledSince) {
      utimesSync(packed, 1, 1);
      made("dist/.tsbuildinfo");
    }
    if (machine !== undefined) {
      const blob = made("dist/start-up/kernel.blob");
      const later = Date.now() / 1000 + 60;
      utimesSync(blob, later, later);
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
      `${snapshotOptions.join(" ")} --snapshot-blob PACKAGE/dist/start-up/kernel.blob PACKAGE/dist/kernel/packed/main.js connection.json`,
    );
  });

  const plainly = "PACKAGE/dist/kernel/node/main.js connection.json";
  it("is left alone when it is missing, or was made by another Node", function () {
    if (process.platform === "win32") this.skip();
    expect(standIn(undefined)).to.equal(plainly);
    expect(standIn("another")).to.equal(plainly);
  });

  it("is left alone when the kernel was compiled after it was packed", function () {
    if (process.platform === "win32") this.skip();
    expect(standIn("", true)).to.equal(plainly);
  });

  it("is made anew when a declaration that it holds has changed, and not when it was only written again", async function () {
    if (process.platform === "win32") this.skip();
    const declarations = path.join(folder, "dist/src/index.d.ts");
    cpSync(path.join(packageRoot, startScript), path.join(folder, startScript));
    cpSync(path.join(packageRoot, "dist/kernel/language"), path.join(folder, "dist/kernel/language"), {
      recursive: true,
    });
    symlinkSync(path.join(packageRoot, "node_modules"), path.join(folder, "node_modules"));
    for (const made of ["dist/src", "dist/start-up", "dist/kernel/packed"])
      mkdirSync(path.join(folder, made), { recursive: true });
    writeFileSync(path.join(folder, "dist/kernel/packed/start-up.js"), "");
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
