import { checkNumber } from "../../base/errors.js";
import type { FloatArray } from "../../tensor/kernels/float-array.js";
import type { Parameter } from "../parameter.js";

/**
 * Scales all gradients by one factor where their Euclidean norm over all parameters together is above `most` (Pascanu et
 * al. 2013, algorithm 1; PyTorch's clip_grad_norm_), and leaves them as they are otherwise:
 *
 *     gradient = gradient · min(1, most / (norm + 1e-6)),   norm = √(Σ gradient²)
 *
 * @returns the norm before. Sums are float64, in the order of the parameters.
 * @throws OptionError unless `most` is a number above 0.
 */
export function clipGradients(parameters: readonly Parameter[], most: number): number {
  checkNumber("clipGradients", "the norm", most, "a number above 0", (value) => value > 0);
  let squares = 0;
  for (const { gradient } of parameters) squares += sumOfSquares(gradient.data);
  const norm = Math.sqrt(squares);
  const factor = most / (norm + 1e-6);
  if (!(factor >= 1))
    for (const { gradient } of parameters) {
      const { data } = gradient;
      for (let i = 0; i < data.length; i++) data[i] *= factor;
    }
  return norm;
}

/** In four sums, each of which waits for its own last addition only. */
function sumOfSquares(values: FloatArray): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = values.length - (values.length % 4);
  for (let i = 0; i < whole; i += 4) {
    a += values[i] * values[i];
    b += values[i + 1] * values[i + 1];
    c += values[i + 2] * values[i + 2];
    d += values[i + 3] * values[i + 3];
  }
  for (let i = whole; i < values.length; i++) a += values[i] * values[i];
  return a + b + (c + d);
}
