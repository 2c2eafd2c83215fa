import { OptionError } from "../base/errors.js";
import type { Tensor } from "../tensor/tensor.js";

/** All values of one unit (channel) of x [N, C, …]. */
export function unitValues(x: Tensor, unit: number): Float64Array {
  const [n, c] = x.shape;
  if (unit >= c)
    throw new OptionError(`A probe asks for unit ${unit}, but the layer's input has ${c} units.`);
  const places = x.size / (n * c);
  return Float64Array.from({ length: n * places }, (_, i) => {
    const sample = Math.floor(i / places);
    return x.data[(sample * c + unit) * places + (i % places)];
  });
}
