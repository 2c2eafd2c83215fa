// npm run test:typescript-versions: the types of the installed package under each version of TypeScript that projects have,
// for the ways in which they resolve modules, with skipLibCheck off. Not part of npm test: it downloads the compilers.
// (tslab's own, 5.0.4 with Node10, is tried by npm test.)
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Problem, runScript } from "./problem.js";
import { showStep } from "./progress.js";
import { npm, run } from "./run.js";
import { setup } from "./setup.js";

const versions = ["5.0", "5.2", "5.4", "5.6", "5.8", "5.9", "6", "7"];

const resolutions = [
  { module: "nodenext", moduleResolution: "nodenext" },
  { module: "esnext", moduleResolution: "bundler" },
];

/** A reader's program: every public name, and some uses whose types are to be right. */
const program = `
import * as normlab from "normlab";
import { check, notSolved } from "normlab/course";
import { BatchNorm, type ExperimentSpec, type Figure, type History, type Tensor, Trainer, SGD, crossEntropy, digits, grid, mlp, plot, sweep, tensor } from "normlab";

const { train, validation, classes } = digits({ seed: 1 });
const network = mlp({ inputs: 64, hidden: [64], classes, norm: "batch", seed: 1 });
const optimizer = new SGD(network.parameters(), { learningRate: 0.1 });
const trainer = new Trainer({ network, optimizer, batchSize: 64, seed: 1 });
const history: History = await trainer.fit(train, { steps: 3, validation, evaluateEvery: 1 });
const losses: ArrayLike<number> = history.loss;
const graph: normlab.BackwardTrace = new BatchNorm(2).explain();
const rates: normlab.Schedule = normlab.schedule.warmup(5, normlab.schedule.cosine(10));
const x: Tensor = tensor([[1, 2], [3, 4]]);
const output: Tensor = new BatchNorm(2).forward(x);
const loss: number = crossEntropy(output, [0, 1]).loss;
const figure: Figure = plot.histogram({ x: { title: "x" }, series: [{ name: "y", values: output.data }] });
const spec: ExperimentSpec = {
  data: { set: "digits" }, network: { hidden: [4] }, optimizer: { kind: "sgd", learningRate: 0.3 }, steps: 3,
};
const hashes: string[] = (await sweep(grid(spec, { seed: [0, 1] }))).map(({ hash }) => hash);
// @ts-expect-error a number is wanted: types that could not be read would be any
new BatchNorm("2");
export { check, figure, graph, hashes, loss, losses, normlab, notSolved, rates };
`;

function configuration(resolution) {
  return {
    compilerOptions: {
      ...resolution,
      target: "es2022",
      lib: ["es2022"],
      types: ["node"],
      strict: true,
      skipLibCheck: false,
      noEmit: true,
    },
    files: ["program.ts"],
  };
}

await runScript(async () => {
  await setup();
  const folder = mkdtempSync(join(tmpdir(), "normlab-types-"));
  try {
    const quiet = ["--no-audit", "--no-fund", "--prefer-offline"];
    writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
    writeFileSync(join(folder, "program.ts"), program);
    await npm(["pack", "--ignore-scripts", "--pack-destination", folder], { what: "npm pack" });
    const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"));
    const compilers = versions.map((version) => `typescript-${version}@npm:typescript@${version}`);
    await showStep("installing the package and the compilers", () =>
      npm(["install", ...quiet, join(folder, tarball), ...compilers], {
        what: "npm install",
        cwd: folder,
      }),
    );
    const failures = [];
    for (const version of versions) {
      for (const resolution of resolutions) {
        const config = join(folder, "tsconfig.json");
        writeFileSync(config, JSON.stringify(configuration(resolution)));
        const compiler = join(folder, "node_modules", `typescript-${version}`, "bin", "tsc");
        const what = `TypeScript ${(await run(process.execPath, [compiler, "--version"], { what: "tsc" })).trim().split(" ")[1]}, ${resolution.moduleResolution}`;
        try {
          await run(process.execPath, [compiler, "-p", config], { what, cwd: folder });
          console.log(`${what}: accepted`);
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          failures.push(error.message);
        }
      }
    }
    if (failures.length > 0) throw new Problem(failures.join("\n\n"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
