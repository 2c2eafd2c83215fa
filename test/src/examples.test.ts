/**
 * Every example of the doc comments, of README.md and of src/README.md is read by TypeScript and run. What an example takes for granted (a
 * network, a split) is in `beforeExamples`; files that it reads are in the folder where it runs.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import * as normlab from "../../src/index.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
/** Inside the package, so that "normlab" is found as a user's program finds it. */
const folder = path.join(root, "dist", "test", "examples");

interface Example {
  name: string;
  /** A module of its own, or the body of a function. */
  code: string;
}

const beforeExamples = `
const { train, validation, test, classes } = digits({ seed: 1 });
const network = mlp({ inputs: 64, hidden: [16], classes, norm: "batch", seed: 1 });
const x = test.inputs;
const [weights, others] = [network.parameters().slice(0, 1), network.parameters().slice(1)];
const spec: ExperimentSpec = {
  data: { set: "moons" },
  network: { hidden: [8] },
  optimizer: { kind: "sgd", learningRate: 0.1 },
  steps: 20,
};
`;

/** Blocks of doc comments that stand four spaces in, as Markdown has it; formulas are written with these signs. */
const formula = /[Σ√∂⊙·−×^]|factor\(t\) =/;

function docExamples(): Example[] {
  const files = readdirSync(path.join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.includes("assembly"))
    .sort();
  return files.flatMap((file) => {
    const lines = readFileSync(path.join(root, "src", file), "utf8").split("\n");
    const blocks: { line: number; code: string[] }[] = [];
    lines.forEach((line, index) => {
      const code = /^ *\* {5}(.*)$/.exec(line)?.[1];
      if (code === undefined) return;
      const last = blocks.at(-1);
      if (last !== undefined && last.line + last.code.length === index) last.code.push(code);
      else blocks.push({ line: index, code: [code] });
    });
    return blocks
      .map(({ line, code }) => ({ name: `src/${file}:${line + 1}`, code: code.join("\n") }))
      .filter(({ code }) => !formula.test(withoutTexts(code)));
  });
}

/** Code without its strings and comments, in which any sign may stand. */
function withoutTexts(code: string): string {
  return code.replace(/"[^"]*"|`[^`]*`|\/\/.*$/gm, "");
}

function readmeExamples(): Example[] {
  return ["README.md", "src/README.md"].flatMap((file) => {
    const readme = readFileSync(path.join(root, file), "utf8");
    return [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(({ 1: code, index }) => ({
      name: `${file}:${readme.slice(0, index).split("\n").length}`,
      code,
    }));
  });
}

/** The examples of doc comments in one module: each in a function, so that it may have names of its own. */
function moduleOf(examples: readonly Example[]): string {
  const functions = examples.map(
    ({ name, code }) => `await example(${JSON.stringify(name)}, async () => {\n${code}\n});`,
  );
  return `
import { type ExperimentSpec, ${Object.keys(normlab).join(", ")} } from "normlab";
${beforeExamples}
async function example(name: string, run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    console.log(\`\${name}: \${error}\`);
  }
}
${functions.join("\n")}
`;
}

async function outputOf(child: ChildProcess): Promise<string> {
  const texts: string[] = [];
  child.stdout?.setEncoding("utf8").on("data", (text: string) => texts.push(text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => texts.push(text));
  const [status] = await once(child, "close");
  return status === 0 ? texts.join("") : `${texts.join("")}ended with status ${status}`;
}

describe("examples", function () {
  this.timeout(300_000);
  const examples = docExamples();
  const modules: Record<string, string> = {
    "doc-comments": moduleOf(examples),
    ...Object.fromEntries(readmeExamples().map(({ code }, index) => [`readme-${index + 1}`, code])),
  };
  const where = mkdtempSync(path.join(tmpdir(), "normlab-examples-"));

  before(() => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const [name, code] of Object.entries(modules)) writeFileSync(path.join(folder, `${name}.ts`), code);
    const compilerOptions = {
      target: "es2022",
      lib: ["es2023"],
      module: "nodenext",
      strict: true,
      skipLibCheck: true,
      types: ["node"],
    };
    writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
    writeFileSync(
      path.join(where, "iris.csv"),
      "width,height,species\n1,2,setosa\n3,4,virginica\n1,2,setosa\n3,5,virginica\n",
    );
    for (const kind of ["images-idx3", "labels-idx1"])
      copyFileSync(
        path.join(root, "src", "data", "files", `digits-${kind}-ubyte.gz`),
        path.join(where, `train-${kind}-ubyte.gz`),
      );
    mkdirSync(path.join(where, "results"));
    for (const ending of ["spec.json", "jsonl"])
      copyFileSync(
        path.join(root, "notebooks", "results", `04-speed-relu.${ending}`),
        path.join(where, "results", `04-speed-relu.${ending}`),
      );
  });

  after(() => rmSync(where, { recursive: true, force: true }));

  it("are found", () => {
    expect(examples.map(({ name }) => name).join(" ")).to.match(/plot\/line.*tensor\/tensor.*train\/trainer/);
    expect(Object.keys(modules).length).to.be.above(2);
  });

  it("are what TypeScript takes", async () => {
    const compiler = path.join(root, "node_modules", "typescript", "bin", "tsc");
    const found = await outputOf(spawn(process.execPath, [compiler, "-p", folder], { cwd: folder }));
    expect(withNames(found, modules["doc-comments"], examples)).to.equal("");
  });

  for (const name of Object.keys(modules))
    it(`run: ${name}`, async () => {
      const file = path.join(folder, `${name}.js`);
      const child = spawn(process.execPath, [file], { cwd: where, env: { ...process.env, CI: "1" } });
      const failed = (await outputOf(child)).split("\n").filter((line) => /Error|status/.test(line));
      expect(failed).to.deep.equal([]);
    });
});

/** The compiler's lines, with the example that each is about. */
function withNames(text: string, module: string, examples: readonly Example[]): string {
  const lines = module.split("\n");
  return text.replace(/^doc-comments\.ts\((\d+),\d+\)/gm, (place, line: string) => {
    const start = lines.slice(0, Number(line)).findLastIndex((each) => each.startsWith("await example("));
    return `${examples.find(({ name }) => lines[start]?.includes(name))?.name ?? "before the examples"}, ${place}`;
  });
}
