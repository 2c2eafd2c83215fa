// npm run test:slurm: parts of a sweep as tasks of Slurm, whose daemons the test starts on this machine; they and munge have to be
// installed. Not part of npm test: it takes two minutes, and a machine's scheduler is nobody's dependency.
import { join } from "node:path";
import { build } from "./build.js";
import { root } from "./paths.js";
import { runScript } from "./problem.js";
import { foreground } from "./run.js";

await runScript(async (args) => {
  await build();
  const program = join(root, "node_modules", "mocha", "bin", "mocha.js");
  const test = join(root, "dist", "test", "src", "experiments", "slurm.test.js");
  return foreground(process.execPath, [program, test, ...args], {
    env: { ...process.env, NORMLAB_SLURM: "1" },
  });
});
