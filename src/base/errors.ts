/**
 * The errors of the module. Each class is one meaning, so that a caller can tell them apart; each message says
 * what happened, why, and what to do.
 */

/** A tensor has a shape that the operation can't take. */
export class ShapeError extends Error {
  override name = "ShapeError";
}

/** Tensors or layers of different dtypes met, or a dtype does not exist. */
export class DTypeError extends Error {
  override name = "DTypeError";
}

/** An option is unknown, has the wrong type, or lies outside its range. */
export class OptionError extends Error {
  override name = "OptionError";
}

/** A value that the operation can't use: a label outside the classes, text where a number belongs. */
export class ValueError extends Error {
  override name = "ValueError";
}

/** The operation needs something to have happened before, such as forward() before backward(). */
export class OrderError extends Error {
  override name = "OrderError";
}

/** A state dict or a checkpoint does not fit what it is loaded into. */
export class StateError extends Error {
  override name = "StateError";
}

/** The machine or this Node can't run the kernels, or has no memory left for them. */
export class BackendError extends Error {
  override name = "BackendError";
}

/** A queue's server can't be reached or is not set up for it, or what it holds is another build's. */
export class QueueError extends Error {
  override name = "QueueError";
}

/**
 * Throws an OptionError when `options` has a key that `known` lacks: the message names it and the nearest known
 * one: `BatchNorm has no option "momentun". Did you mean "momentum"? Its options: eps, momentum.`
 */
export function checkOptions(owner: string, options: unknown, known: readonly string[]): void {
  if (options === undefined) return;
  if (options === null || typeof options !== "object" || Array.isArray(options)) {
    throw new OptionError(
      `${owner} takes its options as an object { ${known.join(", ")} }; got ${showValue(options)}.`,
    );
  }
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    if (known.length === 0) throw new OptionError(`${owner} has no option "${key}"; it takes none.`);
    const nearest = nearestOf(key, known);
    const hint = nearest === undefined ? "" : ` Did you mean "${nearest}"?`;
    throw new OptionError(`${owner} has no option "${key}".${hint} Its options: ${known.join(", ")}.`);
  }
}

/**
 * Throws an OptionError unless `value` is a finite number with `test(value)`; `range` says in words what is
 * allowed.
 */
export function checkNumber(
  owner: string,
  option: string,
  value: unknown,
  range: string,
  test: (value: number) => boolean,
): asserts value is number {
  if (typeof value === "number" && Number.isFinite(value) && test(value)) return;
  throw new OptionError(`${owner}: ${option} must be ${range}; got ${showValue(value)}.`);
}

/** Throws an OptionError unless `value` is an integer of at least `least`. */
export function checkCount(
  owner: string,
  option: string,
  value: unknown,
  least = 1,
): asserts value is number {
  const range = `an integer of at least ${least}`;
  checkNumber(owner, option, value, range, (count) => Number.isInteger(count) && count >= least);
}

/** A value as it stands in a message: text in quotes, short arrays in full, other objects by their class. */
export function showValue(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value))
    return value.length > 8 ? `an array of ${value.length}` : `[${value.map(showValue).join(", ")}]`;
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  const name = value.constructor?.name ?? "Object";
  return name === "Object" ? `{ ${Object.keys(value).join(", ")} }` : `a ${name}`;
}

/**
 * The candidate with the smallest edit distance to `word`, if it is near enough to be a slip of the same word.
 */
export function nearestOf(word: string, candidates: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let smallest = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < smallest) [nearest, smallest] = [candidate, distance];
  }
  const allowed = Math.max(2, Math.ceil(word.length / 2));
  return smallest <= allowed ? nearest : undefined;
}

/** Levenshtein's distance: insertions, deletions and substitutions that turn `from` into `to`. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const substitution = previous[column - 1] + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, previous[column] + 1, current[column - 1] + 1));
    }
    previous = current;
  }
  return previous[to.length];
}
