// The set-up in a copy of its own, with stand-ins for npm, tsc and Python that only note that they were called:
// what is tested is which steps run, what a failing one says, and that the next run mends it.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { repository } from "./modules.js";

/** Notes its call, fails when BREAK names it, else leaves what the real npm ci would: here, stand-ins for tsc, asc and esbuild. */
const npmStandIn = `
const fs = require("fs"), path = require("path");
fs.appendFileSync("calls.log", "npm " + process.argv[2] + "\\n");
fs.rmSync("node_modules", { recursive: true, force: true });
fs.mkdirSync("node_modules/typescript-7/bin", { recursive: true });
fs.mkdirSync("node_modules/assemblyscript", { recursive: true });
if (process.env.BREAK === "npm") { console.error("npm error: the tarball is damaged"); process.exit(1); }
fs.writeFileSync("node_modules/typescript-7/bin/tsc", \`
  const fs = require("fs");
  fs.appendFileSync("calls.log", "tsc\\\\n");
  if (process.env.BREAK === "tsc") { console.log("src/x.ts(1,1): error TS1: wrong"); process.exit(2); }
  fs.mkdirSync("dist/kernel/spec", { recursive: true });
  fs.writeFileSync("dist/kernel/spec/kernelspec.js", "export const kernelspec = () => ({ argv: ['node'] });");
\`);
const build = \`
  const { mkdirSync, writeFileSync } = require("fs");
  exports.build = async ({ outdir, entryPoints }) => {
    if (outdir) mkdirSync(outdir, { recursive: true });
    if (outdir) for (const name in entryPoints) writeFileSync(outdir + "/" + name + ".js", "");
    return { metafile: { inputs: {} } };
  };
\`;
for (const name of ["esbuild", "plotly.js-dist"]) {
  fs.mkdirSync("node_modules/" + name, { recursive: true });
  fs.writeFileSync("node_modules/" + name + "/index.js", build);
}
fs.writeFileSync("node_modules/assemblyscript/package.json", '{ "type": "module", "exports": { "./asc": "./asc.js" } }');
fs.writeFileSync("node_modules/assemblyscript/asc.js", \`
  import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
  export async function main(options) {
    appendFileSync("calls.log", "asc\\\\n");
    if (process.env.BREAK === "asc") return { error: new Error("1 compile error(s)"), stderr: "ERROR TS1: wrong" };
    mkdirSync("dist/src/tensor/wasm", { recursive: true });
    writeFileSync(options[options.indexOf("--outFile") + 1], "");
    return { error: null, stderr: "" };
  }
\`);
`;

/** Python as the set-up uses it: a version probe, venv, and pip of the environment that it made. */
const pythonStandIn = `#!/bin/sh
case "$*" in
  -c*) echo 3 11 1 ;;
  "-m venv"*)
    echo venv >> calls.log
    rm -rf .venv/* && mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
  "-m pip"*)
    echo pip >> calls.log
    if [ "$BREAK" = pip ]; then echo "ERROR: hashes do not match"; exit 1; fi ;;
esac
`;

/** A package-lock.json with the compiler of the kernels, what that compiles with, and a package that has nothing to do with it. */
function lock(versions: { binaryen?: string; another?: string } = {}): string {
  const { binaryen = "1.0.0", another = "1.0.0" } = versions;
  const packages = {
    "": { devDependencies: { another: "*", assemblyscript: "*" } },
    "node_modules/another": { version: another },
    "node_modules/assemblyscript": { version: "1.0.0", dependencies: { binaryen: "*", long: "*" } },
    "node_modules/assemblyscript/node_modules/long": { version: "1.0.0" },
    "node_modules/binaryen": { version: binaryen },
  };
  return `${JSON.stringify({ packages })}\n`;
}

/** Which programs were called, each once: a set-up compiles several programs, and several builds of the kernels. */
const kinds = (called: readonly string[]): string[] => [...new Set(called)];

