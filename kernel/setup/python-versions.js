// npm run test:python-versions -- [Pythons…]: the package test with a Jupyter of its own on each Python: installed from
// the lock file, the kernel put into it, notebooks executed. Without names: every supported one that is on the PATH.
// Not part of npm test: it downloads Jupyter each time.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./paths.js";
import { Problem, runScript } from "./problem.js";
import { showStep } from "./progress.js";
import { run } from "./run.js";
import { setup } from "./setup.js";

const supported = ["python3.10", "python3.11", "python3.12", "python3.13", "python3.14"];

/** What a Python calls itself, or undefined where none answers. */
function versionOf(program) {
  const { status, stdout } = spawnSync(program, ["-c", "import platform; print(platform.python_version())"], {
    encoding: "utf8",
  });
  return status === 0 ? stdout.trim() : undefined;
}

await runScript(async (args) => {
  await setup();
  const pythons = (args.length > 0 ? args : supported).map((program) => ({
    program,
    version: versionOf(program),
  }));
  const missing = pythons.filter(({ version }) => version === undefined).map(({ program }) => program);
  if (args.length > 0 && missing.length > 0) throw new Problem(`No Python answers at ${missing.join(", ")}.`);
  const present = pythons.filter(({ version }) => version !== undefined);
  if (present.length === 0)
    throw new Problem(
      "No supported Python is on the PATH: name one, as in npm run test:python-versions -- PATH",
    );
  const mocha = join(root, "node_modules", "mocha", "bin", "mocha.js");
  const test = join(root, "dist", "test", "package", "package.test.js");
  for (const { program, version } of present)
    await showStep(`testing the package with Python ${version}`, () =>
      run(process.execPath, [mocha, "--no-config", test], {
        what: `The package test with Python ${version}`,
        env: { ...process.env, NORMLAB_PACKAGE_PYTHON: program },
      }),
    );
  if (missing.length > 0) console.log(`Not on the PATH: ${missing.join(", ")}.`);
  console.log(`The package works with Python ${present.map(({ version }) => version).join(", ")}.`);
});
