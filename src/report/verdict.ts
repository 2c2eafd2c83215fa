/** How a claim fares: a word that a stated rule derives from an interval, so that nobody chooses it by taste. */
import { checkNumber, checkOptions, OptionError, ValueError } from "../base/errors.js";

export const verdicts = ["holds", "partly", "not here", "fails"] as const;

/**
 * - holds: the measurement shows what the claim says
 * - partly: it shows it under some of the conditions, or less of it than counts
 * - not here: it shows neither the claim nor its contrary
 * - fails: it shows the contrary
 */
export type Verdict = (typeof verdicts)[number];

/** A verdict with the rule that gave it. */
export interface DerivedVerdict {
  verdict: Verdict;
  /** The rule in words, with its numbers. */
  rule: string;
}

export interface VerdictOptions {
  /** The effect's interval, lower and upper limit. */
  interval: readonly [number, number];
  /** On which side of `reference` the claim says that the effect lies; "above" by default. */
  claimed?: "above" | "below";
  /** The effect's value when there is none: 0 for differences (default), 1 for ratios. */
  reference?: number;
  /** The smallest effect that counts, on the claimed side of `reference`; `reference` by default: any does. */
  enough?: number;
}

/**
 * The verdict that an interval gives. With the claimed side "above":
 *
 * - holds when the whole interval is above `enough`
 * - partly when the whole interval is above `reference`, but not above `enough`
 * - fails when the whole interval is below `reference`
 * - not here otherwise: the interval holds `reference`
 *
 *     verdictOf({ interval: [2.0, 2.7], reference: 1, enough: 1.5 })
 *     // { verdict: "holds", rule: "the whole interval is above 1.5" }
 *
 * @throws OptionError when a limit is no finite number, or `enough` is on the wrong side of `reference`
 */
export function verdictOf(options: VerdictOptions): DerivedVerdict {
  const owner = "verdictOf";
  checkOptions(owner, options, ["interval", "claimed", "reference", "enough"]);
  const { interval, claimed = "above", reference = 0, enough = reference } = options;
  const [low, high] = checkInterval(owner, interval);
  checkNumber(owner, "reference", reference, "a finite number", () => true);
  if (claimed !== "above" && claimed !== "below")
    throw new OptionError(`${owner}: claimed must be "above" or "below"; got ${JSON.stringify(claimed)}.`);
  const sign = claimed === "above" ? 1 : -1;
  checkNumber(
    owner,
    "enough",
    enough,
    `a number ${claimed} reference or equal to it`,
    (value) => sign * (value - reference) >= 0,
  );

  const contrary = claimed === "above" ? "below" : "above";
  // The limit of the interval that is nearest to the contrary of the claim, and the one farthest from it.
  const [worst, best] = claimed === "above" ? [low, high] : [high, low];
  if (sign * (worst - enough) > 0)
    return { verdict: "holds", rule: `the whole interval is ${claimed} ${enough}` };
  if (sign * (worst - reference) > 0)
    return {
      verdict: "partly",
      rule: `the whole interval is ${claimed} ${reference}, but not ${claimed} ${enough}`,
    };
  if (sign * (best - reference) < 0)
    return { verdict: "fails", rule: `the whole interval is ${contrary} ${reference}` };
  return { verdict: "not here", rule: `the interval holds ${reference}` };
}

/**
 * The verdict over several conditions, each named: all the same give that one; some of them "holds" or "partly" give
 * "partly"; the rest gives "not here".
 *
 *     verdictOverall({
 *       "small weights": verdictOf({ interval: [2.0, 2.7], reference: 1 }),
 *       "large weights": verdictOf({ interval: [0.9, 1.4], reference: 1 }),
 *     });
 */
export function verdictOverall(conditions: Readonly<Record<string, DerivedVerdict>>): DerivedVerdict {
  const named = Object.entries(conditions);
  if (named.length === 0) throw new ValueError("verdictOverall needs at least one condition.");
  const words = named.map(([, { verdict }]) => verdict);
  const same = words.every((word) => word === words[0]);
  const some = words.includes("holds") || words.includes("partly");
  return {
    verdict: same ? words[0] : some ? "partly" : "not here",
    rule: named.map(([name, { verdict, rule }]) => `${name}: ${verdict}, as ${rule}`).join("; "),
  };
}

/** The limits of an interval; throws an OptionError unless they are two finite numbers in order. */
export function checkInterval(owner: string, interval: unknown): [number, number] {
  const limits: unknown[] = Array.isArray(interval) ? interval : [];
  const [low, high] = limits;
  const valid =
    limits.length === 2 &&
    Number.isFinite(low) &&
    Number.isFinite(high) &&
    (low as number) <= (high as number);
  if (!valid)
    throw new OptionError(
      `${owner}: interval must be [lower, upper], two finite numbers; got ${JSON.stringify(interval)}.`,
    );
  return [low as number, high as number];
}
