/** `plot.…`: one function a kind of figure; data in, `Figure` out. */
export { type BandSeries, type BandsOptions, bands } from "./bands.js";
export { type ConfusionOptions, confusion } from "./confusion.js";
export { type DistributionGroup, type DistributionsOptions, distributions } from "./distributions.js";
export { type ForestOptions, type ForestRow, forest } from "./forest.js";
export { type GradientFlowOptions, type GradientFlowSeries, gradientFlow } from "./gradient-flow.js";
export { type CellAxis, type HeatmapOptions, heatmap } from "./heatmap.js";
export { type HistogramOptions, type HistogramSeries, histogram } from "./histogram.js";
export { type ImageGridOptions, imageGrid } from "./image-grid.js";
export { type LineOptions, type LineSeries, line } from "./line.js";
export { type ScatterGroup, type ScatterOptions, scatter } from "./scatter.js";
export { type Panel, type SmallMultiplesOptions, smallMultiples } from "./small-multiples.js";
export { type StepFrame, type StepsOptions, steps } from "./steps.js";
export { trace } from "./trace.js";
