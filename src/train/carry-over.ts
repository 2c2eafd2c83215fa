import type { DriftState } from "./drift.js";
import type { StoppingState } from "./early-stopping.js";

/**
 * What a training carries from one fit() to the next, and a checkpoint keeps, besides network, optimizers and steps: so that
 * a training in pieces stops, and measures, where the whole one does.
 */
export interface CarryOver {
  /** Of the last fit() with earlyStop. */
  stopping?: StoppingState;
  /** By the probe's series: how far each layer's inputs have travelled. */
  readonly drifts: Map<string, DriftState>;
  /** The update ratios of the last step after which a probe was due. */
  updates?: UpdateRatios;
}

export interface UpdateRatios {
  /** How many steps had been done. */
  step: number;
  /** By name of the parameter. */
  ratios: Map<string, number>;
  /** By name of the parameter: how far its direction turned. */
  rotations: Map<string, number>;
}
