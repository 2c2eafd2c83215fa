/**
 * Images in frames of zeros, from which a convolution reads its windows where they lie: in a plane whose rows are as far apart as
 * the windows' own, the values that one place of the window meets are one run, from its first output to its last. So a product
 * with all windows (product-of-runs.ts) needs no copy of them; what stands between two rows of outputs is computed and left out.
 *
 * With a stride a channel is several planes, one for each remainder of row and column by the stride: within one the windows are
 * neighbours again.
 */

/** Zeros behind the planes: so far a run may go on beyond its last output. */
export const RUN_SLACK: i32 = 32;

/** Runs are computed in whole vectors of the wide build. */
@inline
export function wholeRun(positions: i32): i32 {
  return (positions + 15) & ~15;
}

export function copyFloats(from: usize, to: usize, count: i32): void {
  if (count >= 4) {
    const last = 4 * (count - 4);
    for (let at = 0; at < last; at += 16) v128.store(to + at, v128.load(from + at));
    v128.store(to + last, v128.load(from + last));
    return;
  }
  for (; count > 0; count--, from += 4, to += 4) store<f32>(to, load<f32>(from));
}

/** How many of 0, stride, 2·stride, … are at most `last`. */
@inline
export function countUpTo(last: i32, stride: i32): i32 {
  return last < 0 ? 0 : last / stride + 1;
}

/** Every `stride`-th of the values. */
@inline
function gatherFloats(from: usize, to: usize, count: i32, stride: i32): void {
  for (; count > 0; count--, from += 4 * stride, to += 4) store<f32>(to, load<f32>(from));
}

/**
 * Writes the channels of one image into its planes, whose zeros are there: plane (c, a, b) has at (r, q) the value at row
 * r·strideY + a − top and column q·strideX + b − left. Planes have `planeRows` rows of `planeColumns`.
 */
export function frameImage(
  x: usize,
  channels: i32,
  height: i32,
  width: i32,
  top: i32,
  left: i32,
  strideY: i32,
  strideX: i32,
  phasesY: i32,
  phasesX: i32,
  planeRows: i32,
  planeColumns: i32,
  planes: usize,
): void {
  const planeBytes: usize = 4 * planeRows * planeColumns;
  for (let c = 0; c < channels; c++) {
    for (let a = 0; a < phasesY; a++) {
      // The first r whose row lies in the image, and the one behind the last.
      const firstRow = max(0, (top - a + strideY - 1) / strideY);
      const lastRow = min(planeRows, countUpTo(height - 1 + top - a, strideY));
      for (let b = 0; b < phasesX; b++) {
        const firstColumn = max(0, (left - b + strideX - 1) / strideX);
        const lastColumn = min(planeColumns, countUpTo(width - 1 + left - b, strideX));
        const count = lastColumn - firstColumn;
        for (let r = firstRow; r < lastRow; r++) {
          const from = x + 4 * ((r * strideY + a - top) * width + firstColumn * strideX + b - left);
          const to = planes + 4 * (r * planeColumns + firstColumn);
          if (strideX == 1) copyFloats(from, to, count);
          else gatherFloats(from, to, count, strideX);
        }
        planes += planeBytes;
      }
    }
    x += 4 * height * width;
  }
}
