// What the page and the worker that trains tell each other.
import type { PlaygroundState } from "./state.js";

export type ToTrainer =
  /** `module` is where normlab is; trains up to state.steps, and further when `plays`. */
  | {
      readonly type: "begin";
      readonly module: string;
      readonly state: PlaygroundState;
      readonly plays: boolean;
    }
  | { readonly type: "play" }
  | { readonly type: "pause" }
  | { readonly type: "step" }
  | { readonly type: "mode"; readonly mode: PlaygroundState["mode"] };

export interface Layerwise {
  /** 5th, 50th and 95th percentile of each hidden layer's pre-activations. */
  readonly preActivations: readonly (readonly [number, number, number])[];
  /** Euclidean norm of the gradient of each Linear's weights. */
  readonly gradients: readonly number[];
}

export interface Side {
  readonly name: "plain" | "normalized";
  /** Why its training ended; null while it goes on. */
  readonly diverged: string | null;
  /** Of the steps since the last frame. */
  readonly losses: readonly number[];
  /** On examples that it was not trained on, in eval mode. */
  readonly accuracy: number;
  /** The class of each point of the surface, row by row from its top; 255 where outputs are not finite. */
  readonly surface: Uint8Array;
  readonly layers: Layerwise;
  /** Of the first norm's units: what it keeps for eval mode, and what the batch has. Empty without batch norm. */
  readonly statistics: { readonly running: readonly number[]; readonly batch: readonly number[] };
}

export interface Frame {
  readonly step: number;
  /** Steps of both networks a second; 0 while it stands. */
  readonly speed: number;
  readonly sides: readonly Side[];
  /** SHA-256 of all parameters and running statistics of both, where the training stands; null while it goes on. */
  readonly hash: string | null;
}

export interface Points {
  /** Points a side of the surface. */
  readonly grid: number;
  readonly classes: number;
  /** Examples on the surface, from 0 to 1 from its left and its top; empty for digits. */
  readonly examples: readonly { readonly x: number; readonly y: number; readonly label: number }[];
}

export type FromTrainer =
  | { readonly type: "begun"; readonly points: Points }
  | { readonly type: "frame"; readonly frame: Frame }
  | { readonly type: "failed"; readonly reason: string };
