/**
 * npm run bench -- queue: runs a second of a sweep of short runs, by two threads and over a queue with two workers of a thread
 * each, on the same cores. The server, the workers and the coordinator are processes of this machine, as everything is.
 *
 *   --rounds=5          rounds
 *   --runs=2000         runs of a sweep
 *   --milliseconds=25   what a run takes, about: its steps are counted out before the first round
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ExperimentSpec, grid, runExperiment } from "../../src/experiments/index.js";
import { QueueServer, serverProgram, WHY_NO_SERVER } from "../src/experiments/queue-server.js";
import type { Report } from "./report.js";
import { quantile } from "./trainer/quantile.js";

const command = fileURLToPath(new URL("../../src/experiments/command/main.js", import.meta.url));

const [BY_THREADS, OVER_QUEUE] = ["2 threads", "a queue with 2 workers"];

const base: ExperimentSpec = {
  data: { set: "moons", size: 200 },
  network: { hidden: [32, 32], norm: "batch" },
  optimizer: { kind: "sgd", learningRate: 0.1 },
  steps: 100,
};

const DEFAULTS = { "--rounds": 5, "--runs": 2000, "--milliseconds": 25 };

export async function main(args: readonly string[], report: Report): Promise<void> {
  const options = new Map<string, number>(Object.entries(DEFAULTS));
  for (const arg of args) {
    const [name, value] = arg.split("=");
    if (!options.has(name) || !(Number(value) > 0))
      throw new Error(
        `The queue's benchmark takes ${Object.keys(DEFAULTS).join("=, ")}= and numbers; got ${arg}.`,
      );
    options.set(name, Number(value));
  }
  const numberOf = (name: keyof typeof DEFAULTS) => options.get(name) ?? DEFAULTS[name];
  const program = serverProgram();
  if (program === undefined) {
    console.log(WHY_NO_SERVER);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "normlab-bench-"));
  const server = new QueueServer(program);
  const workers: ChildProcess[] = [];
  try {
    await server.start();
    const steps = await stepsOf(numberOf("--milliseconds"));
    const count = numberOf("--runs");
    const spec = join(folder, "spec.json");
    const seed = Array.from({ length: count }, (_, index) => index);
    writeFileSync(spec, JSON.stringify(grid({ ...base, steps }, { seed })));
    for (let index = 0; index < 2; index++)
      workers.push(start(["worker", "--queue", server.address(), "--threads", "1", "--quiet"]));
    const sides = new Map<string, number[]>([
      [BY_THREADS, []],
      [OVER_QUEUE, []],
    ]);
    // Workers stand ready in a lab; a first sweep has them compile what they run.
    await runsASecond(count, spec, join(folder, "first.jsonl"), ["--queue", server.address()]);
    for (let round = 0; round < numberOf("--rounds"); round++) {
      const [threads, queue] = ["threads", "queue"].map((name) => join(folder, `${name}.${round}.jsonl`));
      sides.get(BY_THREADS)?.push(await runsASecond(count, spec, threads, ["--workers", "2"]));
      sides.get(OVER_QUEUE)?.push(await runsASecond(count, spec, queue, ["--queue", server.address()]));
      if (readFileSync(threads, "utf8") !== readFileSync(queue, "utf8"))
        throw new Error("The queue's results are not those of the threads.");
    }
    const title = `A sweep of ${count} runs of about ${numberOf("--milliseconds")} ms`;
    report.compare({ title, unit: "runs a second", better: "more", own: [OVER_QUEUE], sides });
    for (const [name, values] of sides) console.log(`${name}: ${quantile(values).toFixed(1)} runs a second`);
    const ratios = (sides.get(OVER_QUEUE) ?? []).map(
      (value, round) => value / (sides.get(BY_THREADS) ?? [])[round],
    );
    console.log(
      `queue ÷ threads: ${quantile(ratios).toFixed(2)} (${ratios.map((ratio) => ratio.toFixed(2)).join(", ")})`,
    );
  } finally {
    for (const worker of workers) {
      worker.kill("SIGTERM");
      if (worker.exitCode === null) await once(worker, "close");
    }
    await server.end();
    rmSync(folder, { recursive: true });
  }
}

const start = (words: readonly string[]) =>
  spawn(process.execPath, [command, ...words], { stdio: ["ignore", "ignore", "inherit"] });

/** The whole command, from its start to its end. */
async function runsASecond(
  count: number,
  spec: string,
  out: string,
  words: readonly string[],
): Promise<number> {
  const begin = performance.now();
  const [code] = await once(start(["run", spec, "--out", out, "--quiet", ...words]), "close");
  if (code !== 0) throw new Error(`normlab run ended with exit code ${code}.`);
  return (1000 * count) / (performance.now() - begin);
}

/** How many steps of a run take so long here. */
async function stepsOf(milliseconds: number): Promise<number> {
  const timeOf = async (steps: number) => {
    const times: number[] = [];
    for (let seed = 0; seed < 20; seed++) {
      const begin = performance.now();
      await runExperiment({ ...base, steps, seed });
      times.push(performance.now() - begin);
    }
    return quantile(times);
  };
  await timeOf(100);
  const [few, many] = [await timeOf(100), await timeOf(500)];
  return Math.max(10, Math.round(100 + (400 * (milliseconds - few)) / Math.max(1e-6, many - few)));
}
