/** `plot.…`: all figures, those of numbers and those of networks. */
export * from "../plot/index.js";
export { type DecisionOptions, decision } from "./decision.js";