describe("the set-up", () => {
  before(function () {
    if (process.platform === "win32") this.skip();
  });

  let folder: string;
  const calls = () =>
    existsSync(join(folder, "calls.log")) ? readFileSync(join(folder, "calls.log"), "utf8") : "";

  function setUp(broken = ""): { status: number | null; output: string; called: string[] } {
    const already = calls().length;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(folder, "kernel", "setup", "setup.js")],
      {
        cwd: folder,
        encoding: "utf8",
        env: {
          PATH: process.env.PATH,
          NORMLAB_PYTHON: join(folder, "python"),
          npm_execpath: join(folder, "npm.js"),
          BREAK: broken,
        },
      },
    );
    const called = calls().slice(already).trim().split("\n").filter(Boolean).sort();
    return { status, output: stdout + stderr, called };
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "normlab set-up "));
    cpSync(join(repository, "kernel", "setup"), join(folder, "kernel", "setup"), { recursive: true });
    // It asks the compiled schema, which the stand-in for tsc does not make.
    writeFileSync(
      join(folder, "kernel", "setup", "spec-types.js"),
      "export async function writeSpecTypes() {}\n",
    );
    // What a page's checker reads is found by the compiled kernel, which is not made either.
    const packer = join(folder, "kernel", "setup", "pack.js");
    writeFileSync(
      packer,
      readFileSync(packer, "utf8")
        .replace("await declarations()", "{}")
        .replace("async function declarations", "export async function declarations"),
    );
    for (const files of ["data", "figure"])
      cpSync(join(repository, "src", files, "files"), join(folder, "src", files, "files"), {
        recursive: true,
      });
    mkdirSync(join(folder, "src", "tensor", "wasm", "assembly"), { recursive: true });
    writeFileSync(join(folder, "src", "tensor", "wasm", "assembly", "index.ts"), "");
    writeFileSync(join(folder, "src", "x.ts"), "export {};\n");
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
    writeFileSync(join(folder, "package-lock.json"), lock());
    writeFileSync(join(folder, "tsconfig.json"), "{}\n");
    writeFileSync(join(folder, "npm.js"), "");
    writeFileSync(join(folder, "npm.cjs"), npmStandIn);
    // npm_execpath ends in .js, and the folder's package.json says that .js is an ES module.
    writeFileSync(join(folder, "npm.js"), 'import "./npm.cjs";\n');
    writeFileSync(join(folder, "python"), pythonStandIn);
    chmodSync(join(folder, "python"), 0o755);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("does every step once, and nothing the second time", () => {
    const first = setUp();
    expect(first.status, first.output).to.equal(0);
    expect(kinds(first.called)).to.deep.equal(["asc", "npm ci", "pip", "tsc", "venv"]);
    const kernel = join(folder, ".venv", "share", "jupyter", "kernels", "normlab", "kernel.json");
    expect(JSON.parse(readFileSync(kernel, "utf8"))).to.deep.equal({ argv: ["node"] });
    expect(setUp().called).to.deep.equal([]);
  });

  it("does again only what changed", () => {
    setUp();
    writeFileSync(join(folder, "src", "x.ts"), "export const changed = 1;\n");
    expect(kinds(setUp().called)).to.deep.equal(["tsc"]);
    writeFileSync(join(folder, "src", "tensor", "wasm", "assembly", "index.ts"), "// changed\n");
    expect(kinds(setUp().called)).to.deep.equal(["asc"]);
    writeFileSync(join(folder, "kernel", "setup", "requirements.txt"), "another==1\n");
    expect(setUp().called).to.deep.equal(["pip", "venv"]);
  });

  it("compiles the kernels anew for another version of their compiler, not for one of another package", () => {
    setUp();
    writeFileSync(join(folder, "package-lock.json"), lock({ another: "2.0.0" }));
    expect(kinds(setUp().called)).to.deep.equal(["npm ci", "tsc"]);
    writeFileSync(join(folder, "package-lock.json"), lock({ another: "2.0.0", binaryen: "2.0.0" }));
    expect(kinds(setUp().called)).to.deep.equal(["asc", "npm ci", "tsc"]);
    // Written anew with the same content, as another branch's checkout does.
    writeFileSync(join(folder, "src", "tensor", "wasm", "assembly", "index.ts"), "");
    expect(kinds(setUp().called)).to.not.include("asc");
  });

  it("puts an environment of its own in the place of a link, and leaves what that points to", () => {
    const elsewhere = join(folder, "elsewhere");
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, "kept"), "");
    symlinkSync(elsewhere, join(folder, ".venv"));
    expect(setUp().called).to.include("venv");
    expect(readdirSync(elsewhere)).to.deep.equal(["kept"]);
    expect(lstatSync(join(folder, ".venv")).isSymbolicLink()).to.equal(false);
  });

  it("removes what was compiled from a source that is gone", () => {
    setUp();
    const stale = join(folder, "dist", "src", "gone");
    writeFileSync(`${stale}.js`, "");
    writeFileSync(`${stale}.d.ts`, "");
    writeFileSync(join(folder, "src", "x.ts"), "export const changed = 1;\n");
    setUp();
    expect(existsSync(`${stale}.js`)).to.equal(false);
    expect(existsSync(`${stale}.d.ts`)).to.equal(false);
  });

  for (const [program, words] of [
    ["npm", /npm ci failed \(exit code 1\)[\s\S]*npm error: the tarball is damaged/],
    ["tsc", /tsc failed \(exit code 2\)[\s\S]*error TS1: wrong/],
    ["asc", /asc failed \(exit code 1\)[\s\S]*kernels\.wasm: 1 compile error\(s\)[\s\S]*ERROR TS1: wrong/],
    ["pip", /pip install failed \(exit code 1\)[\s\S]*ERROR: hashes do not match/],
  ] as const) {
    it(`shows the output of a failing ${program}, without a stack, and is mended by the next run`, () => {
      const broken = setUp(program);
      expect(broken.status).to.equal(1);
      expect(broken.output)
        .to.match(words)
        .and.not.match(/\n\s+at /);
      const mended = setUp();
      expect(mended.status, mended.output).to.equal(0);
      expect(mended.called).to.include(program === "npm" ? "npm ci" : program);
      expect(setUp().called).to.deep.equal([]);
    });
  }
});
