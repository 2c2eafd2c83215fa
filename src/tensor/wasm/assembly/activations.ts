/**
 * Elementwise kernels over flat arrays, eight values at a time: both vectors are loaded before either is stored, or no compiler
 * could join them.
 */
import { loadLanes, splat, storeLanes } from "./arithmetic";
import * as elementary from "./elementary";

/** max(x, 0), where NaN stays NaN. */
@inline
export function reluOf(x: v128): v128 {
  return v128.andnot(x, f32x4.le(x, splat(0)));
}

/** g where the activation's output was positive. */
@inline
export function reluGradient(g: v128, out: v128): v128 {
  return v128.and(g, f32x4.gt(out, splat(0)));
}

@inline
export function sigmoidGradient(g: v128, out: v128): v128 {
  return f32x4.mul(f32x4.mul(g, out), f32x4.sub(splat(1), out));
}

@inline
export function tanhGradient(g: v128, out: v128): v128 {
  return f32x4.mul(g, f32x4.sub(splat(1), f32x4.mul(out, out)));
}

/** The activations that are fused with a BatchNorm in front of them, numbered as in the training plan. */
export const NONE: i32 = 0;
export const RELU: i32 = 1;
export const SIGMOID: i32 = 2;
export const TANH: i32 = 3;

@inline
export function activate(activation: i32, y: v128): v128 {
  if (activation == RELU) return reluOf(y);
  if (activation == SIGMOID) return elementary.sigmoid(y);
  if (activation == TANH) return elementary.tanh(y);
  return y;
}

/** The gradient in front of an activation from the one behind it and its output. */
@inline
export function gradientThrough(activation: i32, g: v128, out: v128): v128 {
  if (activation == RELU) return reluGradient(g, out);
  if (activation == SIGMOID) return sigmoidGradient(g, out);
  if (activation == TANH) return tanhGradient(g, out);
  return g;
}

export function relu(x: usize, out: usize, length: i32): void {
  let left = length;
  for (; left >= 8; left -= 8, x += 32, out += 32) {
    const low = v128.load(x);
    const high = v128.load(x, 16);
    const resultLow = reluOf(low);
    const resultHigh = reluOf(high);
    v128.store(out, resultLow);
    v128.store(out, resultHigh, 16);
  }
  for (; left > 0; left -= 4, x += 16, out += 16) storeLanes(out, reluOf(loadLanes(x, left)), left);
}

export function sigmoid(x: usize, out: usize, length: i32): void {
  let left = length;
  for (; left >= 8; left -= 8, x += 32, out += 32) {
    const low = v128.load(x);
    const high = v128.load(x, 16);
    const resultLow = elementary.sigmoid(low);
    const resultHigh = elementary.sigmoid(high);
    v128.store(out, resultLow);
    v128.store(out, resultHigh, 16);
  }
  for (; left > 0; left -= 4, x += 16, out += 16) storeLanes(out, elementary.sigmoid(loadLanes(x, left)), left);
}

export function tanh(x: usize, out: usize, length: i32): void {
  let left = length;
  for (; left >= 8; left -= 8, x += 32, out += 32) {
    const low = v128.load(x);
    const high = v128.load(x, 16);
    const resultLow = elementary.tanh(low);
    const resultHigh = elementary.tanh(high);
    v128.store(out, resultLow);
    v128.store(out, resultHigh, 16);
  }
  for (; left > 0; left -= 4, x += 16, out += 16) storeLanes(out, elementary.tanh(loadLanes(x, left)), left);
}

/** a is the gradient of the output, b the output. */
export function reluBackward(a: usize, b: usize, out: usize, length: i32): void {
  let left = length;
  for (; left >= 8; left -= 8, a += 32, b += 32, out += 32) {
    const low = v128.load(a);
    const high = v128.load(a, 16);
    const otherLow = v128.load(b);
    const otherHigh = v128.load(b, 16);
    const resultLow = reluGradient(low, otherLow);
    const resultHigh = reluGradient(high, otherHigh);
    v128.store(out, resultLow);
    v128.store(out, resultHigh, 16);
  }
  for (; left > 0; left -= 4, a += 16, b += 16, out += 16) {
    storeLanes(out, reluGradient(loadLanes(a, left), loadLanes(b, left)), left);
  }
}

export function sigmoidBackward(a: usize, b: usize, out: usize, length: i32): void {
  let left = length;
  for (; left >= 8; left -= 8, a += 32, b += 32, out += 32) {
    const low = v128.load(a);
    const high = v128.load(a, 16);
    const otherLow = v128.load(b);
    const otherHigh = v128.load(b, 16);
    const resultLow = sigmoidGradient(low, otherLow);
    const resultHigh = sigmoidGradient(high, otherHigh);
    v128.store(out, resultLow);
    v128.store(out, resultHigh, 16);
  }
  for (; left > 0; left -= 4, a += 16, b += 16, out += 16) {
    storeLanes(out, sigmoidGradient(loadLanes(a, left), loadLanes(b, left)), left);
  }
}

export function tanhBackward(a: usize, b: usize, out: usize, length: i32): void {
  let left = length;
  for (; left >= 8; left -= 8, a += 32, b += 32, out += 32) {
    const low = v128.load(a);
    const high = v128.load(a, 16);
    const otherLow = v128.load(b);
    const otherHigh = v128.load(b, 16);
    const resultLow = tanhGradient(low, otherLow);
    const resultHigh = tanhGradient(high, otherHigh);
    v128.store(out, resultLow);
    v128.store(out, resultHigh, 16);
  }
  for (; left > 0; left -= 4, a += 16, b += 16, out += 16) {
    storeLanes(out, tanhGradient(loadLanes(a, left), loadLanes(b, left)), left);
  }
}

/** out = a ⊙ b. */
export function multiply(a: usize, b: usize, out: usize, length: i32): void {
  let left = length;
  for (; left >= 8; left -= 8, a += 32, b += 32, out += 32) {
    const low = v128.load(a);
    const high = v128.load(a, 16);
    const otherLow = v128.load(b);
    const otherHigh = v128.load(b, 16);
    const resultLow = f32x4.mul(low, otherLow);
    const resultHigh = f32x4.mul(high, otherHigh);
    v128.store(out, resultLow);
    v128.store(out, resultHigh, 16);
  }
  for (; left > 0; left -= 4, a += 16, b += 16, out += 16) {
    storeLanes(out, f32x4.mul(loadLanes(a, left), loadLanes(b, left)), left);
  }
}
