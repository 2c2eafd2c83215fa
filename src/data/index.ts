export { type CsvOptions, csv } from "./csv.js";
export { DataError, type DataPlace } from "./data-error.js";
export { type DigitsOptions, digits } from "./digits.js";
export { type FashionOptions, fashion } from "./fashion.js";
export { type IdxOptions, idx } from "./idx.js";
export { type Scale, standardize } from "./scaling.js";
export { dataset, type Partition, Split, type SplitNames, type SplitSizes } from "./split.js";
export {
  type BlobsOptions,
  blobs,
  type MoonsOptions,
  moons,
  type SpiralsOptions,
  type SyntheticOptions,
  spirals,
} from "./synthetic.js";
export { temporaryFile } from "./temporary-file.js";
