/** normlab/course: the checkers of the course's exercises, and what exercises of one's own are made with. */

import { named } from "../base/named.js";
import * as checkers from "./check.js";

/**
 * The checkers: each takes the reader's function and shows how it fares.
 *
 * @namespace
 */
export const check: typeof checkers = named("check", checkers);
export { CheckCard, type CheckRecord } from "./check-card.js";
export {
  type ExerciseCase,
  type ExerciseOptions,
  exercise,
  type Mistake,
  NotSolvedError,
  notSolved,
} from "./exercise.js";
