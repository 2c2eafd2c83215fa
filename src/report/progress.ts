/**
 * Progress of a training run or a sweep: a bar, the rate, the time left, the loss and its course, at most five times a
 * second. Plotly's renderer in JupyterLab draws a figure once and ignores updates, so progress is a small output of its
 * own, replaced by a summary without times when the work ends: a saved notebook stays the same from run to run.
 */
import { host } from "#host";
import { escapeHtml } from "../base/escape-html.js";
import { newOutput } from "./output.js";
import { svgSparkline, textSparkline } from "./sparkline.js";

/**
 * What a long computation tells while it runs. `finish` belongs in a `finally` block: whatever the last report showed
 * stays on the page otherwise, with its times.
 */
export interface ProgressSink {
  /** @param total steps (or runs) to do @param label what is being done, such as "Training" */
  start(total: number, label: string): void;
  /**
   * Cheap enough for every step: it draws only when 200 ms have passed since it last drew.
   * The course of the loss is kept from these calls, so report the losses in an order that is the same in each run
   * (a sweep over workers reports `done` alone).
   * @param done steps done so far @param values the loss at this step, if any, and what else there is to say
   */
  report(done: number, values?: { loss?: number; note?: string }): void;
  /** @param summary one line without times, to stay; by default "‹label›: ‹done› of ‹total›" and the last loss */
  finish(summary?: string): void;
}

/** Where progress goes: three kinds of places, one for each way of reading. */
export interface ProgressPlace {
  draw(state: ProgressState, now: number): void;
  end(state: ProgressState, summary: string): void;
}

/** All that a drawing of progress needs to know. */
export interface ProgressState {
  label: string;
  total: number;
  done: number;
  /** When `start` was called, in milliseconds of the clock. */
  startedAt: number;
  loss: number | undefined;
  /** A few words of whoever does it. */
  note: string | undefined;
  /** At most `samplesKept` losses, evenly spaced over the steps so far. */
  losses: number[];
}

const samplesKept = 64;
const millisecondsBetweenDrawings = 200;
const barColor = "#0072B2";

/** A sink that fits where the code runs: a notebook's output, a terminal's line, or a log's lines. */
export function newProgress(): ProgressSink {
  return new Progress(placeHere());
}

/** A sink that shows nothing: `progress: false`. */
export const silentProgress: ProgressSink = { start() {}, report() {}, finish() {} };

/** Keeps the state, decides when to draw; the place decides how. */
export class Progress implements ProgressSink {
  readonly #place: ProgressPlace;
  readonly #clock: () => number;
  #state: ProgressState | undefined;
  #drawnAt = 0;
  #reports = 0;
  #reportsASample = 1;

  /** @param clock milliseconds since any origin */
  constructor(place: ProgressPlace, clock: () => number = () => performance.now()) {
    this.#place = place;
    this.#clock = clock;
  }

  start(total: number, label: string): void {
    const now = this.#clock();
    this.#state = { label, total, done: 0, startedAt: now, loss: undefined, note: undefined, losses: [] };
    this.#reports = 0;
    this.#reportsASample = 1;
    this.#drawnAt = now;
    this.#place.draw(this.#state, now);
  }

  report(done: number, values: { loss?: number; note?: string } = {}): void {
    const state = this.#state;
    if (state === undefined) return;
    state.done = done;
    if (values.note !== undefined) state.note = values.note;
    if (values.loss !== undefined) this.#keep(state, values.loss);
    const now = this.#clock();
    if (now - this.#drawnAt < millisecondsBetweenDrawings) return;
    this.#drawnAt = now;
    this.#place.draw(state, now);
  }

  finish(summary?: string): void {
    const state = this.#state;
    if (state === undefined) return;
    this.#state = undefined;
    this.#place.end(state, summary ?? defaultSummary(state));
  }

  /** Samples by the number of reports, never by the clock: the same run leaves the same sparkline. */
  #keep(state: ProgressState, loss: number): void {
    state.loss = loss;
    if (this.#reports++ % this.#reportsASample !== 0) return;
    state.losses.push(loss);
    if (state.losses.length < samplesKept) return;
    state.losses = state.losses.filter((_, index) => index % 2 === 0);
    this.#reportsASample *= 2;
  }
}

/** One output of a notebook, replaced at each drawing. */
export class NotebookProgress implements ProgressPlace {
  readonly #show: (bundle: Record<string, string>) => void;

