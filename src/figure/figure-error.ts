/** A figure that cannot be drawn: says which part, why, and what to draw instead. */
export class FigureError extends Error {
  override name = "FigureError";
}
