import { escapeHtml } from "../base/escape-html.js";
import { Rendered } from "../report/rendered.js";

/** The MIME type of a check's record in a notebook: CI reads there that every solution is taken. */
export const checkMimeType = "application/vnd.normlab.check+json";

/** How a solution fares, as CI reads it. */
export interface CheckRecord {
  exercise: string;
  status: "solved" | "not solved yet" | "not right yet";
  /** What differs, in words. */
  message: string;
  /** What to look at; empty when there is nothing to say. */
  hint: string;
}

const looks: Record<CheckRecord["status"], { sign: string; color: string }> = {
  solved: { sign: "✓", color: "#00734F" },
  "not solved yet": { sign: "○", color: "#626262" },
  "not right yet": { sign: "✗", color: "#B5400A" },
};

/** The card that a checker of an exercise shows. */
export class CheckCard extends Rendered {
  readonly record: CheckRecord;

  constructor(record: CheckRecord) {
    super({ "text/html": cardHtml(record), "text/plain": cardText(record), [checkMimeType]: record });
    this.record = record;
  }

  get solved(): boolean {
    return this.record.status === "solved";
  }
}

function cardText({ exercise, status, message, hint }: CheckRecord): string {
  const lines = [`${looks[status].sign} ${exercise}: ${status}. ${message}`];
  if (hint !== "") lines.push(`  hint: ${hint}`);
  return lines.join("\n");
}

function cardHtml({ exercise, status, message, hint }: CheckRecord): string {
  const { sign, color } = looks[status];
  return (
    `<div style="border-left: 4px solid ${color}; padding: 4px 12px; margin: 4px 0; max-width: 640px; font-size: 14px; line-height: 1.45">` +
    `<div><span style="background-color: ${color}; color: #FFFFFF; padding: 1px 8px; border-radius: 3px; font-weight: bold">` +
    `${sign} ${status}</span> <b>${escapeHtml(exercise)}</b></div>` +
    `<div style="margin-top: 2px">${escapeHtml(message)}</div>` +
    (hint === "" ? "" : `<div style="margin-top: 2px"><i>Hint:</i> ${escapeHtml(hint)}</div>`) +
    "</div>"
  );
}
