// npm run notebooks -- [files…] [--output DIR] [--html] [--update]: re-executes notebooks through nbconvert, several
// side by side. The originals are never touched, save by --update, which is how the course's committed outputs are made.
import { accessSync, constants, existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, dirname, extname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { parseArgs } from "node:util";
import { filesBelow } from "./files.js";
import { root, venvProgram } from "./paths.js";
import { Problem, runScript } from "./problem.js";
import { updateScoreboard } from "./scoreboard.js";
import { setupOfScript } from "./setup.js";

const course = join(root, "notebooks");

const usage = "Usage: npm run notebooks -- [files…] [--output DIR] [--html] [--update]";

/** npm runs scripts in the package's folder; paths are meant from where the person stood. */
const standpoint = process.env.npm_lifecycle_event === "notebooks" ? process.env.INIT_CWD : undefined;

/** How a file is named in messages: short where it is inside the repository, else in full. */
function shown(file) {
  const inside = relative(root, file);
  return inside.startsWith("..") || isAbsolute(inside) ? file : inside.split(sep).join("/");
}

function readArguments(args) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { output: { type: "string" }, html: { type: "boolean" }, update: { type: "boolean" } },
    });
    if (values.update && values.output !== undefined)
      throw new Error("--update writes back into notebooks/, so --output cannot be given with it.");
    return { ...values, files: positionals };
  } catch (error) {
    throw new Problem(`${error.message}\n${usage}`);
  }
}

/** The notebook that an argument names: from where the person stands, else from the repository's top folder. */
function find(name) {
  const candidates = [resolve(standpoint ?? "", name), resolve(root, name)];
  const file = candidates.find((candidate) => existsSync(candidate));
  if (!file) throw new Problem(`There is no file ${name}. The course is in notebooks/.`);
  if (!statSync(file).isFile() || extname(file) !== ".ipynb")
    throw new Problem(`${name} is not a notebook: a file that ends in .ipynb is needed.`);
  return file;
}

function wholeCourse() {
  const files = filesBelow(course, [".ipynb_checkpoints"]).filter((file) => file.endsWith(".ipynb"));
  if (files.length === 0) throw new Problem("There is no notebook in notebooks/.");
  return files;
}

const isOfCourse = (file) => file.startsWith(course + sep);

/** Where a re-executed notebook goes below the output folder. */
const placeOf = (file) => (isOfCourse(file) ? relative(course, file) : basename(file));

/** @returns a list of { source, target, place }; no two share a target and no target is its source. */
function plan(files, output, update) {
  const sourceOf = new Map();
  return files.map((source) => {
    if (update && !isOfCourse(source))
      throw new Problem(`${shown(source)} is not in notebooks/: --update writes back to the course alone.`);
    const place = placeOf(source);
    const target = join(output, place);
    if (sourceOf.has(place))
      throw new Problem(
        `${shown(sourceOf.get(place))} and ${shown(source)} would both be written to ${shown(target)}: run them one by one.`,
      );
    sourceOf.set(place, source);
    if (target === source)
      throw new Problem(
        `${shown(target)} is the notebook itself: choose another --output, or --update to renew the course's outputs.`,
      );
    return { source, target, place };
  });
}

function makeWritable(folder) {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new Problem(
      `The output folder ${folder} cannot be written to (${error.code}): choose another with --output DIR.`,
    );
  }
}

/**
 * Executes one notebook and tells how it went.
 * @returns whether it went well, and the file that it was written to, if any
 */
async function execute({ source, target }, update, program) {
  const name = shown(source);
  console.log(`${name} …`);
  const start = performance.now();
  const result = await program.ask({ source, target, folder: dirname(source) }).catch((error) => {
    if (error.name !== "Problem") throw error;
    return { refused: error.message };
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (result.refused) {
    console.error(`${name} was not run: ${result.refused}`);
    return { good: false };
  }
  if (result.failure) {
    const { cell, line, name: error, message } = result.failure;
    console.error(
      `${name}, cell ${cell}${line ? `, line ${line}` : ""}: ${error}: ${message}\n` +
        `  What was reached is in ${shown(target)}.`,
    );
    return { good: false, file: target };
  }
  const file = update ? source : target;
  if (update) renameSync(target, source);
  console.log(`${name}: ${result.cells} cells in ${seconds} s, written to ${shown(file)}`);
  return { good: true, file };
}

/** Executes every notebook, `width` side by side, each of them in a Python for one after the other; results in the jobs' order. */
async function executeAll(jobs, width, update) {
  // From the build, which the set-up may just have made.
  const { ofJupyter, PythonProgram } = await import("../../dist/kernel/command/scripts.js");
  const results = [];
  const queue = jobs.entries();
  const worker = async () => {
    const program = new PythonProgram(venvProgram("python"), ofJupyter(root, "execute.py"));
    try {
      for (const [index, job] of queue) results[index] = await execute(job, update, program);
    } finally {
      program.end();
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, jobs.length) }, worker));
  return results;
}

await runScript(async (args) => {
  const options = readArguments(args);
  await setupOfScript();
  const files = options.files.length > 0 ? [...new Set(options.files.map(find))] : wholeCourse();
  const output = resolve(standpoint ?? "", options.output ?? join(root, "out"));
  const jobs = plan(files, output, options.update);
  makeWritable(output);
  // A cell may use several cores itself: half of them leaves room for that, and four notebooks is enough memory.
  const width = Math.min(4, Math.ceil(availableParallelism() / 2));
  const results = await executeAll(jobs, width, options.update);
  if (options.update) updateScoreboard();
  if (options.html) {
    const written = jobs
      .map((job, index) => ({ ...job, file: results[index].file }))
      .filter(({ file }) => file);
    const { exportPages } = await import("../../dist/kernel/command/export/pages.js");
    const complain = (message) => console.error(message);
    const python = venvProgram("python");
    const heading = "Batch normalization, by running it";
    const [list] = await exportPages({
      packageRoot: root,
      python,
      notebooks: written,
      output,
      complain,
      heading,
    });
    const first = shown(join(output, list.page));
    console.log(written.length === 1 ? `1 page: ${first}` : `${written.length} pages, listed in ${first}`);
  }
  const failed = results.filter(({ good }) => !good).length;
  if (failed > 0) console.error(`${failed} of ${jobs.length} notebooks failed.`);
  return failed > 0 ? 1 : 0;
});
