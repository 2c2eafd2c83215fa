import { loadLanes, splat, storeLanes } from "./arithmetic";

/** Σ x², each square and sum in float64: four sums of every fourth value, then one of these. */
export function sumOfSquares(x: usize, length: i32): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let left = length; left > 0; left -= 4, x += 16) {
    // Zeros behind the end add nothing.
    const lanes = loadLanes(x, left);
    const first = f64x2.promote_low_f32x4(lanes);
    const second = f64x2.promote_low_f32x4(v128.shuffle<f32>(lanes, lanes, 2, 3, 2, 3));
    low = f64x2.add(low, f64x2.mul(first, first));
    high = f64x2.add(high, f64x2.mul(second, second));
  }
  return (
    f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1) + (f64x2.extract_lane(high, 0) + f64x2.extract_lane(high, 1))
  );
}

/** x *= factor. */
export function scale(x: usize, factor: f32, length: i32): void {
  const by = splat(factor);
  for (let left = length; left > 0; left -= 4, x += 16) storeLanes(x, f32x4.mul(loadLanes(x, left), by), left);
}
