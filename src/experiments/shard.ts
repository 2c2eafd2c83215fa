/** A sweep in parts, for machines that share nothing but a scheduler. */
import { OptionError } from "../base/errors.js";
import { arithmeticOf } from "./arithmetic.js";
import type { CheckedSpec } from "./spec.js";

/** Part `index` of `count`; the first is 1. */
export interface Shard {
  index: number;
  count: number;
}

/** A spec of a sweep with its key. */
export interface Run {
  spec: CheckedSpec;
  key: string;
}

/** What a scheduler tells its tasks, by the name that --shard takes; null where it says nothing. */
const SCHEDULERS: Readonly<Record<string, (variable: (name: string) => number | null) => Shard>> = {
  slurm(variable) {
    const task = variable("SLURM_ARRAY_TASK_ID");
    if (task === null)
      throw missing("slurm", "SLURM_ARRAY_TASK_ID", "in a job of an array: sbatch --array=0-6 …");
    // A cluster's MaxArraySize is met by several arrays: NORMLAB_SHARD_OFFSET is what comes before this one, and
    // NORMLAB_SHARD_COUNT what there is in all.
    const offset = variable("NORMLAB_SHARD_OFFSET") ?? 0;
    const total = variable("NORMLAB_SHARD_COUNT");
    const first = variable("SLURM_ARRAY_TASK_MIN") ?? 0;
    const step = variable("SLURM_ARRAY_TASK_STEP") ?? 1;
    // --array=3,7,9 has more room between its numbers than tasks: then each number is taken as it is.
    const tasks = variable("SLURM_ARRAY_TASK_COUNT");
    const last = variable("SLURM_ARRAY_TASK_MAX");
    const isSparse = tasks !== null && last !== null && last - first !== (tasks - 1) * step;
    if (isSparse && total === null)
      throw new OptionError(
        `--shard slurm: the array has ${tasks} tasks with numbers from ${first} to ${last}, so that a task can't know which part is its own. ` +
          "Number them without gaps (--array=0-6), or set NORMLAB_SHARD_COUNT to the number of parts; then task 0 does the first.",
      );
    const place = total === null ? (task - first) / step : task;
    return { index: offset + place + 1, count: total ?? offset + (tasks ?? 1) };
  },
  kubernetes(variable) {
    const index = variable("JOB_COMPLETION_INDEX");
    if (index === null)
      throw missing("kubernetes", "JOB_COMPLETION_INDEX", 'in a pod of a Job with completionMode: "Indexed"');
    const total = variable("NORMLAB_SHARD_COUNT");
    if (total === null)
      throw new OptionError(
        "--shard kubernetes: a pod is not told how many there are. Set NORMLAB_SHARD_COUNT to the Job's completions, in the env of its container.",
      );
    return { index: (variable("NORMLAB_SHARD_OFFSET") ?? 0) + index + 1, count: total };
  },
};

const missing = (scheduler: string, name: string, where: string) =>
  new OptionError(
    `--shard ${scheduler}: ${name} is not set. It is ${where}. Elsewhere name the part: --shard 1/7.`,
  );

/**
 * Reads what --shard was given: "2/7", or the name of a scheduler whose variables say it.
 *
 * @param setting the value of an environment variable
 */
export function readShard(text: string, setting: (name: string) => string | undefined): Shard {
  const scheduler = Object.hasOwn(SCHEDULERS, text) ? SCHEDULERS[text] : undefined;
  const shard = scheduler ? scheduler((name) => wholeNumber(name, setting(name))) : parsed(text);
  const { index, count } = shard;
  if (!(Number.isInteger(index) && Number.isInteger(count) && index >= 1 && index <= count))
    throw new OptionError(
      `--shard ${text}: part ${index} of ${count} does not exist. Parts are numbered from 1 to their number, such as 1/7 to 7/7.`,
    );
  return shard;
}

function parsed(text: string): Shard {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  if (!match)
    throw new OptionError(
      `--shard takes k/n, such as 2/7 for the second of seven parts, or one of ${Object.keys(SCHEDULERS).join(", ")}; got ${JSON.stringify(text)}.`,
    );
  return { index: Number(match[1]), count: Number(match[2]) };
}

function wholeNumber(name: string, text: string | undefined): number | null {
  if (text === undefined || text === "") return null;
  if (!/^\d{1,9}$/.test(text))
    throw new OptionError(`${name} has to be a whole number of at least 0; got ${JSON.stringify(text)}.`);
  return Number(text);
}

/**
 * The runs of one part, in the order of the sweep. Each run belongs to one part: the longest goes first, to the part that has least to
 * compute until then (Graham's rule: the longest part takes at most 4/3 of the best there is). Only the specs decide, not their order.
 */
export function runsOfShard(runs: readonly Run[], { index, count }: Shard): Run[] {
  const loads = new Float64Array(count);
  const unique = Array.from(new Map(runs.map((run) => [run.key, run])).values());
  const costs = new Map(unique.map(({ key, spec }) => [key, arithmeticOf(spec)]));
  const costOf = ({ key }: Run) => costs.get(key) ?? 0;
  const own = new Set<Run>();
  for (const run of unique.toSorted((a, b) => costOf(b) - costOf(a) || (a.key < b.key ? -1 : 1))) {
    const least = leastOf(loads);
    loads[least] += costOf(run);
    if (least === index - 1) own.add(run);
  }
  return unique.filter((run) => own.has(run));
}

/** The place of the smallest value; of several, the first. */
function leastOf(values: Float64Array): number {
  let least = 0;
  for (let place = 1; place < values.length; place++) if (values[place] < values[least]) least = place;
  return least;
}
