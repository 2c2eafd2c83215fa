import { exp, tanh as tanhOf } from "../../base/math/index.js";
import type { FloatArray } from "../kernels/kernels.js";

export function relu(x: FloatArray, out: FloatArray, length: number): void {
  // Math.max keeps NaN, as it has to: or a broken network would look healthy.
  for (let i = 0; i < length; i++) out[i] = Math.max(x[i], 0);
}

export function reluBackward(
  gradOut: FloatArray,
  out: FloatArray,
  gradInput: FloatArray,
  length: number,
): void {
  for (let i = 0; i < length; i++) gradInput[i] = out[i] > 0 ? gradOut[i] : 0;
}

/** 1 / (1 + e^−x), written with the exponential that can't overflow. */
export function sigmoid(x: FloatArray, out: FloatArray, length: number): void {
  for (let i = 0; i < length; i++) {
    if (x[i] >= 0) {
      out[i] = 1 / (1 + exp(-x[i]));
    } else {
      const e = exp(x[i]);
      out[i] = e / (1 + e);
    }
  }
}

export function sigmoidBackward(
  gradOut: FloatArray,
  out: FloatArray,
  gradInput: FloatArray,
  length: number,
): void {
  for (let i = 0; i < length; i++) gradInput[i] = gradOut[i] * out[i] * (1 - out[i]);
}

export function tanh(x: FloatArray, out: FloatArray, length: number): void {
  for (let i = 0; i < length; i++) out[i] = tanhOf(x[i]);
}

export function tanhBackward(
  gradOut: FloatArray,
  out: FloatArray,
  gradInput: FloatArray,
  length: number,
): void {
  for (let i = 0; i < length; i++) gradInput[i] = gradOut[i] * (1 - out[i] * out[i]);
}
