/** The derivative of a loss by nudging, and how far a gradient is from it: what every check of a gradient here goes by. */

/**
 * d = (loss(value + h) − loss(value − h)) / 2h.
 *
 * @param change how much the loss changes when the value moves by a nudge: not the loss itself, in whose digits the change
 *   would be lost
 */
export function centralDifference(change: (nudge: number) => number, h: number): number {
  return (change(h) - change(-h)) / (2 * h);
}

/**
 * ‖g − d‖ / max(‖g‖, ‖d‖, least) between a gradient g and differences d; 0 when all are 0.
 *
 * @param least keeps the rounding of a gradient that is 0 in exact arithmetic from counting as an error
 */
export function relativeError(
  gradient: ArrayLike<number>,
  differences: ArrayLike<number>,
  least = 0,
): number {
  let [apart, ofGradient, ofDifferences] = [0, 0, 0];
  for (let i = 0; i < gradient.length; i++) {
    apart += (gradient[i] - differences[i]) * (gradient[i] - differences[i]);
    ofGradient += gradient[i] * gradient[i];
    ofDifferences += differences[i] * differences[i];
  }
  const largest = Math.max(Math.sqrt(ofGradient), Math.sqrt(ofDifferences), least);
  return largest === 0 ? 0 : Math.sqrt(apart) / largest;
}
