// npm run test:262 -- FOLDER: test262's language tests, each as a cell, against plain Node.
//   --below test/language/statements   only those in that folder
//   --every 20                         only one in so many
//   --results FILE                     writes each test's result, a line of JSON each, as they come; those that are there
//                                      already are not run again, so that a run which was ended can go on
//   --workers 4                        processes at a time; as many as there are processors
//   --report                           writes the counts into counts.json, which is committed
import { type ChildProcess, execFileSync, fork } from "node:child_process";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import * as path from "node:path";
import { parseArgs } from "node:util";
import ts from "typescript";
import { type Counts, countsOf, describeCounts } from "./counts.js";
import { languageTests, type Suite } from "./suite.js";
import type { Stage, WorkerReport, WorkerTask } from "./worker.js";

/** After so many tests a process is replaced: realms and modules are not given back whole. */
const testsPerProcess = 4000;
const secondsPerStage = 60;

export interface TestResult {
  file: string;
  isPlain: boolean;
  whole?: string;
  split?: string;
}

export async function main(args: string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      below: { type: "string" },
      every: { type: "string" },
      report: { type: "boolean" },
      results: { type: "string" },
      workers: { type: "string" },
    },
  });
  const [folder] = positionals;
  if (folder === undefined || !existsSync(path.join(folder, "harness", "assert.js"))) {
    console.error(
      "Name a folder with a copy of test262: npm run test:262 -- FOLDER. `git clone https://github.com/tc39/test262 FOLDER` makes one.",
    );
    return 1;
  }
  const root = path.resolve(folder);
  const below = path.join(root, values.below ?? "test/language");
  const every = Number(values.every ?? 1);
  const all = languageTests(root, below);
  const suite = { ...all, tests: all.tests.filter((_, index) => index % every === 0) };
  const started = performance.now();
  const file = values.results;
  const known = file !== undefined && existsSync(file) ? readResults(file, suite) : [];
  const results = await runAll(suite, known, Number(values.workers ?? availableParallelism()), (result) => {
    if (file !== undefined) appendFileSync(file, `${JSON.stringify(result)}\n`);
  });
  const counts = countsOf(suite, results, {
    commit: execFileSync("git", ["-C", root, "rev-parse", "HEAD"], { encoding: "utf8" }).trim(),
    node: process.version,
    typescript: ts.version,
    every,
  });
  console.log(describeCounts(counts));
  console.log(`${Math.round((performance.now() - started) / 1000)} seconds`);
  if (values.report) writeReport(counts);
  return 0;
}

/** What an earlier run of these tests left; the last line may be half written. */
function readResults(file: string, { tests }: Suite): TestResult[] {
  const wanted = new Set(tests.map((test) => test.file));
  const results = readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line): TestResult[] => {
      try {
        return [JSON.parse(line)];
      } catch {
        return [];
      }
    });
  return results.filter((result) => wanted.has(result.file));
}

function writeReport(counts: Counts): void {
  const file = path.resolve(import.meta.dirname, "../../../../../test/kernel/language/test262/counts.json");
  writeFileSync(file, `${JSON.stringify(counts, undefined, 2)}\n`);
}

async function runAll(
  suite: Suite,
  known: readonly TestResult[],
  workers: number,
  each: (result: TestResult) => void,
): Promise<TestResult[]> {
  const results = [...known];
  const isKnown = new Set(known.map(({ file }) => file));
  const queue = mixed(suite.tests).filter(({ file }) => !isKnown.has(file));
  const total = suite.tests.length;
  let next = results.length + 1000;
  const done = (result: TestResult) => {
    results.push(result);
    each(result);
    if (results.length >= next) {
      console.error(`${results.length} of ${total}`);
      next += 1000;
    }
  };
  await Promise.all(Array.from({ length: workers }, () => runQueue(suite.root, queue, done)));
  return results;
}

/** Directories in turn, so that the first thousand results speak for all. */
function mixed<T>(tests: readonly T[]): T[] {
  const stride = 97;
  return Array.from({ length: stride }, (_, first) => tests.filter((_, i) => i % stride === first)).flat();
}

/** Takes tests from the queue until it is empty, in one process after the other. */
async function runQueue(
  root: string,
  queue: LanguageQueue,
  done: (result: TestResult) => void,
): Promise<void> {
  while (queue.length > 0) {
    const child = fork(path.join(import.meta.dirname, "worker.js"), {
      execArgv: ["--experimental-vm-modules", "--no-warnings", "--max-old-space-size=3000"],
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    try {
      await runInProcess(child, root, queue, done);
    } finally {
      child.kill("SIGKILL");
    }
  }
}

type LanguageQueue = Suite["tests"];

function runInProcess(
  child: ChildProcess,
  root: string,
  queue: LanguageQueue,
  done: (result: TestResult) => void,
): Promise<void> {
  return new Promise((resolve) => {
    let count = 0;
    let result: TestResult | undefined;
    let stage: Stage = "module";
    let timer: NodeJS.Timeout | undefined;
    const finish = () => {
      clearTimeout(timer);
      if (result) done(result);
      result = undefined;
    };
    const end = () => {
      child.removeAllListeners();
      finish();
      resolve();
    };
    /** The stage that runs now did not end, or ended the process. */
    const fail = (why: string) => {
      if (result && stage === "module") result.isPlain = false;
      else if (result && stage === "whole") {
        result.whole = why;
        result.split = why;
      } else if (result) result.split = why;
      end();
    };
    const watch = () => {
      clearTimeout(timer);
      timer = setTimeout(() => fail("too slow"), secondsPerStage * 1000);
    };
    child.on("exit", (code, signal) => fail(`the process ended (${signal ?? code})`));
    child.on("message", (report: WorkerReport) => {
      if (report.stage === "end") {
        finish();
        const test = queue.shift();
        if (!test || count++ >= testsPerProcess) {
          if (test) queue.unshift(test);
          end();
          return;
        }
        result = { file: test.file, isPlain: true };
        stage = "module";
        watch();
        child.send({ root, test } satisfies WorkerTask);
        return;
      }
      if (!result) return;
      if (report.stage === "going on") {
        watch();
        return;
      }
      if (report.stage === "module") result.isPlain = report.failure === undefined;
      else result[report.stage] = report.failure;
      stage = report.stage === "module" ? "whole" : "split";
      watch();
    });
  });
}
