import { checkNumber } from "../../base/errors.js";
import { kernelsFor } from "../../tensor/backends.js";
import type { Parameter } from "../parameter.js";

/**
 * Scales all gradients by one factor where their Euclidean norm over all parameters together is above `most` (Pascanu et
 * al. 2013, algorithm 1; PyTorch's clip_grad_norm_), and leaves them as they are otherwise:
 *
 *     gradient = gradient · min(1, most / (norm + 1e-6)),   norm = √(Σ gradient²)
 *
 * @returns the norm before. Sums are float64, of each parameter and then in the order of the parameters.
 * @throws OptionError unless `most` is a number above 0.
 */
export function clipGradients(parameters: readonly Parameter[], most: number): number {
  checkNumber("clipGradients", "the norm", most, "a number above 0", (value) => value > 0);
  let squares = 0;
  for (const { gradient } of parameters)
    squares += kernelsFor(gradient.dtype).sumOfSquares(gradient.data, gradient.size);
  const norm = Math.sqrt(squares);
  const factor = most / (norm + 1e-6);
  if (!(factor >= 1))
    for (const { gradient } of parameters)
      kernelsFor(gradient.dtype).scale(gradient.data, factor, gradient.size);
  return norm;
}
