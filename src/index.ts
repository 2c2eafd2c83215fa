/** normlab: what batch normalization does, by running it. The public names of the module. */
export * as math from "./math/index.js";
export { Random, type RandomState } from "./random.js";
