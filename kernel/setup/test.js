// npm test: the set-up, the linter, then every test. Arguments after -- go to mocha:
// npm test -- --grep BatchNorm, or npm test -- dist/test/src/tensor/tensor.test.js.
// npm run test:quick: the build, then what needs neither Jupyter nor a browser nor a picture, for work in between.
import { join } from "node:path";
import { build } from "./build.js";
import { root } from "./paths.js";
import { runScript } from "./problem.js";
import { foreground } from "./run.js";
import { setup } from "./setup.js";

const ofPackages = (script) => join(root, "node_modules", script);

const quickTests = [
  "dist/test/src/{base,data,explain,nn,plot,report,statistics,tensor}/**/*.test.js",
  "dist/test/src/floors.test.js",
  "dist/test/kernel/{display,language}/*.test.js",
];

await runScript(async (given) => {
  const isQuick = given.includes("--quick");
  const args = given.filter((arg) => arg !== "--quick");
  if (isQuick) await build();
  else await setup();
  const lint = await foreground(process.execPath, [ofPackages("@biomejs/biome/bin/biome"), "check", "."]);
  const tests = await foreground(process.execPath, [
    ofPackages("mocha/bin/mocha.js"),
    ...["--reporter", join(root, "kernel", "setup", "reporter.cjs")],
    ...(args.some((arg) => arg.endsWith(".js")) ? [] : isQuick ? quickTests : ["dist/test/**/*.test.js"]),
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
