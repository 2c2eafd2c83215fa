// All that decides what the playground computes: who has the same state sees the same bits. A link holds it in its
// fragment, as "#data=moons&depth=4"; what it does not name has its default.

export interface PlaygroundState {
  readonly data: "moons" | "spirals" | "digits";
  /** Hidden layers. */
  readonly depth: number;
  /** Units of each. */
  readonly width: number;
  readonly activation: "relu" | "sigmoid" | "tanh";
  /** What the second network has and the first, plain one, has not. */
  readonly norm: "batch" | "layer";
  /** Before the activation or after it. */
  readonly place: "before" | "after";
  readonly rate: number;
  /** Of the hidden weights' standard deviation, as a multiple of what fits the activation. */
  readonly scale: number;
  /** Examples of a batch. */
  readonly batch: number;
  readonly seed: number;
  /** Whether the surface is what the networks decide in training mode (by the statistics of the shown points) or in eval mode. */
  readonly mode: "eval" | "train";
  /** Steps after which the training stands. */
  readonly steps: number;
}

interface Choice {
  readonly values: readonly string[];
  readonly initial: string;
}

interface Range {
  readonly least: number;
  readonly most: number;
  readonly isWhole: boolean;
  readonly initial: number;
}

/** What each part may be. */
export const parts: Readonly<Record<keyof PlaygroundState, Choice | Range>> = {
  data: { values: ["moons", "spirals", "digits"], initial: "spirals" },
  depth: { least: 1, most: 12, isWhole: true, initial: 6 },
  width: { least: 2, most: 64, isWhole: true, initial: 16 },
  activation: { values: ["relu", "sigmoid", "tanh"], initial: "tanh" },
  norm: { values: ["batch", "layer"], initial: "batch" },
  place: { values: ["before", "after"], initial: "before" },
  rate: { least: 0.0001, most: 100, isWhole: false, initial: 0.3 },
  scale: { least: 0.01, most: 100, isWhole: false, initial: 1 },
  batch: { least: 2, most: 256, isWhole: true, initial: 32 },
  seed: { least: 0, most: 999_999, isWhole: true, initial: 1 },
  mode: { values: ["eval", "train"], initial: "eval" },
  steps: { least: 0, most: 1_000_000, isWhole: true, initial: 0 },
};

const names = Object.keys(parts) as (keyof PlaygroundState)[];

/** A value as a part may have it: its default in place of what is none. */
function read(part: Choice | Range, text: string | null): string | number {
  if (text === null) return part.initial;
  if ("values" in part) return part.values.includes(text) ? text : part.initial;
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) return part.initial;
  const within = Math.min(part.most, Math.max(part.least, value));
  return part.isWhole ? Math.round(within) : within;
}

/** The state that texts by name describe; numbers outside of their range become its nearest end. */
export function stateFrom(texts: { get(name: string): string | null }): PlaygroundState {
  const values = names.map((name) => [name, read(parts[name], texts.get(name))]);
  // `parts` has the names and the kinds of the interface.
  return Object.fromEntries(values) as unknown as PlaygroundState;
}

export const stateOfLink = (fragment: string): PlaygroundState =>
  stateFrom(new URLSearchParams(fragment.replace(/^#/, "")));

/** Only what differs from the default. */
export function linkOf(state: PlaygroundState): string {
  const told = names.filter((name) => state[name] !== parts[name].initial);
  return `#${new URLSearchParams(told.map((name) => [name, String(state[name])]))}`;
}

/** Whether going from one state to the other needs a new training. */
export function isOtherTraining(one: PlaygroundState, other: PlaygroundState): boolean {
  return names.some((name) => name !== "mode" && name !== "steps" && one[name] !== other[name]);
}
