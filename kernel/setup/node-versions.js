// npm run test:node-versions: the tests with committed hashes on each supported version of Node, to show that the same
// seed gives the same bits on all of them. The npm package `node` brings the binaries. Not part of npm test: it downloads.
import { join } from "node:path";
import { root } from "./paths.js";
import { runScript } from "./problem.js";
import { showStep } from "./progress.js";
import { npm } from "./run.js";
import { setup } from "./setup.js";

const versions = [20, 22, 24];

/** Where hashes or exact numbers are committed: elementary functions, random streams, statistics, whole trainings. */
const tests = ["math", "random.test.js", "statistics", "experiments"];

await runScript(async () => {
  await setup();
  const mocha = join(root, "node_modules", "mocha", "bin", "mocha.js");
  const files = tests.map((name) => join(root, "dist", "test", "src", name));
  for (const version of versions) {
    await showStep(`testing on Node ${version}`, async () => {
      const program = ["exec", "--yes", "--prefer-offline", `--package=node@${version}`, "--", "node"];
      const options = ["--no-config", "--recursive", "--timeout", "60000", "--reporter", "dot"];
      await npm([...program, mocha, ...options, ...files], { what: `The tests on Node ${version}` });
    });
  }
  console.log(`The same bits on Node ${versions.join(", ")}.`);
});
