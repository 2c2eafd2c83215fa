import { type DType, Random, type Tensor, zeros } from "../../src/index.js";

/** A tensor of normal numbers from a seed. */
export function randomTensor(
  shape: readonly number[],
  seed: number,
  { mean = 0, std = 1, dtype = "float64" as DType } = {},
): Tensor {
  const random = new Random(seed).stream("test tensor");
  const result = zeros(shape, dtype);
  for (let i = 0; i < result.size; i++) result.data[i] = random.normal(mean, std);
  return result;
}
