/** Rows of a matrix that are copied out of another. */

/** out[r] = source[rows[r]] for each of `count` rows of `width` floats. */
export function gatherRows(source: usize, rows: usize, out: usize, count: i32, width: i32): void {
  for (let r = 0; r < count; r++) {
    let from = source + 4 * <usize>load<i32>(rows + 4 * r) * width;
    const end = out + 4 * width;
    for (; out + 16 <= end; out += 16, from += 16) v128.store(out, v128.load(from));
    for (; out < end; out += 4, from += 4) store<f32>(out, load<f32>(from));
  }
}
