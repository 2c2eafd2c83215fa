/** Claims: what an article says, what was measured here, and the verdict that a rule derives; read by CI as well. */
import { checkCount, checkNumber, checkOptions, OptionError } from "../base/errors.js";
import { escapeHtml } from "../base/escape-html.js";
import { Rendered } from "../report/rendered.js";
import { numberText } from "../report/table.js";
import { checkInterval, type DerivedVerdict, type Verdict, verdicts } from "./verdict.js";

/** The MIME type of a claim's record in a notebook: what the scoreboard and CI read. */
export const claimMimeType = "application/vnd.normlab.claim+json";

export interface ClaimOptions {
  /** A short name that never changes: small letters, digits and hyphens. */
  id: string;
  /** The claim, in our own words. */
  statement: string;
  /** Who says so, and who measured it elsewhere, with year and section. */
  source: string | readonly string[];
  /** The measured effect. */
  effect: number;
  /** Its unit, such as "points of test accuracy" or "times fewer steps"; none by default. */
  unit?: string;
  /** Its 95 % interval. Left out only where nothing is random; n is left out then too. */
  interval?: readonly [number, number];
  /** How many seeds the interval rests on. */
  n?: number;
  /** What `verdictOf` returns; or a word, with `rule`. */
  verdict: DerivedVerdict | Verdict;
  /** The rule that gave the verdict, when that is a word. */
  rule?: string;
  /** What limits the measurement, or what the papers add; none by default. */
  note?: string;
}

/** A claim as CI and the scoreboard read it; numbers with 5 significant digits. */
export interface ClaimRecord {
  id: string;
  statement: string;
  source: string[];
  effect: number;
  unit: string;
  interval: [number, number] | null;
  n: number | null;
  verdict: Verdict;
  rule: string;
  note: string;
  /** The smallest effect that counts, where a spec says it. */
  enough: number | null;
  /** Over what the interval speaks: "seeds, on these 1797 images". */
  population: string;
  /** The interval for images that are not among these (Nadeau & Bengio 2003), where the measurement allows one. */
  newImages: [number, number] | null;
  /** The learning rates, as chosen on validation data; at the edge of what was tried, or not. */
  rates: { name: string; rate: number; edge: "smallest" | "largest" | null }[];
  /** The verdict when all claims of the lesson are to hold together (Holm 1979). */
  holm: { claims: number; verdict: Verdict } | null;
}

/** A card that shows a claim with its measurement and verdict. */
export class Claim extends Rendered {
  readonly record: ClaimRecord;

  constructor(record: ClaimRecord) {
    super({ "text/html": claimHtml(record), "text/plain": claimText(record), [claimMimeType]: record });
    this.record = record;
  }
}

/**
 * A claim's card, shown when it is the last expression of a cell or given to display().
 *
 *     claim({
 *       id: "faster-training",
 *       statement: "Batch normalization makes training faster.",
 *       source: ["Ioffe & Szegedy 2015, section 4.1"],
 *       effect: 2.3, unit: "times fewer steps to 95 %", interval: [2.0, 2.7], n: 20,
 *       verdict: verdictOf({ interval: [2.0, 2.7], reference: 1, enough: 1.5 }),
 *       note: "Each side at its own best learning rate.",
 *     });
 *
 * @throws OptionError when an option is missing, unknown or of the wrong kind, when an interval comes without n, or
 *   when the effect lies outside its interval
 */
export function claim(options: ClaimOptions): Claim {
  const owner = "claim";
  checkOptions(owner, options, [
    "id",
    "statement",
    "source",
    "effect",
    "unit",
    "interval",
    "n",
    "verdict",
    "rule",
    "note",
  ]);
  const { id, statement, source, effect, unit = "", interval, n, note = "" } = options;
  if (typeof id !== "string" || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))
    throw new OptionError(
      `${owner}: id must be small letters, digits and hyphens; got ${JSON.stringify(id)}.`,
    );
  const sources = typeof source === "string" ? [source] : Array.from(source ?? []);
  if (sources.length === 0) throw new OptionError(`${owner}: source must name at least one source.`);
  for (const [key, text] of Object.entries({ statement, unit, note, ...sources }))
    if (typeof text !== "string")
      throw new OptionError(`${owner}: ${key} must be text; got ${String(text)}.`);
  if (statement.trim() === "") throw new OptionError(`${owner}: statement must say what is claimed.`);
  checkNumber(owner, "effect", effect, "a finite number", () => true);
  if ((interval === undefined) !== (n === undefined))
    throw new OptionError(
      `${owner}: interval and n belong together; got only ${interval === undefined ? "n" : "interval"}.`,
    );
  if (n !== undefined) checkCount(owner, "n", n, 2);
  const limits = interval === undefined ? null : checkInterval(owner, interval);
  if (limits !== null && !(limits[0] <= effect && effect <= limits[1]))
    throw new OptionError(
      `${owner}: the effect ${effect} lies outside its interval from ${limits[0]} to ${limits[1]}.`,
    );
  return new Claim({
    id,
    statement,
    source: sources,
    effect: rounded(effect),
    unit,
    interval: limits === null ? null : [rounded(limits[0]), rounded(limits[1])],
    n: n ?? null,
    ...derived(owner, options),
    note,
    enough: null,
    population: "",
    newImages: null,
    rates: [],
    holm: null,
  });
}

