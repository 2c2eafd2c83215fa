// npm test: the set-up, the linter, then every test. Arguments after -- go to mocha:
// npm test -- --grep BatchNorm, or npm test -- dist/test/src/tensor/tensor.test.js.
// npm run test:quick: the build, then what needs neither Jupyter nor a browser nor a picture, for work in between.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "./build.js";
import closingLine from "./closing-line.cjs";
import { readIfThere } from "./files.js";
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

/** Every test, in two runs beside each other that take about as long. */
const halves = [
  ["dist/test/kernel/**/*.test.js", "dist/test/browser/**/*.test.js"],
  ["dist/test/{bench,notebooks,package,src}/**/*.test.js"],
];

const mocha = (args) => [
  ofPackages("mocha/bin/mocha.js"),
  ...["--reporter", join(root, "kernel", "setup", "reporter.cjs")],
  ...args,
];

/** @returns whether all passed */
async function testInHalves() {
  const folder = mkdtempSync(join(tmpdir(), "normlab-counts-"));
  try {
    const runs = halves.map((files, index) => {
      const counts = join(folder, `${index}.json`);
      return { counts, args: mocha(files), env: { ...process.env, NORMLAB_TEST_COUNTS: counts } };
    });
    const codes = await inTurn(process.execPath, runs);
    const stats = runs.map(({ counts }) => JSON.parse(readIfThere(counts) ?? '{ "failures": 1 }'));
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
  const lint = await foreground(process.execPath, [ofPackages("@biomejs/biome/bin/biome"), "check", "."]);
  const isWhole = args.length === 0 && !isQuick;
  const files = args.some((arg) => arg.endsWith(".js")) ? [] : isQuick ? quickTests : halves.flat();
  const tests = isWhole
    ? Number(!(await testInHalves()))
    : await foreground(process.execPath, mocha([...files, ...args]));
  if (lint !== 0) {
    console.error(
      "The linter or formatter found what stands above: npx biome check --write . mends most of it.",
    );
    console.log("0 passed, 1 failed");
  }
  return lint || tests;
});
