/** How a claim fares: a word that a stated rule derives from an interval, so that nobody chooses it by taste. */
import { checkNumber, checkOptions, OptionError } from "../base/errors.js";

/**
 * - holds: the measurement shows what the claim says, and enough of it to count
 * - small: it shows an effect on the claimed side, but not that it is large enough to count
 * - no effect: whatever effect there is, it is too small to count
 * - undecided: the interval is too wide to say any of these
 * - fails: the measurement shows the contrary
 * - exact: an identity, equal up to rounding; nothing is random, so there is no interval
 */
export type Verdict = "holds" | "small" | "no effect" | "undecided" | "fails" | "exact";

/** A verdict with the rule that gave it. */
export interface DerivedVerdict {
  verdict: Verdict;
  /** The rule in words, with its numbers. */
  rule: string;
}

export interface VerdictOptions {
  /** The effect's interval, lower and upper limit. */
  interval: readonly [number, number];
  /** On which side of `reference` the claim says that the effect lies, or "same": at `reference`; "above" by default. */
  claimed?: "above" | "below" | "same";
  /** The effect's value when there is none: 0 for differences (default), 1 for ratios. */
  reference?: number;
  /**
   * The smallest effect that counts, on the claimed side of `reference`; `reference` by default: any does. On the other side
   * as much counts: −enough for differences, reference² / enough for ratios.
   */
  enough?: number;
}

/**
 * The verdict that an interval gives. With the claimed side "above":
 *
 * - holds when the whole interval is above `enough`
 * - small when the whole interval is above `reference`, but not above `enough`
 * - no effect when the whole interval lies between `enough` and as much on the other side
 * - fails when the whole interval is below `reference`, and reaches farther than that
 * - undecided otherwise
 *
 * A claim of no difference ("same") holds when the whole interval lies between `enough` and as much on the other side, fails when
 * it lies outside, and is undecided otherwise.
 *
 * @throws OptionError when a limit is no finite number, or `enough` is on the wrong side of `reference`
 */
export function verdictOf(options: VerdictOptions): DerivedVerdict {
  const owner = "verdictOf";
  checkOptions(owner, options, ["interval", "claimed", "reference", "enough"]);
  const { interval, claimed = "above", reference = 0, enough = reference } = options;
  const [low, high] = checkInterval(owner, interval);
  checkNumber(owner, "reference", reference, "a finite number", () => true);
  if (!["above", "below", "same"].includes(claimed))
    throw new OptionError(
      `${owner}: claimed must be "above", "below" or "same"; got ${JSON.stringify(claimed)}.`,
    );
  const sign = claimed === "below" ? -1 : 1;
  const side = sign === 1 ? "above" : "below";
  const contrary = sign === 1 ? "below" : "above";
  checkNumber(
    owner,
    "enough",
    enough,
    claimed === "same" ? "a number above reference" : `a number ${side} reference or equal to it`,
    (value) => sign * (value - reference) >= 0 && (claimed !== "same" || value > reference),
  );

  const asMuch = reference === 0 ? -enough : (reference * reference) / enough;
  const [least, most] = sign === 1 ? [asMuch, enough] : [enough, asMuch];
  const isInside = least < low && high < most;
  const between = `the whole interval lies between ${shown(least)} and ${shown(most)}`;
  if (claimed === "same") {
    if (isInside) return { verdict: "holds", rule: between };
    if (low > most || high < least)
      return {
        verdict: "fails",
        rule: `the whole interval lies outside ${shown(least)} to ${shown(most)}`,
      };
    return {
      verdict: "undecided",
      rule: `the interval is neither inside nor outside ${shown(least)} to ${shown(most)}`,
    };
  }
  // The limit of the interval that is nearest to the contrary of the claim, and the one farthest from it.
  const [worst, best] = sign === 1 ? [low, high] : [high, low];
  if (sign * (worst - enough) > 0)
    return { verdict: "holds", rule: `the whole interval is ${side} ${shown(enough)}` };
  if (sign * (worst - reference) > 0)
    return {
      verdict: "small",
      rule: `the whole interval is ${side} ${shown(reference)}, but not ${side} ${shown(enough)}`,
    };
  if (isInside) return { verdict: "no effect", rule: between };
  if (sign * (best - reference) < 0)
    return { verdict: "fails", rule: `the whole interval is ${contrary} ${shown(reference)}` };
  const holds = `the interval holds ${shown(reference)}`;
  return {
    verdict: "undecided",
    rule: enough === reference ? holds : `${holds} and reaches beyond ${shown(least)} or ${shown(most)}`,
  };
}

/** The limits of an interval; throws an OptionError unless they are two finite numbers in order. */
function checkInterval(owner: string, interval: unknown): [number, number] {
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

const shown = (value: number): string => String(Number(value.toPrecision(3))).replace("-", "−");
