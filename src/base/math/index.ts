/** Elementary functions with the same bits on every machine: use these, never Math's, for what is saved. */
export { exp, expm1, log, pow, tanh } from "./exponential.js";
export { cos, sin } from "./trigonometric.js";
