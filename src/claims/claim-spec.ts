/** What a spec file claims of its runs, written down before any of them is done: what is compared, and which effect counts. */
import * as z from "zod/mini";
import { OptionError } from "../base/errors.js";
import { readSpecFile } from "../experiments/spec-file.js";
import { verdictOf } from "./verdict.js";

const selection = z.record(z.string(), z.unknown());
const text = z.string().check(z.minLength(1));
/** Small letters, digits and hyphens. */
const name = z.string().check(z.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/));
const paths = z.array(text).check(z.minLength(1));

/** What is measured of a run. Accuracies are in %, on the test part. */
const measure = z.discriminatedUnion("kind", [
  /** The accuracy at the end, or after so many steps. */
  z.strictObject({ kind: z.literal("accuracy"), after: z.optional(z.int()) }),
  /** The accuracy of one of the spec's `finally`. */
  z.strictObject({ kind: z.literal("finally"), name: text }),
  /** The steps until this accuracy was reached first. */
  z.strictObject({ kind: z.literal("steps"), to: z.number() }),
  /** In decades: the largest rate of the grid at which a seed ends with this accuracy, or the smallest where none does. */
  z.strictObject({ kind: z.literal("largestRate"), endsAt: z.number() }),
  /**
   * A probe, the series whose name ends so: its last value, or the root mean square of all after `from` steps; in units of `per`.
   */
  z.strictObject({
    kind: z.literal("probe"),
    series: text,
    from: z.optional(z.int()),
    per: z._default(z.number(), 1),
  }),
  /** How far a probe's values travel: the sum of its moves. */
  z.strictObject({ kind: z.literal("way"), series: text }),
  /** Decades between the norms of the first and the last hidden layer's gradient, whichever is larger. */
  z.strictObject({ kind: z.literal("unevenness"), after: z.int() }),
]);

const sides = {
  of: selection,
  against: z.optional(selection),
};

const claim = z.strictObject({
  statement: text,
  source: paths,
  unit: text,
  /** difference: mean of the paired differences; ratio: median of the paired ratios; value: mean; exact: nothing is random. */
  compare: z._default(z.enum(["difference", "ratio", "value", "exact"]), "difference"),
  claimed: z._default(z.enum(["above", "below", "same"]), "above"),
  reference: z.optional(z.number()),
  enough: z.number(),
  /** Left out where the lesson measures it while it runs. */
  measure: z.optional(measure),
  of: z.optional(selection),
  against: z.optional(selection),
  /** What is measured of `against`, where it is something else. */
  measureAgainst: z.optional(measure),
  /** A difference that is taken off: the claim is about a difference of differences. */
  minus: z.optional(z.strictObject(sides)),
  /** What is chosen on validation data. */
  over: z._default(paths, ["optimizer.learningRate"]),
  /** The rate is chosen by the median of the steps until this accuracy (by the accuracy at the end). */
  chosenBy: z.optional(z.number()),
  /** Why a chosen rate may be the smallest or the largest of the grid. */
  edge: z.optional(text),
  /** More sweeps beside the spec's own, such as "05-batch-size". */
  results: z.optional(paths),
  /** Over what the interval speaks, where the runs' data do not say it. */
  population: z.optional(text),
  note: z.optional(text),
});

export type Measure = z.output<typeof measure>;
export type ClaimSpec = z.output<typeof claim>;
export type Sides = z.output<z.ZodMiniObject<typeof sides>>;

/**
 * The claims of a spec file by their ids; none where it makes none. Throws an OptionError that names what is wrong.
 */
export function readClaimSpecs(file: string): Record<string, ClaimSpec> {
  const { claims = {} } = readSpecFile(file);
  const parsed = z.safeParse(z.record(name, claim), claims);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    throw new OptionError(`${file}: claims.${path.join(".")}: ${message}`);
  }
  for (const [id, spec] of Object.entries(parsed.data)) check(`${file}: the claim "${id}"`, spec);
  return parsed.data;
}

function check(owner: string, spec: ClaimSpec): void {
  const { compare, measure, of, against } = spec;
  if ((measure === undefined) !== (of === undefined))
    throw new OptionError(`${owner} needs both measure and of, or neither where the lesson measures it.`);
  if (measure && against === undefined && compare !== "value")
    throw new OptionError(`${owner} compares two sides: against is missing.`);
  if (compare === "exact" && measure)
    throw new OptionError(`${owner}: what is exact is no matter of runs; leave measure and of out.`);
  // Whether the threshold is on the right side: any interval shows it.
  if (compare !== "exact") verdictOf({ interval: [0, 0], ...rule(spec) });
}

/** The part of a claim's spec that its verdict goes by. */
export function rule({ claimed, reference, enough, compare }: ClaimSpec): {
  claimed: "above" | "below" | "same";
  reference: number;
  enough: number;
} {
  return { claimed, reference: reference ?? (compare === "ratio" ? 1 : 0), enough };
}
