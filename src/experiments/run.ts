#!/usr/bin/env node
/** Runs a spec file from a shell: `node run.js SPEC.json --out RESULTS.jsonl [--workers N] [--quiet]`. */
import { parseArgs } from "node:util";
import { OptionError } from "../base/errors.js";
import { DataError } from "../data/data-error.js";
import type { ExperimentResult } from "./result.js";
import { runSpecFile } from "./spec-file.js";
import { RunFailedError, SweepStoppedError } from "./sweep.js";

const USAGE = "normlab run SPEC.json --out RESULTS.jsonl [--workers N] [--quiet]";

/** The exit code: 0 done, 1 a spec or file that can't be used, 2 a wrong command line, 130 stopped by Ctrl+C. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: "string" },
      workers: { type: "string" },
      quiet: { type: "boolean", default: false },
    },
  });
  if (positionals.length !== 1 || values.out === undefined)
    throw new UsageError("it takes one spec file and --out.");
  const workers = values.workers === undefined ? undefined : Number(values.workers);
  const controller = new AbortController();
  process.once("SIGINT", () => controller.abort());
  process.once("SIGTERM", () => controller.abort());
  // The command normlab started this process and was killed. Listening alone must not keep it alive.
  process.once("disconnect", () => controller.abort());
  process.channel?.unref();
  const { signal } = controller;
  const options = {
    out: values.out,
    signal,
    progress: !values.quiet,
    ...(workers !== undefined && { workers }),
  };
  const results = await runSpecFile(positionals[0], options);
  process.stdout.write(`${summary(results)} ${values.out}\n`);
  return 0;
}

class UsageError extends Error {}

function summary(results: readonly ExperimentResult[]): string {
  const diverged = results.filter(({ status }) => status === "diverged").length;
  return `${results.length} results${diverged > 0 ? `, ${diverged} of them diverged,` : ""} in`;
}

function report(error: unknown): number {
  const message = error instanceof Error ? error.message : String(error);
  const isUsage =
    error instanceof UsageError || (error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS");
  process.stderr.write(`normlab run: ${message}\n${isUsage ? `Usage: ${USAGE}\n` : ""}`);
  if (error instanceof SweepStoppedError) return 130;
  if (isUsage) return 2;
  const isExplained = [OptionError, DataError, RunFailedError].some((known) => error instanceof known);
  if (!isExplained && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    process.exitCode = report(error);
  },
);
