// npm test: the set-up, the linter, then every test. Arguments after -- go to mocha:
// npm test -- --grep BatchNorm, or npm test -- dist/test/src/tensor.test.js.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "./paths.js";
import { runScript } from "./problem.js";
import { setup } from "./setup.js";

/** Runs a program of node_modules in the foreground and resolves with its exit code. */
function foreground(script, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, "node_modules", script), ...args], {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
    });
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

await runScript(async (args) => {
  await setup();
  const lint = await foreground("@biomejs/biome/bin/biome", ["check", "."]);
  const tests = await foreground("mocha/bin/mocha.js", [
    ...["--reporter", join(root, "kernel", "setup", "reporter.cjs")],
    ...(args.some((arg) => arg.endsWith(".js")) ? [] : ["dist/test/**/*.test.js"]),
    ...args,
  ]);
  if (lint !== 0) {
    console.error(
      "The linter or formatter found what stands above: npx biome check --write . mends most of it.",
    );
    console.log("0 passed, 1 failed");
  }
  return lint || tests;
});
