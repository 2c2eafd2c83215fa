// The commands as data: what each takes, what --help says, and how a command line is read by it.
import { parseArgs } from "node:util";
import { closest, distance } from "fastest-levenshtein";
import { UsageError } from "./problem.js";

export interface Option {
  readonly type: "string" | "boolean";
  /** What stands for the value in --help. */
  readonly value?: string;
  readonly help: string;
}

export interface Command {
  readonly summary: string;
  /** What it takes beside options, as --help writes it; a last one with … stands for one or more. */
  readonly operands: readonly string[];
  readonly options: Readonly<Record<string, Option>>;
  /** Sentences that --help ends with. */
  readonly notes: string;
}

export interface CommandLine {
  readonly operands: readonly string[];
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
}

/** Where the kernel goes; one of them at most. */
const places: Record<string, Option> = {
  user: { type: "boolean", help: "for you, in every Jupyter that you start" },
  prefix: {
    type: "string",
    value: "P",
    help: "in P/share/jupyter, e.g. the folder of a virtual environment",
  },
  python: { type: "string", value: "PATH", help: "in the environment of this Python" },
};
const placeNote =
  "Without one of the three: in the virtual or conda environment of the Python on the PATH when it has Jupyter, " +
  "else as --user.";

const queueNote =
  "The address is redis://host:6379/name, or rediss:// over TLS; without --queue it is read from NORMLAB_QUEUE, and a password that " +
  "it lacks from NORMLAB_QUEUE_PASSWORD. It needs the packages bullmq and ioredis.";

export const commands: Readonly<Record<string, Command>> = {
  install: {
    summary: "puts the kernel into a Jupyter",
    operands: [],
    options: {
      ...places,
      force: { type: "boolean", help: "also in the place of another installation's kernel" },
    },
    notes: `${placeNote} It prepares the kernel's quick start, too, which takes some seconds.`,
  },
  uninstall: {
    summary: "takes the kernel out of a Jupyter again",
    operands: [],
    options: {
      ...places,
      force: { type: "boolean", help: "also when it is another installation's kernel" },
    },
    notes: `${placeNote} The package itself is removed by npm uninstall.`,
  },
  doctor: {
    summary: "looks for what keeps the kernel from running, and says what to do",
    operands: [],
    options: {
      python: { type: "string", value: "PATH", help: "look at this Python, not the one on the PATH" },
    },
    notes: "Exit code 1 when something is wrong; advice alone is no fault.",
  },
  new: {
    summary: "copies the course to a folder where you may write",
    operands: ["FOLDER"],
    options: { "without-solutions": { type: "boolean", help: "for a class: no solutions of the exercises" } },
    notes: "The folder is made when it is missing. A file that is there already is never overwritten.",
  },
  export: {
    summary: "makes self-contained pages of notebooks, with the outputs that they hold",
    operands: ["FILE.ipynb…"],
    options: {
      output: { type: "string", value: "DIR", help: "the folder that the pages go to" },
      python: {
        type: "string",
        value: "PATH",
        help: "use the Jupyter of this Python, not of the one on the PATH",
      },
    },
    notes:
      "Figures stay live, formulas are drawn, answers are folded away, and no page asks a server for anything. More than one page come " +
      "with index.html, which lists them. All are written or none, and nothing that normlab did not make is overwritten. Exit codes: " +
      "0 done, 1 a file that cannot be used, 2 a wrong command line.",
  },
  grade: {
    summary: "runs handed-in notebooks again, and says which exercises are solved",
    operands: ["FOLDER…"],
    options: {
      output: {
        type: "string",
        value: "GRADES.csv",
        help: "where the table goes; without it, to standard output",
      },
      keep: { type: "string", value: "DIR", help: "keep the notebooks there as they were when they had run" },
      timeout: {
        type: "string",
        value: "SECONDS",
        help: "how long a cell may run before it is interrupted (120)",
      },
      python: {
        type: "string",
        value: "PATH",
        help: "use the Jupyter of this Python, not of the one on the PATH",
      },
    },
    notes:
      "Each FOLDER is what one student handed in. Its notebooks run in a copy, cell after cell, also behind an error, with the " +
      "course's own results beside them; the table has a row for each exercise. They run with your rights: grade what you do not " +
      "trust in a container. Exit codes: 0 all solved, 1 not all, or something cannot be used, 2 a wrong command line.",
  },
  run: {
    summary: "runs the experiments of a spec file",
    operands: ["SPEC.json"],
    options: {
      out: {
        type: "string",
        value: "RESULTS.jsonl",
        help: "where the results go; what is there is not run again",
      },
      workers: { type: "string", value: "N", help: "threads side by side" },
      shard: {
        type: "string",
        value: "k/n",
        help: "part k of n alone; slurm or kubernetes: the part that the scheduler names",
      },
      grace: {
        type: "string",
        value: "SECONDS",
        help: "of a part: how long a run at hand may go on after SIGTERM or SIGUSR1 (25)",
      },
      queue: {
        type: "string",
        value: "ADDRESS",
        help: "the workers of a queue compute, on any machine: redis://host/name",
      },
      quiet: { type: "boolean", help: "no progress" },
    },
    notes:
      "Exit codes: 0 done, or a part that its scheduler stopped, 1 a spec or a file that cannot be used, 2 a wrong command line, " +
      "130 stopped by Ctrl-C. The same command goes on where it was.",
  },
  merge: {
    summary: "puts the results of a sweep's parts together",
    operands: ["RESULTS.jsonl…"],
    options: {
      out: { type: "string", value: "RESULTS.jsonl", help: "where all go; what is there stays" },
    },
    notes:
      "It compares what is there more than once bit for bit, and says which runs are missing. Exit codes: 0 all are there, " +
      "1 some are missing or a file cannot be used, 2 a wrong command line.",
  },
  worker: {
    summary: "computes the runs of a queue, until it is stopped",
    operands: [],
    options: {
      queue: { type: "string", value: "ADDRESS", help: "where the queue is: redis://host/name" },
      threads: { type: "string", value: "N", help: "runs at a time (one a core)" },
      lock: {
        type: "string",
        value: "SECONDS",
        help: "its runs are another's when nothing was heard of it for so long (30)",
      },
      grace: {
        type: "string",
        value: "SECONDS",
        help: "how long its runs may go on after SIGTERM, before they are put back (25)",
      },
      quiet: { type: "boolean", help: "no word but errors" },
    },
    notes: `${queueNote} Exit codes: 0 stopped, 1 the queue cannot be used, or is for another build of normlab, 2 a wrong command line.`,
  },
  queue: {
    summary: "says what a queue holds (status), or takes all off it (drain)",
    operands: ["status|drain"],
    options: { queue: { type: "string", value: "ADDRESS", help: "where the queue is: redis://host/name" } },
    notes: queueNote,
  },
};

