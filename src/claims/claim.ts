/** Claims: what an article says, what was measured here, and the verdict that a rule derives; read by CI as well. */
import { escapeHtml } from "../base/escape-html.js";
import { Rendered } from "../report/rendered.js";
import { numberText } from "../report/table.js";
import type { Verdict } from "./verdict.js";

/** The MIME type of a claim's record in a notebook: what the scoreboard and CI read. */
export const claimMimeType = "application/vnd.normlab.claim+json";

/** A claim as CI and the scoreboard read it; numbers with 5 significant digits. */
export interface ClaimRecord {
  /** A short name that never changes. */
  id: string;
  /** The claim, in our own words. */
  statement: string;
  /** Who says so, and who measured it elsewhere, with year and section. */
  source: string[];
  effect: number;
  /** The effect's unit, such as "points of test accuracy". */
  unit: string;
  /** The effect's 95 % interval; null, as n is, where nothing is random. */
  interval: [number, number] | null;
  /** How many seeds the interval rests on. */
  n: number | null;
  verdict: Verdict;
  /** The rule that gave the verdict, with its numbers. */
  rule: string;
  /** What limits the measurement; "" where nothing does. */
  note: string;
  /** The smallest effect that counts. */
  enough: number;
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
