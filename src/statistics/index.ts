export {
  type BootstrapOptions,
  bootstrapInterval,
  type Interval,
  mean,
  median,
  proportionInterval,
  standardDeviation,
  tInterval,
} from "./intervals.js";
export { quantile } from "./quantile.js";
export type { Samples } from "./samples.js";
export { type PairedDifference, pairedDifference, type Summary, summarize } from "./summarize.js";
