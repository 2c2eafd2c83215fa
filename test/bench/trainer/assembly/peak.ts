/**
 * The peak of vector arithmetic in WebAssembly: multiplications and additions that do not wait for each other and touch
 * no memory. Ten sums, each with a product of its own, are as many as the 16 registers hold; twice in a turn of the loop,
 * so that the loop itself costs little.
 */
export function peak(iterations: i32, scratch: usize): void {
  const factor = v128.load(scratch);
  const other = v128.load(scratch, 16);
  let a = v128.load(scratch, 32);
  let b = v128.load(scratch, 48);
  let c = v128.load(scratch, 64);
  let d = v128.load(scratch, 80);
  let e = v128.load(scratch, 96);
  let f = v128.load(scratch, 112);
  let g = v128.load(scratch, 128);
  let h = v128.load(scratch, 144);
  let i = v128.load(scratch, 160);
  let j = v128.load(scratch, 176);
  while (iterations > 0) {
    a = f32x4.add(a, f32x4.mul(factor, b));
    b = f32x4.add(b, f32x4.mul(factor, c));
    c = f32x4.add(c, f32x4.mul(factor, d));
    d = f32x4.add(d, f32x4.mul(factor, e));
    e = f32x4.add(e, f32x4.mul(factor, f));
    f = f32x4.add(f, f32x4.mul(factor, g));
    g = f32x4.add(g, f32x4.mul(factor, h));
    h = f32x4.add(h, f32x4.mul(factor, i));
    i = f32x4.add(i, f32x4.mul(factor, j));
    j = f32x4.add(j, f32x4.mul(factor, other));
    a = f32x4.add(a, f32x4.mul(factor, b));
    b = f32x4.add(b, f32x4.mul(factor, c));
    c = f32x4.add(c, f32x4.mul(factor, d));
    d = f32x4.add(d, f32x4.mul(factor, e));
    e = f32x4.add(e, f32x4.mul(factor, f));
    f = f32x4.add(f, f32x4.mul(factor, g));
    g = f32x4.add(g, f32x4.mul(factor, h));
    h = f32x4.add(h, f32x4.mul(factor, i));
    i = f32x4.add(i, f32x4.mul(factor, j));
    j = f32x4.add(j, f32x4.mul(factor, other));
    iterations--;
  }
  v128.store(scratch, a, 32);
  v128.store(scratch, b, 48);
  v128.store(scratch, c, 64);
  v128.store(scratch, d, 80);
  v128.store(scratch, e, 96);
  v128.store(scratch, f, 112);
  v128.store(scratch, g, 128);
  v128.store(scratch, h, 144);
  v128.store(scratch, i, 160);
  v128.store(scratch, j, 176);
}

/** Multiplications and additions of floats in one iteration. */
export const operations: i32 = 2 * 10 * 2 * 4;
