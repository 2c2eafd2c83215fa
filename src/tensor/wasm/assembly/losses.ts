import { laneMask, loadLanes, splat, storeLanes, sumLanes, widenHigh, widenLow } from "./arithmetic";
import { exp, log } from "./elementary";

/**
 * Softmax and cross-entropy: the mean over rows of log Σ_j e^z_j − z_label, and gradient = (softmax(z) − onehot(label))/rows.
 * The largest logit is taken off first, so that no e^z overflows.
 */
export function crossEntropy(logits: usize, labels: usize, gradient: usize, rows: i32, classes: i32): f64 {
  let loss: f64 = 0;
  const share = <f32>(1.0 / <f64>rows);
  for (let row = 0; row < rows; row++) {
    let largest = load<f32>(logits);
    for (let j = 1; j < classes; j++) {
      const z = load<f32>(logits + 4 * j);
      largest = z > largest ? z : largest;
    }
    let lanes = splat(0);
    for (let j = 0; j < classes; j += 4) {
      const left = classes - j;
      const e = exp(f32x4.sub(loadLanes(logits + 4 * j, left), splat(largest)));
      storeLanes(gradient + 4 * j, e, left);
      lanes = f32x4.add(lanes, v128.and(e, laneMask(left)));
    }
    const sum = sumLanes(lanes);
    const scale = splat(<f32>(1.0 / (sum * <f64>rows)));
    for (let j = 0; j < classes; j += 4) {
      const left = classes - j;
      storeLanes(gradient + 4 * j, f32x4.mul(loadLanes(gradient + 4 * j, left), scale), left);
    }
    const label = 4 * load<i32>(labels);
    store<f32>(gradient + label, load<f32>(gradient + label) - share);
    loss += log(sum) - <f64>(load<f32>(logits + label) - largest);
    labels += 4;
    logits += 4 * classes;
    gradient += 4 * classes;
  }
  return loss / <f64>rows;
}

/** The mean of (prediction − target)², and gradient = 2·(prediction − target)/length. */
export function meanSquaredError(prediction: usize, target: usize, gradient: usize, length: i32): f64 {
  const scale = splat(<f32>(2.0 / <f64>length));
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let left = length; left > 0; left -= 4) {
    const d = f32x4.sub(loadLanes(prediction, left), loadLanes(target, left));
    storeLanes(gradient, f32x4.mul(d, scale), left);
    const wideLow = widenLow(d);
    const wideHigh = widenHigh(d);
    low = f64x2.add(low, f64x2.mul(wideLow, wideLow));
    high = f64x2.add(high, f64x2.mul(wideHigh, wideHigh));
    prediction += 16;
    target += 16;
    gradient += 16;
  }
  const sum = f64x2.add(low, high);
  return (f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)) / <f64>length;
}