const help: Option = { type: "boolean", help: "this text" };

const flag = (name: string, { value }: Option) => `--${name}${value === undefined ? "" : ` ${value}`}`;

/** Lines of two columns. */
function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
}

export function generalHelp(): string {
  const rows = Object.entries(commands).map(
    ([name, { operands, summary }]) => [[name, ...operands].join(" "), summary] as const,
  );
  return `Usage: normlab COMMAND [options]

${columns(rows)}

normlab COMMAND --help says more of one; normlab --version tells the version.
Exit codes: 0 done, 1 something stands in the way, 2 a wrong command line.
`;
}

export function commandHelp(name: string): string {
  const { summary, operands, options, notes } = commands[name];
  const rows = Object.entries({ ...options, help }).map(
    ([option, description]) => [flag(option, description), description.help] as const,
  );
  return `Usage: ${["normlab", name, ...operands, "[options]"].join(" ")}

${summary[0].toUpperCase()}${summary.slice(1)}.

${columns(rows)}

${notes}
`;
}

/** "Did you mean …?" when a known name is near enough to be meant. */
export function suggestion(word: string, known: readonly string[], mark = ""): string {
  const nearest = closest(word, known);
  return distance(word, nearest) <= Math.max(2, Math.ceil(word.length / 3))
    ? ` Did you mean ${mark}${nearest}?`
    : "";
}

/**
 * Reads the words after a command's name.
 * @returns undefined when they ask for --help
 * @throws {UsageError} that names what is unknown, missing or too much, and the nearest known name
 */
export function readCommandLine(name: string, args: readonly string[]): CommandLine | undefined {
  const command = commands[name];
  const options: Readonly<Record<string, Option>> = { ...command.options, help };
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    allowPositionals: true,
    strict: false,
    tokens: true,
    options: {
      ...Object.fromEntries(Object.entries(options).map(([option, { type }]) => [option, { type }])),
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help === true) return undefined;
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const known = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (known === undefined) {
      const nearest = suggestion(token.name, Object.keys(options), "--");
      throw new UsageError(`${name} has no option ${token.rawName}.${nearest}`, name);
    }
    if (known.type === "boolean" && token.value !== undefined)
      throw new UsageError(`${token.rawName} takes no value.`, name);
    // A path may not be empty, and what starts with a dash is the next option: its value was forgotten.
    if (known.type === "string" && (!token.value || (!token.inlineValue && token.value.startsWith("-"))))
      throw new UsageError(`${token.rawName} needs a value: ${flag(token.name, known)}.`, name);
  }
  const given = Object.keys(places).filter((place) => values[place] !== undefined);
  if (given.length > 1)
    throw new UsageError(
      `${given.map((place) => `--${place}`).join(" and ")} name different places: give one.`,
      name,
    );
  const takesMore = command.operands.at(-1)?.endsWith("…") === true;
  if (positionals.length > command.operands.length && !takesMore)
    throw new UsageError(`${name} does not take ${positionals[command.operands.length]}.`, name);
  if (positionals.length < command.operands.length)
    throw new UsageError(`${name} needs ${command.operands[positionals.length]}.`, name);
  return { operands: positionals, values: values as CommandLine["values"] };
}
