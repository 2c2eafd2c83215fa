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

@inline
function reluLanes(x: usize, out: usize, count: i32): void {
  storeLanes(out, reluOf(loadLanes(x, count)), count);
}

export function relu(x: usize, out: usize, length: i32): void {
  const end = x + 4 * (length & ~3);
  for (; x < end; x += 16, out += 16) reluLanes(x, out, 4);
  if (length & 3) reluLanes(x, out, length & 3);
}

@inline
function sigmoidLanes(x: usize, out: usize, count: i32): void {
  storeLanes(out, elementary.sigmoid(loadLanes(x, count)), count);
}

export function sigmoid(x: usize, out: usize, length: i32): void {
  const end = x + 4 * (length & ~3);
  for (; x < end; x += 16, out += 16) sigmoidLanes(x, out, 4);
  if (length & 3) sigmoidLanes(x, out, length & 3);
}

@inline
function tanhLanes(x: usize, out: usize, count: i32): void {
  storeLanes(out, elementary.tanh(loadLanes(x, count)), count);
}

export function tanh(x: usize, out: usize, length: i32): void {
  const end = x + 4 * (length & ~3);
  for (; x < end; x += 16, out += 16) tanhLanes(x, out, 4);
  if (length & 3) tanhLanes(x, out, length & 3);
}

@inline
function reluBackwardLanes(g: usize, y: usize, out: usize, count: i32): void {
  storeLanes(out, reluGradient(loadLanes(g, count), loadLanes(y, count)), count);
}

export function reluBackward(g: usize, y: usize, out: usize, length: i32): void {
  const end = g + 4 * (length & ~3);
  for (; g < end; g += 16, y += 16, out += 16) reluBackwardLanes(g, y, out, 4);
  if (length & 3) reluBackwardLanes(g, y, out, length & 3);
}

@inline
function sigmoidBackwardLanes(g: usize, y: usize, out: usize, count: i32): void {
  storeLanes(out, sigmoidGradient(loadLanes(g, count), loadLanes(y, count)), count);
}

export function sigmoidBackward(g: usize, y: usize, out: usize, length: i32): void {
  const end = g + 4 * (length & ~3);
  for (; g < end; g += 16, y += 16, out += 16) sigmoidBackwardLanes(g, y, out, 4);
  if (length & 3) sigmoidBackwardLanes(g, y, out, length & 3);
}

@inline
function tanhBackwardLanes(g: usize, y: usize, out: usize, count: i32): void {
  storeLanes(out, tanhGradient(loadLanes(g, count), loadLanes(y, count)), count);
}

export function tanhBackward(g: usize, y: usize, out: usize, length: i32): void {
  const end = g + 4 * (length & ~3);
  for (; g < end; g += 16, y += 16, out += 16) tanhBackwardLanes(g, y, out, 4);
  if (length & 3) tanhBackwardLanes(g, y, out, length & 3);
}

@inline
function multiplyLanes(a: usize, b: usize, out: usize, count: i32): void {
  storeLanes(out, f32x4.mul(loadLanes(a, count), loadLanes(b, count)), count);
}

/** out = a ⊙ b. */
export function multiply(a: usize, b: usize, out: usize, length: i32): void {
  const end = a + 4 * (length & ~3);
  for (; a < end; a += 16, b += 16, out += 16) multiplyLanes(a, b, out, 4);
  if (length & 3) multiplyLanes(a, b, out, length & 3);
}