function derived(owner: string, { verdict, rule }: ClaimOptions): DerivedVerdict {
  const given = typeof verdict === "string" ? { verdict, rule } : verdict;
  if (typeof verdict !== "string" && rule !== undefined)
    throw new OptionError(
      `${owner}: rule belongs to a verdict given as a word; this verdict brings its own.`,
    );
  if (!verdicts.includes(given?.verdict))
    throw new OptionError(
      `${owner}: verdict must be what verdictOf() returns, or one of ${verdicts.join(", ")}; got ${JSON.stringify(verdict)}.`,
    );
  if (typeof given.rule !== "string" || given.rule.trim() === "")
    throw new OptionError(
      `${owner}: a verdict given as a word needs its rule; or let verdictOf() derive both.`,
    );
  return { verdict: given.verdict, rule: given.rule };
}

export function rounded(value: number): number {
  return Number(value.toPrecision(5));
}

/** Dark enough for white words on them, bright enough as a stripe on black; the sign tells them apart without colour. */
const looks: Record<Verdict, { sign: string; color: string }> = {
  holds: { sign: "✓", color: "#00734F" },
  small: { sign: "◐", color: "#8A5A00" },
  "no effect": { sign: "○", color: "#5B5B8C" },
  undecided: { sign: "?", color: "#626262" },
  fails: { sign: "✗", color: "#B5400A" },
  exact: { sign: "=", color: "#005A8C" },
};

/** Three digits, zeros too, so that an effect and its limits look alike. */
function digits(value: number): string {
  const size = Math.abs(value);
  return size >= 1e-3 && size < 100 ? value.toPrecision(3).replace("-", "−") : numberText(value, 3);
}

function measurement({ effect, unit, interval, n }: ClaimRecord): string {
  const value = [digits(effect), unit].filter((part) => part !== "").join(" ");
  if (interval === null) return value;
  return `${value}, 95 % interval ${digits(interval[0])} to ${digits(interval[1])}, n = ${n}`;
}

/** What the card says below its statement, line by line. */
function linesOf(record: ClaimRecord): [name: string, text: string][] {
  const { population, newImages, rates, holm, note } = record;
  const beyond =
    newImages === null
      ? ""
      : `; for new images as well ${digits(newImages[0])} to ${digits(newImages[1])} (Nadeau & Bengio 2003)`;
  const chosen = rates.map(
    ({ name, rate, edge }) => `${name} ${rate}${edge === null ? "" : ` (the ${edge} that was tried)`}`,
  );
  const lines: [string, string][] = [
    ["measured", measurement(record)],
    ["verdict", `${record.verdict}, as ${record.rule}`],
    ["interval over", population === "" ? "" : population + beyond],
    ["rates, chosen on validation data", chosen.join(", ")],
    [
      "all claims of the lesson together",
      holm === null || holm.verdict === record.verdict
        ? ""
        : `${holm.verdict} (Holm 1979, ${holm.claims} claims)`,
    ],
    ["source", record.source.join("; ")],
    ["note", note],
  ];
  return lines.filter(([, text]) => text !== "");
}

function claimText(record: ClaimRecord): string {
  const { sign } = looks[record.verdict];
  const lines = linesOf(record).map(([name, text]) => `  ${name}: ${text}`);
  return [`${sign} ${record.verdict}: ${record.statement}`, ...lines].join("\n");
}

function claimHtml(record: ClaimRecord): string {
  const { sign, color } = looks[record.verdict];
  const line = ([name, text]: [string, string]) =>
    `<div style="margin-top: 2px"><span style="opacity: 0.75">${name[0].toUpperCase()}${name.slice(1)}:</span> ${escapeHtml(text)}</div>`;
  return (
    `<div style="border-left: 4px solid ${color}; padding: 4px 12px; margin: 4px 0; max-width: 640px; font-size: 14px; line-height: 1.45">` +
    `<div><span style="background-color: ${color}; color: #FFFFFF; padding: 1px 8px; border-radius: 3px; font-weight: bold">` +
    `${sign} ${record.verdict}</span> <b>${escapeHtml(record.statement)}</b></div>` +
    linesOf(record).map(line).join("") +
    "</div>"
  );
}
