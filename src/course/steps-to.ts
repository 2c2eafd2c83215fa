import { exercise, type Mistake } from "./exercise.js";

type Input = [steps: number[], accuracy: number[], target: number];

interface Course {
  name: string;
  steps: number[];
  accuracy: number[];
  target: number;
}

const courses: readonly Course[] = [
  { name: "a course that rises", steps: [0, 10, 20, 30], accuracy: [0.1, 0.6, 0.96, 0.98], target: 0.95 },
  { name: "exactly the target", steps: [0, 5, 10], accuracy: [0.2, 0.95, 0.97], target: 0.95 },
  {
    name: "up, down, up again",
    steps: [0, 10, 20, 30, 40],
    accuracy: [0.1, 0.96, 0.93, 0.94, 0.97],
    target: 0.95,
  },
  { name: "never reached", steps: [0, 10, 20], accuracy: [0.1, 0.5, 0.9], target: 0.95 },
  { name: "uneven steps", steps: [0, 3, 50, 51], accuracy: [0.1, 0.2, 0.3, 0.8], target: 0.7 },
];

/** The step of the first course value that fits, or what stands for "never". */
const solveWith =
  (place: (accuracy: number[], target: number) => number, never = Number.POSITIVE_INFINITY) =>
  (steps: number[], accuracy: number[], target: number): number => {
    const found = place(accuracy, target);
    return found < 0 ? never : steps[found];
  };

const firstReached = (accuracy: number[], target: number) => accuracy.findIndex((value) => value >= target);

const mistakes: Mistake<Input>[] = [
  {
    hint: "Return the step, not its place in the list: evaluations are many steps apart.",
    solve: (_steps, accuracy, target) => {
      const place = firstReached(accuracy, target);
      return place < 0 ? Number.POSITIVE_INFINITY : place;
    },
  },
  {
    hint: "The target itself counts as reached: ≥, not >.",
    solve: solveWith((accuracy, target) => accuracy.findIndex((value) => value > target)),
  },
  {
    hint: "The first time counts, also when the accuracy falls below the target again.",
    solve: solveWith((accuracy, target) => {
      const below = accuracy.findLastIndex((value) => value < target);
      return below + 1 < accuracy.length ? below + 1 : -1;
    }),
  },
  {
    hint: "The first time counts, not the last one.",
    solve: solveWith((accuracy, target) => accuracy.findLastIndex((value) => value >= target)),
  },
  ...[-1, 0, Number.NaN].map((never) => ({
    hint: "A target that is never reached takes Infinity steps: it then sorts last, and a median still works.",
    solve: solveWith(firstReached, never),
  })),
  {
    hint: "A target that is never reached takes Infinity steps, not the last one: the run might have needed many more.",
    solve: (steps, accuracy, target) =>
      solveWith(firstReached, steps[steps.length - 1])(steps, accuracy, target),
  },
];

/**
 * Checks "steps to an accuracy": `(steps, accuracy, target) => step` gives the step of the first evaluation with at least
 * the target, Infinity when there is none.
 */
export const stepsTo = exercise<Input>({
  name: "stepsTo",
  cases: () =>
    courses.map(({ name, steps, accuracy, target }) => ({
      name,
      input: (): Input => [[...steps], [...accuracy], target],
      expected: solveWith(firstReached)(steps, accuracy, target),
    })),
  mistakes,
  hint: "Find the first place where accuracy ≥ target, and return steps at that place; Infinity when there is none.",
});
