/**
 * The frame of every exercise: it tries a reader's function on cases with known results and says in words what differs.
 * It never throws, so that a notebook with unsolved exercises runs to its end.
 */
import { CheckCard } from "./check-card.js";
import { difference, type Expected, kindOf } from "./compare.js";

/** One input and what is right for it. */
export interface ExerciseCase<Input extends unknown[]> {
  /** What is special about it: "a constant feature". */
  name: string;
  /** The arguments; made anew for each call, so that a solution that changes them spoils nothing. */
  input: () => Input;
  expected: Expected;
}

/** A mistake that readers make, recognized by what it computes. */
export interface Mistake<Input extends unknown[]> {
  /** What to look at: "Divide by m, not by m − 1: the biased variance normalizes." */
  hint: string;
  solve: (...input: Input) => unknown;
}

export interface ExerciseOptions<Input extends unknown[]> {
  /** The name that the card shows and CI reads, such as "batchNormForward". */
  name: string;
  /** The cases; worked out when a solution is checked, not when the module is imported. */
  cases: () => readonly ExerciseCase<Input>[];
  /** Known mistakes; a solution that computes the same as one of them gets its hint. */
  mistakes?: readonly Mistake<Input>[];
  /** What to look at when a solution is wrong in no known way. */
  hint: string;
}

/** What notSolved() throws: the exercise is still as it was given. */
export class NotSolvedError extends Error {
  override name = "NotSolvedError";
}

/** Stands in an exercise where the reader's code belongs; the checker then shows "not solved yet". */
export function notSolved(): never {
  throw new NotSolvedError("This exercise is not solved yet: replace notSolved() by your own code.");
}

type Attempt = { kind: "value"; value: unknown } | { kind: "thrown"; error: unknown };

/** A checker: given the reader's function, it returns a card that shows how the solution fares. */
export function exercise<Input extends unknown[]>(
  options: ExerciseOptions<Input>,
): (solution?: (...input: Input) => unknown) => CheckCard {
  const { name, mistakes = [], hint } = options;
  return (solution) => {
    const card = (status: "solved" | "not solved yet" | "not right yet", message: string, advice = "") =>
      new CheckCard({ exercise: name, status, message, hint: advice });
    if (solution === undefined || solution === null)
      return card("not solved yet", `Give ${name} your function: check.${name}(yourFunction).`);
    if (typeof solution !== "function")
      return card("not right yet", `check.${name} takes a function; got ${kindOf(solution)}.`);

    const cases = options.cases();
    const attempts = cases.map((tried) => attempt(solution, tried.input()));
    if (attempts.some(isUnsolved)) return card("not solved yet", "Write your code in place of notSolved().");
    const faults = cases.map((tried, index) => faultOf(attempts[index], tried, solution));
    const wrong = faults.findIndex((fault) => fault !== undefined);
    if (wrong < 0) return card("solved", `All ${cases.length} cases are right.`);
    const right = faults.filter((fault) => fault === undefined).length;
    const known = mistakes.find((mistake) => computesTheSame(attempts, cases, mistake));
    const words = `Case "${cases[wrong].name}": ${faults[wrong]}. ${right} of ${cases.length} cases are right.`;
    return card("not right yet", words, known?.hint ?? hint);
  };
}

function attempt<Input extends unknown[]>(solve: (...input: Input) => unknown, input: Input): Attempt {
  try {
    const value = solve(...input);
    // A promise is refused, and its failure must not end the process as an unhandled rejection.
    if (value instanceof Promise) value.catch(() => {});
    return { kind: "value", value };
  } catch (error) {
    return { kind: "thrown", error };
  }
}

/** Nothing returned is as unsolved as notSolved(): the body is still empty. */
function isUnsolved(tried: Attempt): boolean {
  return tried.kind === "value" ? tried.value === undefined : tried.error instanceof NotSolvedError;
}

function faultOf<Input extends unknown[]>(
  tried: Attempt,
  { input, expected }: ExerciseCase<Input>,
  solution: (...input: Input) => unknown,
): string | undefined {
  if (tried.kind === "thrown") return `it threw ${errorText(tried.error)}`;
  const found = difference(tried.value, expected);
  if (found !== undefined) return found;
  const given = input();
  attempt(solution, given);
  return JSON.stringify(given) === JSON.stringify(input())
    ? undefined
    : "the result is right, but the input was changed; work on a copy";
}

function errorText(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** Whether every attempt came to what the mistake computes. */
function computesTheSame<Input extends unknown[]>(
  attempts: readonly Attempt[],
  cases: readonly ExerciseCase<Input>[],
  mistake: Mistake<Input>,
): boolean {
  return attempts.every((tried, index) => {
    const mistaken = attempt(mistake.solve, cases[index].input());
    return (
      tried.kind === "value" &&
      mistaken.kind === "value" &&
      difference(tried.value, mistaken.value as Expected) === undefined
    );
  });
}
