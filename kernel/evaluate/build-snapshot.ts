// Writes the start-up snapshot, for this Node and this folder: `node dist/kernel/evaluate/build-snapshot.js`.
// Node builds a snapshot from one script that can require nothing but Node's own modules, so that TypeScript and the
// front end are put into one script first.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { snapshotOptions, snapshotSources } from "./snapshot.js";
import { loadCompiler, locateCompiler } from "./tslab.js";

const run = promisify(execFile);
const here = path.dirname(fileURLToPath(import.meta.url));

/** Cells compiled while the snapshot is made: what they make V8 compile and TypeScript look up is in the snapshot. */
const rehearsal = [
  "1 + 1",
  "let a: number = 1; const b = [a, 2].map((x) => x * 2); console.log(b);",
  "function f<T>(x: T[]): T { for (const q of x) return q; return x[0]; }\nclass C { constructor(public v: number) {} g() { return f([this.v]); } }\nnew C(a).g()",
  'import * as fs from "node:fs"; import { join } from "node:path"; fs.existsSync(join("a", "b"))',
  'import { tensor, BatchNorm, digits, display } from "normlab"; const x = tensor([[1, 2], [3, 4]]); x',
  "interface P { a: string } type Q = keyof P; enum E { A, B } const m = new Map<string, P>(); [...m.values()].map((x) => x.a)",
  "for (const i of [1, 2]) await Promise.resolve(i); const { length, ...rest } = 'abc'; `${length}`",
  "const wrong: string = 1",
];

/** Where start.sh looks for them. */
export function snapshotFiles(packageRoot: string): { blob: string; machine: string; sources: string } {
  const folder = path.join(packageRoot, "dist", "start-up");
  return {
    blob: path.join(folder, "kernel.blob"),
    machine: path.join(folder, "machine"),
    sources: path.join(folder, "sources"),
  };
}

async function machineOf(packageRoot: string, node: string): Promise<string> {
  const { stdout } = await run("/bin/sh", [
    path.join(packageRoot, "kernel/spec/start.sh"),
    "--machine",
    node,
  ]);
  return stdout;
}

/**
 * A hash of all that goes into a snapshot: the front end, TypeScript, this Node, and the text of the declarations that
 * it holds. Undefined when one of them is gone.
 */
function contentsHash(packageRoot: string, held: readonly string[]): string | undefined {
  const { compiler } = locateCompiler(packageRoot);
  // TypeScript is 10 MB, and nobody edits it: its size and time will do.
  const { size, mtimeMs } = statSync(compiler);
  const hash = createHash("sha256");
  hash.update(`${process.version} ${snapshotSources(packageRoot)} ${compiler} ${size} ${mtimeMs}`);
  for (const file of held) {
    const text = readIfThere(file);
    if (text === undefined) return undefined;
    hash.update(`\0${file}\0`).update(text);
  }
  return hash.digest("hex");
}

function readIfThere(file: string): Buffer | undefined {
  return existsSync(file) ? readFileSync(file) : undefined;
}

/** Notes beside the snapshot what it was made from; `held` are the declaration files in it. */
export async function noteSources(
  packageRoot: string,
  held: readonly string[],
  node = process.execPath,
): Promise<void> {
  const { machine, sources } = snapshotFiles(packageRoot);
  writeFileSync(sources, [contentsHash(packageRoot, held), ...held].join("\n"));
  // Last: start.sh uses a snapshot that has it.
  writeFileSync(machine, await machineOf(packageRoot, node));
}

/** Whether there is a snapshot and it fits, or there can be none. */
export async function isSnapshotCurrent(packageRoot: string, node = process.execPath): Promise<boolean> {
  if (process.platform === "win32") return true;
  const { blob, machine, sources } = snapshotFiles(packageRoot);
  if (![blob, machine, sources].every(existsSync)) return false;
  const [noted, ...held] = readFileSync(sources, "utf8").split("\n");
  if (noted !== contentsHash(packageRoot, held)) return false;
  return readFileSync(machine, "utf8") === (await machineOf(packageRoot, node));
}

/**
 * Builds the snapshot unless it is there and fits; about six seconds. The kernel starts without one as well, only
 * slower, so that a Node which cannot build it is no reason to fail: the outcome says what it was.
 */
