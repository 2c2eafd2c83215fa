import { config, safeParse } from "zod/mini";
import type { $ZodIssue } from "zod/v4/core";
import english from "zod/v4/locales/en.js";
import { nearestOf, OptionError } from "../base/errors.js";
import { checkSchedule } from "../nn/schedules/schedule.js";
import { keysAt, valueAt } from "./schema.js";
import { type CheckedSpec, spec } from "./spec.js";

config(english());

const SETS_OF_IMAGES: readonly string[] = ["digits", "fashion", "idx"];

/**
 * The spec with defaults filled in. Throws an OptionError that names the path of every unknown key and every value out of
 * range: "spec.optimizer.learningRate: Too small: expected number to be >=0 (got -1)".
 *
 * @param owner what the paths start with
 */
export function checkSpec(value: unknown, owner = "spec"): CheckedSpec {
  const parsed = safeParse(spec, value);
  if (!parsed.success)
    throw new OptionError(parsed.error.issues.flatMap((issue) => describe(issue, value, owner)).join("\n"));
  const checked = parsed.data;
  if ((checked.steps === undefined) === (checked.epochs === undefined))
    throw new OptionError(`${owner}: give either steps or epochs.`);
  if (checked.earlyStop && !checked.evaluate.includes("validation"))
    throw new OptionError(`${owner}.earlyStop judges by the validation part: add "validation" to evaluate.`);
  if ("channels" in checked.network && !SETS_OF_IMAGES.includes(checked.data.set))
    throw new OptionError(
      `${owner}.network: a ${checked.network.kind} takes images, and ${owner}.data.set "${checked.data.set}" has none. ` +
        `Sets of images: ${SETS_OF_IMAGES.join(", ")}.`,
    );
  if (checked.schedule) checkSchedule(`${owner}.schedule`, checked.schedule);
  const names = checked.finally.map(({ name }) => name);
  if (new Set(names).size < names.length)
    throw new OptionError(`${owner}.finally: each evaluation needs its own name.`);
  for (const { name, statistics, batchSize } of checked.finally)
    if (statistics === "batch" && batchSize < 2 && checked.network.norm === "batch")
      throw new OptionError(
        `${owner}.finally, "${name}": a batch of 1 has no variance for BatchNorm to normalize by; take a batchSize of 2 or more.`,
      );
  return checked;
}

function describe(issue: $ZodIssue, value: unknown, owner: string): string[] {
  const path = pathText(owner, issue.path);
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => {
      const nearest = nearestOf(key, keysAt(spec, issue.path, value));
      return `${path}.${key}: unknown key.${nearest === undefined ? "" : ` Did you mean "${nearest}"?`}`;
    });
  const got = valueAt(value, issue.path);
  if (got === undefined) return [`${path}: missing. ${expectation(issue)}`];
  return [`${path}: ${expectation(issue)} (got ${JSON.stringify(got)})`];
}

/** Of a union, what the first alternative that comes nearest wants. */
function expectation(issue: $ZodIssue): string {
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return issue.message;
  return issue.errors.map((alternative) => alternative.map(inAlternative).join(", ")).join("; or ");
}

const inAlternative = (issue: $ZodIssue): string =>
  issue.path.length === 0 ? issue.message : `${pathText("it", issue.path)}: ${issue.message}`;

const pathText = (owner: string, path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : `${text}.${String(key)}`),
    owner,
  );
