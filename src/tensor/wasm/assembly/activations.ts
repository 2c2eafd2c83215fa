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

/** The activation of each value. */
@inline
function activateAll(activation: i32, x: usize, out: usize, length: i32): void {
  let left = length;
  for (; left >= 8; left -= 8, x += 32, out += 32) {
    const low = v128.load(x);
    const high = v128.load(x, 16);
    const resultLow = activate(activation, low);
    const resultHigh = activate(activation, high);
    v128.store(out, resultLow);
    v128.store(out, resultHigh, 16);
  }
  for (; left > 0; left -= 4, x += 16, out += 16) storeLanes(out, activate(activation, loadLanes(x, left)), left);
}

/** The gradient a through an activation whose output is b; without one, the product. */
@inline
function combine(activation: i32, a: v128, b: v128): v128 {
  return activation == NONE ? f32x4.mul(a, b) : gradientThrough(activation, a, b);
}

@inline
function combineAll(activation: i32, a: usize, b: usize, out: usize, length: i32): void {
  let left = length;
  for (; left >= 8; left -= 8, a += 32, b += 32, out += 32) {
    const low = v128.load(a);
    const high = v128.load(a, 16);
    const otherLow = v128.load(b);
    const otherHigh = v128.load(b, 16);
    const resultLow = combine(activation, low, otherLow);
    const resultHigh = combine(activation, high, otherHigh);
    v128.store(out, resultLow);
    v128.store(out, resultHigh, 16);
  }
  for (; left > 0; left -= 4, a += 16, b += 16, out += 16) {
    storeLanes(out, combine(activation, loadLanes(a, left), loadLanes(b, left)), left);
  }
}

// Each is a function of its own: V8 joins what it finds in one loop.
export function relu(x: usize, out: usize, length: i32): void {
  activateAll(RELU, x, out, length);
}

export function sigmoid(x: usize, out: usize, length: i32): void {
  activateAll(SIGMOID, x, out, length);
}

export function tanh(x: usize, out: usize, length: i32): void {
  activateAll(TANH, x, out, length);
}

/** a is the gradient of the output, b the output. */
export function reluBackward(a: usize, b: usize, out: usize, length: i32): void {
  combineAll(RELU, a, b, out, length);
}

export function sigmoidBackward(a: usize, b: usize, out: usize, length: i32): void {
  combineAll(SIGMOID, a, b, out, length);
}

export function tanhBackward(a: usize, b: usize, out: usize, length: i32): void {
  combineAll(TANH, a, b, out, length);
}

/** out = a ⊙ b. */
export function multiply(a: usize, b: usize, out: usize, length: i32): void {
  combineAll(NONE, a, b, out, length);
}
