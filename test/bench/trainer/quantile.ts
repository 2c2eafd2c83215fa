import { quantile as quantileOf } from "../../../src/index.js";

/** The value below which `share` of the values lie; the median by default. */
export const quantile = (values: readonly number[], share = 0.5): number => quantileOf(values, share);
