/** `predict.…`: a question before a result. The reader writes the answer into the cell; only then the result shows, beside it. */
import { checkOptions, OptionError } from "../base/errors.js";
import { escapeHtml } from "../base/escape-html.js";
import { Rendered } from "../report/rendered.js";
import { numberText } from "../report/table.js";

/** The MIME type of a prediction's record in a notebook. */
export const predictMimeType = "application/vnd.normlab.predict+json";

export interface PredictRecord {
  ask: string;
  /** null until the reader has answered. */
  answer: string | null;
  /** What was measured; null until then. */
  result: string | null;
}

export interface PredictNumberOptions {
  ask: string;
  unit?: string;
  /** null, in whose place the reader writes a number. It stays in the cell, so it is there when the cell runs again. */
  answer: number | null;
  /** What is measured, or a function that measures it; it runs only when there is an answer. */
  result: number | (() => number | Promise<number>);
}

export interface PredictChoiceOptions {
  ask: string;
  choices: readonly string[];
  /** null, in whose place the reader writes one of the choices. */
  answer: string | null;
  result: string | (() => string | Promise<string>);
}

/** The card of a prediction. */
export class PredictCard extends Rendered {
  constructor(
    readonly record: PredictRecord,
    lines: readonly string[],
  ) {
    super({
      "text/plain": [`? ${record.ask}`, ...lines.map((line) => `  ${line}`)].join("\n"),
      "text/html":
        `<div style="border-left: 4px solid #005A8C; padding: 4px 12px; margin: 4px 0; max-width: 640px; font-size: 14px; line-height: 1.45">` +
        `<div><b>${escapeHtml(record.ask)}</b></div>${lines.map((line) => `<div style="margin-top: 2px">${escapeHtml(line)}</div>`).join("")}</div>`,
      [predictMimeType]: record,
    });
  }
}

/**
 * Asks for a number.
 *
 *     await predict.number({ ask: "How many steps does it take?", unit: "steps", answer: null, result: () => 320 });
 *
 * With `answer: 300` in place of null the card shows the answer and, beside it, the result.
 */
export async function number(options: PredictNumberOptions): Promise<PredictCard> {
  const owner = "predict.number";
  checkOptions(owner, options, ["ask", "unit", "answer", "result"]);
  const { ask, unit = "", answer, result } = options;
  if (answer !== null && (typeof answer !== "number" || !Number.isFinite(answer)))
    throw new OptionError(`${owner}: answer must be a number, or null for none yet; got ${String(answer)}.`);
  const shown = (value: number) => [numberText(value, 3), unit].filter((part) => part !== "").join(" ");
  if (answer === null)
    return unanswered(ask, `Your answer${unit === "" ? "" : ` (${unit})`}: write a number in place of null`);
  const measured = typeof result === "function" ? await result() : result;
  return answered(ask, shown(answer), shown(measured));
}

/**
 * Asks for one of several.
 *
 *     await predict.choice({ ask: "Which one is ahead?", choices: ["plain", "batch norm"], answer: null, result: "batch norm" });
 */
export async function choice(options: PredictChoiceOptions): Promise<PredictCard> {
  const owner = "predict.choice";
  checkOptions(owner, options, ["ask", "choices", "answer", "result"]);
  const { ask, choices, answer, result } = options;
  const listed = choices.map((each) => JSON.stringify(each)).join(", ");
  if (answer !== null && !choices.includes(answer))
    throw new OptionError(
      `${owner}: answer must be one of ${listed}, or null for none yet; got ${JSON.stringify(answer)}.`,
    );
  if (answer === null) return unanswered(ask, `Your answer: write one of ${listed} in place of null`);
  const measured = typeof result === "function" ? await result() : result;
  if (!choices.includes(measured))
    throw new OptionError(`${owner}: the result ${JSON.stringify(measured)} is none of the choices.`);
  return answered(ask, answer, measured);
}

const unanswered = (ask: string, request: string) =>
  new PredictCard({ ask, answer: null, result: null }, [`${request}, and run the cell again.`]);

const answered = (ask: string, answer: string, result: string) =>
  new PredictCard({ ask, answer, result }, [`You said: ${answer}`, `Measured: ${result}`]);
