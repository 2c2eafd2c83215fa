/** normlab/course: the checkers of the course's exercises, and what exercises of one's own are made with. */

export * as check from "./check.js";
export { CheckCard, type CheckRecord } from "./check-card.js";
export {
  type ExerciseCase,
  type ExerciseOptions,
  exercise,
  type Mistake,
  NotSolvedError,
  notSolved,
} from "./exercise.js";