  /** @param show puts the bundle in place of what it put there before */
  constructor(show: (bundle: Record<string, string>) => void) {
    this.#show = show;
  }

  draw(state: ProgressState, now: number): void {
    const percent = Math.floor(fraction(state) * 100);
    const bar =
      `<div style="width: 160px; height: 8px; margin: 0 8px 0 0; display: inline-block; background-color: rgba(128,128,128,0.3)">` +
      `<div style="width: ${percent}%; height: 8px; background-color: ${barColor}"></div></div>`;
    const words = escapeHtml([state.label, ...details(state, now)].join(" · "));
    this.#show({
      "text/html": `<div style="font-size: 13px">${bar}${words} ${svgSparkline(state.losses, barColor)}</div>`,
      "text/plain": progressLine(state, now),
    });
  }

  end(state: ProgressState, summary: string): void {
    this.#show({
      "text/html": `<div style="font-size: 13px">${escapeHtml(summary)} ${svgSparkline(state.losses, barColor)}</div>`,
      "text/plain": withSparkline(summary, state),
    });
  }
}

/** A line of a terminal, rewritten in place. */
export class TerminalProgress implements ProgressPlace {
  readonly #stream: { write(text: string): unknown; columns?: number };

  constructor(stream: { write(text: string): unknown; columns?: number }) {
    this.#stream = stream;
  }

  draw(state: ProgressState, now: number): void {
    // A line that wraps could not be rewritten by a carriage return.
    const line = progressLine(state, now).slice(0, (this.#stream.columns ?? 80) - 1);
    this.#stream.write(`\r\u001b[K${line}`);
  }

  end(state: ProgressState, summary: string): void {
    this.#stream.write(`\r\u001b[K${withSparkline(summary, state)}\n`);
  }
}

/** A log, such as CI's: one line for each tenth of the work. */
export class LogProgress implements ProgressPlace {
  readonly #stream: { write(text: string): unknown };
  #tenth = 0;

  constructor(stream: { write(text: string): unknown }) {
    this.#stream = stream;
  }

  draw(state: ProgressState, now: number): void {
    if (state.done === 0) this.#tenth = 0;
    const tenth = Math.floor(fraction(state) * 10);
    if (tenth <= this.#tenth) return;
    this.#tenth = tenth;
    this.#stream.write(`${[state.label, ...details(state, now)].join(" · ")}\n`);
  }

  end(_state: ProgressState, summary: string): void {
    this.#stream.write(`${summary}\n`);
  }
}

/** The line that terminals show: bar, share, rate, time left, loss and its course. */
export function progressLine(state: ProgressState, now: number): string {
  const filled = Math.floor(fraction(state) * 20);
  const bar = "█".repeat(filled) + "░".repeat(20 - filled);
  return withSparkline([`${state.label} ${bar}`, ...details(state, now)].join(" · "), state);
}

function details(state: ProgressState, now: number): string[] {
  const parts = [`${Math.floor(fraction(state) * 100)} %`, `${state.done} of ${state.total}`];
  const seconds = (now - state.startedAt) / 1000;
  if (state.done > 0 && seconds > 0) {
    const rate = state.done / seconds;
    parts.push(`${rate >= 10 ? Math.round(rate) : rate.toPrecision(2)}/s`);
    parts.push(`${duration((state.total - state.done) / rate)} left`);
  }
  if (state.loss !== undefined) parts.push(`loss ${state.loss.toPrecision(4)}`);
  if (state.note !== undefined) parts.push(state.note);
  return parts;
}

function fraction(state: ProgressState): number {
  return state.total > 0 ? Math.min(1, Math.max(0, state.done / state.total)) : 0;
}

/** Seconds as "8 s", "1:05" (minutes) or "2:03:04" (hours). */
function duration(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 60) return `${whole} s`;
  const two = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

function withSparkline(line: string, state: ProgressState): string {
  return state.losses.length === 0 ? line : `${line} ${textSparkline(state.losses)}`;
}

function defaultSummary(state: ProgressState): string {
  const loss = state.loss === undefined ? "" : `, loss ${state.loss.toPrecision(4)}`;
  return `${state.label}: ${state.done} of ${state.total}${loss}`;
}

function placeHere(): ProgressPlace {
  const output = newOutput();
  if (output !== undefined) return new NotebookProgress(output.show);
  return host.console.isTerminal ? new TerminalProgress(host.console) : new LogProgress(host.console);
}