export async function buildSnapshot(
  packageRoot: string,
  node = process.execPath,
): Promise<"built" | "current"> {
  if (await isSnapshotCurrent(packageRoot, node)) return "current";
  const { blob, machine } = snapshotFiles(packageRoot);
  mkdirSync(path.dirname(blob), { recursive: true });
  rmSync(machine, { force: true });
  const script = `${blob}.${process.pid}.cjs`;
  const unfinished = `${blob}.${process.pid}`;
  const list = `${blob}.${process.pid}.files`;
  try {
    writeFileSync(script, await compacted(snapshotScript(packageRoot, list)));
    await run(node, [...snapshotOptions, "--snapshot-blob", unfinished, "--build-snapshot", script], {
      env: { ...process.env, NODE_OPTIONS: "" },
    });
    renameSync(unfinished, blob);
    await noteSources(packageRoot, readFileSync(list, "utf8").split("\n"), node);
  } finally {
    for (const file of [script, unfinished, list]) rmSync(file, { force: true });
  }
  return "built";
}

/**
 * Without comments and spaces TypeScript's text, and with it the snapshot, is a quarter smaller, and as much quicker to
 * load. All is ASCII then: one character beyond Latin-1 would make V8 keep the script in two bytes a character.
 */
async function compacted(script: string): Promise<string> {
  // A checkout has esbuild; an installed package does without it, and with the larger snapshot.
  const esbuild = await import("esbuild").catch(() => undefined);
  if (esbuild === undefined) return inAscii(script);
  return (await esbuild.transform(script, { minifyWhitespace: true, charset: "ascii", logLevel: "error" }))
    .code;
}

/** What is beyond ASCII stands in texts, patterns and comments, where an escape means the same. */
function inAscii(script: string): string {
  // By code units: the halves of a pair are escaped one by one.
  return script.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/**
 * The front end and what it imports as CommonJS, TypeScript, and the rehearsal, in one script, which writes the names
 * of the files that the snapshot holds to `list`.
 */
function snapshotScript(packageRoot: string, list: string): string {
  const { ts, files, builtins } = loadCompiler(packageRoot);
  const { compiler } = locateCompiler(packageRoot);
  const modules: string[] = [];
  const collected = new Set<string>();
  const collect = (name: string) => {
    if (collected.has(name)) return;
    collected.add(name);
    const source = readFileSync(path.join(here, name), "utf8");
    for (const { fileName } of ts.preProcessFile(source, true, true).importedFiles) {
      if (/^\.\/[\w-]+\.js$/.test(fileName)) collect(fileName.slice(2));
    }
    const { outputText } = ts.transpileModule(
      source.replaceAll("import.meta.url", JSON.stringify(pathToFileURL(name))),
      {
        compilerOptions: {
          module: ts.ModuleKind.CommonJS,
          target: ts.ScriptTarget.ES2022,
          esModuleInterop: true,
        },
      },
    );
    modules.push(`${JSON.stringify(`./${name}`)}(exports, require) {\n${outputText}\n}`);
  };
  collect("front-end.js");
  const meeting = { files, builtins, rehearsal, sources: snapshotSources(packageRoot) };
  return `const builtin = require;
const modules = {
${modules.join(",\n")}
};
const loaded = {};
function load(name) {
  if (!(name in modules)) return builtin(name);
  if (!loaded[name]) modules[name]((loaded[name] = {}), load);
  return loaded[name];
}
// A Node 24 whose snapshot holds node:crypto aborts when it needs it again (an assertion about its keys); TypeScript, which
// hashes the texts of files, has a function of its own for where there is none.
const withoutCrypto = (name) => {
  if (name === "crypto") throw new Error("not in a snapshot");
  return builtin(name);
};
const typescript = { exports: {} };
(function (module, exports, require, __filename, __dirname) {
${readFileSync(compiler, "utf8")}
})(typescript, typescript.exports, withoutCrypto, ${JSON.stringify(compiler)}, ${JSON.stringify(path.dirname(compiler))});
const { files, builtins, rehearsal, sources } = ${JSON.stringify(meeting)};
const frontEnd = new (load("./front-end.js").FrontEnd)({ ts: typescript.exports, files, builtins });
frontEnd.rehearse(rehearsal, ${JSON.stringify(packageRoot)});
builtin("fs").writeFileSync(${JSON.stringify(list)}, frontEnd.files().join("\\n"));
globalThis[Symbol.for("normlab.snapshot")] = { sources, frontEnd };
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const packageRoot = path.resolve(here, "../../..");
  console.log(`start-up snapshot: ${await buildSnapshot(packageRoot)}`);
}
