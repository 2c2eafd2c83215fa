import { loadLanes, multiplyAdd, splat, storeLanes } from "./arithmetic";

/** out = a + factor·b. */
export function addScaled(a: usize, b: usize, factor: f32, out: usize, length: i32): void {
  const by = splat(factor);
  let left = length;
  for (; left >= 8; left -= 8, a += 32, b += 32, out += 32) {
    const low = v128.load(a);
    const high = v128.load(a, 16);
    const otherLow = v128.load(b);
    const otherHigh = v128.load(b, 16);
    const resultLow = multiplyAdd(by, otherLow, low);
    const resultHigh = multiplyAdd(by, otherHigh, high);
    v128.store(out, resultLow);
    v128.store(out, resultHigh, 16);
  }
  for (; left > 0; left -= 4, a += 16, b += 16, out += 16) {
    storeLanes(out, multiplyAdd(by, loadLanes(b, left), loadLanes(a, left)), left);
  }
}

/** Σ a·b, each product and sum in float64: four sums of every fourth value, then one of these. */
export function dot(a: usize, b: usize, length: i32): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let left = length; left > 0; left -= 4, a += 16, b += 16) {
    // Zeros behind the end add nothing.
    const x = loadLanes(a, left);
    const y = loadLanes(b, left);
    low = f64x2.add(low, f64x2.mul(f64x2.promote_low_f32x4(x), f64x2.promote_low_f32x4(y)));
    const xHigh = f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3));
    const yHigh = f64x2.promote_low_f32x4(v128.shuffle<f32>(y, y, 2, 3, 2, 3));
    high = f64x2.add(high, f64x2.mul(xHigh, yHigh));
  }
  return (
    f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1) + (f64x2.extract_lane(high, 0) + f64x2.extract_lane(high, 1))
  );
}
