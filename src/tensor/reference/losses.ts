import { exp, log } from "../../base/math/index.js";
import type { FloatArray } from "../kernels/kernels.js";

/** loss = (1/N) Σ_rows (log Σ_j e^z_j − z_label),  gradient = (softmax(z) − onehot(label)) / N. */
export function crossEntropy(
  logits: FloatArray,
  labels: Int32Array,
  gradient: FloatArray,
  rows: number,
  classes: number,
): number {
  let loss = 0;
  for (let row = 0; row < rows; row++) {
    const start = row * classes;
    // The largest logit is taken off first: e^z then can't overflow, and the softmax does not change.
    let largest = logits[start];
    for (let j = 1; j < classes; j++) if (logits[start + j] > largest) largest = logits[start + j];

    let sum = 0;
    for (let j = 0; j < classes; j++) {
      const e = exp(logits[start + j] - largest);
      gradient[start + j] = e;
      sum += e;
    }
    for (let j = 0; j < classes; j++) gradient[start + j] /= sum * rows;
    gradient[start + labels[row]] -= 1 / rows;
    loss += log(sum) - (logits[start + labels[row]] - largest);
  }
  return loss / rows;
}

/** loss = (1/n) Σ (prediction − target)²,  gradient = 2·(prediction − target)/n. */
export function meanSquaredError(
  prediction: FloatArray,
  target: FloatArray,
  gradient: FloatArray,
  length: number,
): number {
  let sum = 0;
  for (let i = 0; i < length; i++) {
    const difference = prediction[i] - target[i];
    sum += difference * difference;
    gradient[i] = (2 * difference) / length;
  }
  return sum / length;
}
