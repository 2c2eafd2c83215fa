/** Elementwise kernels over flat arrays. */
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

export function relu(x: usize, out: usize, length: i32): void {
  for (let left = length; left > 0; left -= 4) {
    storeLanes(out, reluOf(loadLanes(x, left)), left);
    x += 16;
    out += 16;
  }
}

export function reluBackward(g: usize, y: usize, out: usize, length: i32): void {
  for (let left = length; left > 0; left -= 4) {
    storeLanes(out, reluGradient(loadLanes(g, left), loadLanes(y, left)), left);
    g += 16;
    y += 16;
    out += 16;
  }
}

export function sigmoid(x: usize, out: usize, length: i32): void {
  for (let left = length; left > 0; left -= 4) {
    storeLanes(out, elementary.sigmoid(loadLanes(x, left)), left);
    x += 16;
    out += 16;
  }
}

export function sigmoidBackward(g: usize, y: usize, out: usize, length: i32): void {
  for (let left = length; left > 0; left -= 4) {
    storeLanes(out, sigmoidGradient(loadLanes(g, left), loadLanes(y, left)), left);
    g += 16;
    y += 16;
    out += 16;
  }
}

export function tanh(x: usize, out: usize, length: i32): void {
  for (let left = length; left > 0; left -= 4) {
    storeLanes(out, elementary.tanh(loadLanes(x, left)), left);
    x += 16;
    out += 16;
  }
}

export function tanhBackward(g: usize, y: usize, out: usize, length: i32): void {
  for (let left = length; left > 0; left -= 4) {
    storeLanes(out, tanhGradient(loadLanes(g, left), loadLanes(y, left)), left);
    g += 16;
    y += 16;
    out += 16;
  }
}

/** out = a ⊙ b. */
export function multiply(a: usize, b: usize, out: usize, length: i32): void {
  for (let left = length; left > 0; left -= 4) {
    storeLanes(out, f32x4.mul(loadLanes(a, left), loadLanes(b, left)), left);
    a += 16;
    b += 16;
    out += 16;
  }
}
