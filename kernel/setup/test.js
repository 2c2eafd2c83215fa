// npm test: the set-up, the linter, then every test. Arguments after -- go to mocha:
// npm test -- --grep BatchNorm, or npm test -- dist/test/src/tensor/tensor.test.js.
// npm run test:quick: the build, then what needs neither Jupyter nor a browser nor a picture, for work in between.
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { build } from "./build.js";
import closingLine from "./closing-line.cjs";
import { filesBelow, readIfThere } from "./files.js";
import { root } from "./paths.js";
import { runScript } from "./problem.js";
import { foreground, inTurn } from "./run.js";
import { setup } from "./setup.js";

const ofPackages = (script) => join(root, "node_modules", script);

const quickTests = [
  "dist/test/src/{base,data,explain,nn,plot,report,statistics,tensor}/**/*.test.js",
  "dist/test/src/floors.test.js",
  "dist/test/kernel/{display,language}/*.test.js",
];

const compiledTests = join(root, "dist", "test");

/**
 * The longest begin first, or one of them would run on when all else has ended: folders of tests, and files that are too long
 * to wait for the others of their folder.
 */
const longest = [
  "notebooks/course.test.js",
  "browser/site",
  "kernel/language",
  "notebooks",
  "package",
  "browser/jupyterlab.test.js",
  "browser/export.test.js",
  "browser/module.test.js",
  "src/train",
  "src/experiments",
  "kernel/node",
  "kernel/command",
  "src/figure",
  "kernel/wire",
];

/** All compiled tests, those of a folder together: kernel/wire, src/train, browser … */
function testsByFolder() {
  const byFolder = new Map();
  for (const file of filesBelow(compiledTests).filter((name) => name.endsWith(".test.js"))) {
    const path = relative(compiledTests, file).split(sep);
    const name = path.join("/");
    const folder = longest.includes(name) ? name : path.slice(0, -1).slice(0, 2).join("/");
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), file]);
  }
  const rank = (folder) => longest.indexOf(folder) + 1 || longest.length + 1;
  return [...byFolder]
    .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map(([, files]) => files.sort());
}

const mocha = (args) => [
  ofPackages("mocha/bin/mocha.js"),
  ...["--reporter", join(root, "kernel", "setup", "reporter.cjs")],
  ...args,
];

/**
 * A folder after the other, two more beside each other than there are processors: tests wait for other programs often, and for
 * what is to happen after a time.
 * @returns whether all passed
 */
async function testAll() {
  const folder = mkdtempSync(join(tmpdir(), "normlab-counts-"));
  try {
    const runs = testsByFolder().map((files, index) => {
      const counts = join(folder, `${index}.json`);
      return { counts, files, args: mocha(files), env: { ...process.env, NORMLAB_TEST_COUNTS: counts } };
    });
    const codes = await inTurn(process.execPath, runs, Math.min(availableParallelism() + 2, 6));
    const stats = runs.map(({ counts, files }) =>
      JSON.parse(
        readIfThere(counts) ??
          JSON.stringify({ failures: 1, failed: [`${files[0]}: its run was cut short`] }),
      ),
    );
    for (const name of stats.flatMap(({ failed }) => failed)) console.log(`failed: ${relative(root, name)}`);
    const sum = (name) => stats.reduce((total, { [name]: count = 0 }) => total + count, 0);
    const total = { passes: sum("passes"), failures: sum("failures"), pending: sum("pending") };
    console.log(closingLine(total));
    return total.failures === 0 && codes.every((code) => code === 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await runScript(async (given) => {
  const isQuick = given.includes("--quick");
  const args = given.filter((arg) => arg !== "--quick");
  if (isQuick) await build();
  else await setup();
  const lint = await foreground(process.execPath, [
    ofPackages("@biomejs/biome/bin/biome"),
    ...["check", "--error-on-warnings", "."],
  ]);
  const isWhole = args.length === 0 && !isQuick;
  const files = args.some((arg) => arg.endsWith(".js")) ? [] : isQuick ? quickTests : testsByFolder().flat();
  const tests = isWhole
    ? Number(!(await testAll()))
    : await foreground(process.execPath, mocha([...files, ...args]));
  if (lint !== 0) {
    console.error(
      "The linter or formatter found what stands above: npx biome check --write . mends most of it.",
    );
    console.log("0 passed, 1 failed");
  }
  return lint || tests;
});
