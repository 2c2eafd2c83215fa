// npm run reference [-- --output DIR]: the API reference, from the doc comments of what src/index.ts exports, as pages in
// DIR/reference (out/reference). `npm run notebooks -- --html` with the same DIR links to it.
//
// TypeDoc works with the API that TypeScript had before version 7, so it gets a TypeScript of its own, in a folder that
// `npm ci` clears with the rest; it is installed when it is first asked for.
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { hashOf, readIfThere, writeAtomically } from "./files.js";
import { root } from "./paths.js";
import { Problem, runScript } from "./problem.js";
import { showStep } from "./progress.js";
import { npm, run } from "./run.js";
import { setup } from "./setup.js";

const manifests = join(root, "kernel", "setup", "reference");
const generator = join(root, "node_modules", ".cache", "normlab-reference");
const stamp = join(generator, ".normlab-lock");

async function installGenerator() {
  const wanted = hashOf(readIfThere(join(manifests, "package-lock.json")) ?? "");
  if (readIfThere(stamp) === wanted) return;
  await showStep("installing TypeDoc", async () => {
    mkdirSync(generator, { recursive: true });
    for (const name of ["package.json", "package-lock.json"])
      copyFileSync(join(manifests, name), join(generator, name));
    await npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { what: "npm ci", cwd: generator });
    writeAtomically(stamp, wanted);
  });
}

/** Where a path that the reader gives starts: npm runs scripts in the top folder. */
const standpoint = process.env.INIT_CWD ?? process.cwd();

await runScript(async (args) => {
  const { values } = parseArgs({ args, options: { output: { type: "string" } } });
  const output = values.output ? resolve(standpoint, values.output) : join(root, "out");
  await setup();
  await installGenerator();
  const target = join(output, "reference");
  const fresh = `${target}.new`;
  await showStep("writing the API reference (about half a minute)", async () => {
    const typedoc = join(generator, "node_modules", "typedoc", "bin", "typedoc");
    const options = {
      entryPoints: join(root, "src", "index.ts"),
      tsconfig: join(root, "tsconfig.json"),
      readme: "none",
      name: "normlab",
      out: fresh,
      // Types that no public name gives away by itself are shown where they are used.
      "validation.notExported": "false",
    };
    const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    await run(process.execPath, [typedoc, ...flags, "--disableSources", "--treatWarningsAsErrors"], {
      what: "TypeDoc",
    });
    if (!existsSync(join(fresh, "index.html"))) throw new Problem(`TypeDoc wrote no pages into ${fresh}.`);
    rmSync(target, { recursive: true, force: true });
    renameSync(fresh, target);
  });
  console.log(`The API reference is ${join(target, "index.html")}.`);
});
