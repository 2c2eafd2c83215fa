#!/usr/bin/env node
// The command: normlab install | uninstall | doctor | new FOLDER | export FILES | grade FOLDERS | run SPEC | merge RESULTS… | worker |
// queue status | queue drain.
import { join, relative } from "node:path";
import {
  type CommandLine,
  commandHelp,
  commands,
  generalHelp,
  readCommandLine,
  suggestion,
} from "./commands.js";
import { copyCourse } from "./course.js";
import { doctor } from "./doctor.js";
import { runExperiments } from "./experiments.js";
import { grade } from "./grade/grade.js";
import { install, uninstall } from "./install.js";
import { packageRoot, packageVersion } from "./package.js";
import { choosePlace } from "./place.js";
import { Problem, UsageError } from "./problem.js";

const tell = (message: string) => void process.stdout.write(`${message}\n`);

/** What each command does; the exit code, 0 when it returns none. `args` are the words as they were given. */
const actions: Readonly<
  Record<
    string,
    (line: CommandLine, args: readonly string[]) => number | undefined | Promise<number | undefined>
  >
> = {
  async install({ values }) {
    await install(choosePlace(values), { packageRoot, force: values.force === true, tell });
    tell("normlab new FOLDER copies the course to where you may write; normlab doctor looks after the rest.");
    return 0;
  },
  uninstall({ values }) {
    uninstall(choosePlace(values), { packageRoot, force: values.force === true, tell });
    return 0;
  },
  doctor: ({ values }) => doctor({ packageRoot, python: values.python as string | undefined, tell }),
  new({ operands, values }) {
    const withoutSolutions = values["without-solutions"] === true;
    const { folder, copied, kept } = copyCourse(join(packageRoot, "notebooks"), operands[0], {
      withoutSolutions,
    });
    for (const name of kept) tell(`${name} was there already and stays as it is.`);
    tell(
      copied.length === 0
        ? `${folder} has the whole course already.`
        : `${copied.length} files copied to ${folder}. Open them with: jupyter lab ${quoted(relative(".", folder) || ".")}`,
    );
    return 0;
  },
  async export({ operands, values }) {
    if (values.output === undefined) throw new UsageError("export needs --output DIR.", "export");
    // KaTeX is for this command alone.
    const { exportNotebooks } = await import("./export/export.js");
    const [output, python] = [values.output as string, values.python as string | undefined];
    const complain = (message: string) => void process.stderr.write(`normlab: ${message}\n`);
    await exportNotebooks({ packageRoot, files: operands, output, python, tell, complain });
    return 0;
  },
  async grade({ operands, values }) {
    const timeout = Number(values.timeout ?? 120);
    if (!(timeout > 0 && timeout < 1e6))
      throw new UsageError(`--timeout takes seconds, such as 120, and ${values.timeout} are none.`, "grade");
    const { output, keep, python } = values as Record<string, string | undefined>;
    const print = (row: string) => void process.stdout.write(row);
    const say = (message: string) => void process.stderr.write(`${message}\n`);
    const isAllSolved = await grade({
      ...{ packageRoot, folders: operands, output, keep, timeout, python, print, tell: say },
    });
    return isAllSolved ? 0 : 1;
  },
  run({ values }, args) {
    if (values.out === undefined) throw new UsageError("run needs --out RESULTS.jsonl.", "run");
    return runExperiments(packageRoot, "run", args);
  },
  merge({ values }, args) {
    if (values.out === undefined) throw new UsageError("merge needs --out RESULTS.jsonl.", "merge");
    return runExperiments(packageRoot, "merge", args);
  },
  worker: (_, args) => runExperiments(packageRoot, "worker", args),
  queue: (_, args) => runExperiments(packageRoot, "queue", args),
};

const quoted = (path: string) => (/\s/.test(path) ? `"${path}"` : path);

function main([name, ...args]: readonly string[]): number | undefined | Promise<number | undefined> {
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    if (args.length > 0 && Object.hasOwn(commands, args[0])) process.stdout.write(commandHelp(args[0]));
    else process.stdout.write(generalHelp());
    return name === undefined ? 2 : 0;
  }
  if (name === "--version") {
    tell(packageVersion());
    return 0;
  }
  if (!Object.hasOwn(commands, name)) {
    const known = Object.keys(commands);
    const what = name.startsWith("-") ? "option" : "command";
    throw new UsageError(`There is no ${what} ${name}.${suggestion(name, known)}`);
  }
  const line = readCommandLine(name, args);
  if (line === undefined) {
    process.stdout.write(commandHelp(name));
    return 0;
  }
  return actions[name](line, args);
}

try {
  process.exitCode = (await main(process.argv.slice(2))) ?? 0;
} catch (error) {
  if (error instanceof UsageError) {
    const more = error.command === undefined ? "normlab --help" : `normlab ${error.command} --help`;
    process.stderr.write(`normlab: ${error.message}\n${more} says what there is.\n`);
    process.exitCode = 2;
  } else if (error instanceof Problem) {
    process.stderr.write(`normlab: ${error.message}\n`);
    process.exitCode = 1;
  } else throw error;
}
