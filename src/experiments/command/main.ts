#!/usr/bin/env node
/** What the command normlab does with experiments: `node main.js run SPEC.json --out RESULTS.jsonl`. */
import { OptionError, QueueError } from "../../base/errors.js";
import { DataError } from "../../data/data-error.js";
import { DifferentBitsError, RunFailedError, SweepStoppedError } from "../errors.js";
import { merge } from "./merge.js";
import { queue } from "./queue.js";
import { run } from "./run.js";
import { UsageError } from "./usage.js";
import { worker } from "./worker.js";

/** Each takes the words behind its name and gives the exit code. */
const commands: Readonly<Record<string, (args: readonly string[]) => number | Promise<number>>> = {
  run,
  merge,
  worker,
  queue,
};

/** Errors whose words are the whole story. */
const EXPLAINED = [OptionError, DataError, RunFailedError, QueueError, DifferentBitsError];

/** The exit code: 0 done, 1 a spec or file that can't be used, 2 a wrong command line, 130 stopped by Ctrl+C. */
function report(name: string, error: unknown): number {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`normlab ${name}: ${message}\n`);
  if (error instanceof SweepStoppedError) return 130;
  if (error instanceof UsageError) {
    process.stderr.write(`Usage: ${error.usage}\n`);
    return 2;
  }
  if (!EXPLAINED.some((known) => error instanceof known) && error instanceof Error)
    process.stderr.write(`${error.stack}\n`);
  return 1;
}

const [name = "", ...args] = process.argv.slice(2);
try {
  if (!Object.hasOwn(commands, name)) {
    const known = Object.keys(commands).join(" | ");
    throw new UsageError(`there is no command "${name}".`, `node main.js ${known} …`);
  }
  process.exitCode = await commands[name](args);
} catch (error) {
  process.exitCode = report(name, error);
}
