import type { MessagePort } from "node:worker_threads";
import type { FigureJson } from "./schema.js";

/** What the renderer's thread is asked for. */
export interface RenderRequest {
  format: "svg" | "png";
  figure: FigureJson;
  title: string;
  description: string;
  /** Pixels of a PNG per pixel of the figure. */
  scale: number;
}

export interface RequestMessage extends RenderRequest {
  id: number;
}

export type Picture = string | Uint8Array;

/** What it answers; `ready` once, when Plotly is loaded. */
export type ResponseMessage =
  | { ready: true }
  | { id: number; picture: Picture }
  | { id: number; error: string };

/** What the thread starts with. */
export interface RendererStart {
  port: MessagePort;
  /** One integer that is raised with each answer, for those who wait for it without an event loop. */
  answers: SharedArrayBuffer;
}
