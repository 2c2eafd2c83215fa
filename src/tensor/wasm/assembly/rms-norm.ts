/** RMSNorm of x [rows, columns]: each row by its root mean square. */
import { loadLanes, multiplyAdd, SUM_BLOCK, splat, storeLanes, sumLanes } from "./arithmetic";
import { Input, Output } from "./fields";

@unmanaged
export class RMSNormForward {
  x: Input;
  gamma: Input;
  beta: Input;
  /** [rows] */
  inverseRms: Output;
  normalized: Output;
  out: Output;
  rows: i32;
  columns: i32;
  eps: f64;
}

export function rmsNormForward(step: RMSNormForward): void {
  const columns = step.columns;
  let x = step.x;
  let normalized = step.normalized;
  let out = step.out;
  for (let row = 0; row < step.rows; row++) {
    const inverse = <f32>(1 / Math.sqrt(productsOfRow(x, x, columns) / <f64>columns + step.eps));
    store<f32>(step.inverseRms + 4 * row, inverse);
    const scale = splat(inverse);
    for (let left = columns, at: usize = 0; left > 0; left -= 4, at += 16) {
      const h = f32x4.mul(loadLanes(x + at, left), scale);
      storeLanes(normalized + at, h, left);
      storeLanes(out + at, multiplyAdd(loadLanes(step.gamma + at, left), h, loadLanes(step.beta + at, left)), left);
    }
    x += 4 * columns;
    normalized += 4 * columns;
    out += 4 * columns;
  }
}

/** Σ a·b over a row, in float32 over SUM_BLOCK vectors and in float64 beyond. */
@inline
function productsOfRow(a: usize, b: usize, columns: i32): f64 {
  let wide: f64 = 0;
  for (let left = columns; left > 0; ) {
    let sum = splat(0);
    for (const end = max(0, left - 4 * SUM_BLOCK); left > end; left -= 4) {
      sum = multiplyAdd(loadLanes(a, left), loadLanes(b, left), sum);
      a += 16;
      b += 16;
    }
    wide += sumLanes(sum);
  }
  return wide;
}

@unmanaged
export class RMSNormBackward {
  gradOut: Input;
  normalized: Input;
  inverseRms: Input;
  gamma: Input;
  gradInput: Output;
  gradGamma: Output;
  gradBeta: Output;
  rows: i32;
  columns: i32;
}

export function rmsNormBackward(step: RMSNormBackward): void {
  const columns = step.columns;
  const gamma = step.gamma;
  memory.fill(step.gradGamma, 0, 4 * columns);
  memory.fill(step.gradBeta, 0, 4 * columns);
  let g = step.gradOut;
  let normalized = step.normalized;
  let gradInput = step.gradInput;
  for (let row = 0; row < step.rows; row++) {
    let wide: f64 = 0;
    for (let left = columns, at: usize = 0; left > 0; ) {
      let sum = splat(0);
      for (const end = max(0, left - 4 * SUM_BLOCK); left > end; left -= 4, at += 16) {
        const gradient = loadLanes(g + at, left);
        const h = loadLanes(normalized + at, left);
        storeLanes(step.gradBeta + at, f32x4.add(loadLanes(step.gradBeta + at, left), gradient), left);
        storeLanes(step.gradGamma + at, multiplyAdd(gradient, h, loadLanes(step.gradGamma + at, left)), left);
        sum = multiplyAdd(f32x4.mul(gradient, loadLanes(gamma + at, left)), h, sum);
      }
      wide += sumLanes(sum);
    }
    const scale = splat(load<f32>(step.inverseRms + 4 * row));
    const along = splat(<f32>(wide / <f64>columns));
    for (let left = columns, at: usize = 0; left > 0; left -= 4, at += 16) {
      const h = f32x4.mul(loadLanes(g + at, left), loadLanes(gamma + at, left));
      const projected = f32x4.mul(loadLanes(normalized + at, left), along);
      storeLanes(gradInput + at, f32x4.mul(scale, f32x4.sub(h, projected)), left);
    }
    g += 4 * columns;
    normalized += 4 * columns;
    gradInput += 4 * columns;
  }
}
