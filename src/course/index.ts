/** normlab/course: the checkers of the course's exercises, and what exercises of one's own are made with. */

import { named } from "../base/named.js";
import * as checkers from "./check.js";
import * as questions from "./predict.js";

/**
 * The checkers: each takes the reader's function and shows how it fares.
 *
 * @namespace
 */
export const check: typeof checkers = named("check", checkers);
/**
 * Questions before a result: the reader's answer stands in the cell, and the result shows beside it.
 *
 * @namespace
 */
export const predict: typeof questions = named("predict", questions);
export { CheckCard, type CheckRecord } from "./check-card.js";
export {
  type ExerciseCase,
  type ExerciseOptions,
  exercise,
  type Mistake,
  NotSolvedError,
  notSolved,
} from "./exercise.js";
export {
  PredictCard,
  type PredictChoiceOptions,
  type PredictNumberOptions,
  type PredictRecord,
} from "./predict.js";
