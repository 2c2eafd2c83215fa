// npm run test:node-versions -- [versions…] [arguments for mocha]: npm test on each supported version of Node, kernel,
// nbconvert, browser and package included. The npm package `node` brings the binaries. Not part of npm test: it downloads,
// and takes as many times as long. Meanwhile the kernel in .venv and its quick start are those of the version that is
// tested; in the end they are this Node's again.
import { delimiter, dirname, join } from "node:path";
import { root } from "./paths.js";
import { Problem, runScript } from "./problem.js";
import { showStep } from "./progress.js";
import { foreground, npm } from "./run.js";
import { setup } from "./setup.js";

const supported = ["20", "22", "24"];

/** The newest Node of a major version: where it is and what it calls itself. */
async function fetchNode(version) {
  const question = "console.log(process.execPath, process.version)";
  const words = [
    "exec",
    "--yes",
    "--prefer-offline",
    `--package=node@${version}`,
    "--",
    "node",
    "-e",
    question,
  ];
  const answer = await npm(words, { what: `Fetching Node ${version}` });
  const [, program, name] = /^(.+) (v\d+\.\d+\.\d+)$/m.exec(answer) ?? [];
  if (!name?.startsWith(`v${version}.`))
    throw new Problem(`npm's package node@${version} did not give a Node ${version}, but: ${answer.trim()}`);
  return { program, name };
}

/** npm test by another Node, which is the first on the PATH for all that it starts. */
function testOn(program, args) {
  const env = { ...process.env, PATH: `${dirname(program)}${delimiter}${process.env.PATH}` };
  return foreground(program, [join(root, "kernel", "setup", "test.js"), ...args], { env });
}

await runScript(async (args) => {
  const named = args.filter((arg) => supported.includes(arg));
  const versions = named.length > 0 ? named : supported;
  const results = [];
  try {
    for (const version of versions) {
      const { program, name } = await showStep(`fetching Node ${version}`, () => fetchNode(version));
      console.log(`\nNode ${name}`);
      const code = await testOn(
        program,
        args.filter((arg) => !named.includes(arg)),
      );
      results.push({ name, code });
    }
  } finally {
    await setup();
  }
  for (const { name, code } of results)
    console.log(`Node ${name}: ${code === 0 ? "all tests pass" : "tests fail"}`);
  return results.every(({ code }) => code === 0) ? 0 : 1;
});
