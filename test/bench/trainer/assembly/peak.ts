/**
 * The peak of vector arithmetic in WebAssembly: multiplications and additions that do not wait for each other and touch
 * no memory. Six sums and six products are as many as two multiplications and two additions in flight for three cycles
 * need, and fit into the 16 registers; three times in a turn of the loop, so that the loop itself costs little.
 */
export function peak(iterations: i32, scratch: usize): void {
  const factor = v128.load(scratch);
  const term = v128.load(scratch, 16);
  let s0 = v128.load(scratch, 32);
  let s1 = v128.load(scratch, 48);
  let s2 = v128.load(scratch, 64);
  let s3 = v128.load(scratch, 80);
  let s4 = v128.load(scratch, 96);
  let s5 = v128.load(scratch, 112);
  let p0 = v128.load(scratch, 128);
  let p1 = v128.load(scratch, 144);
  let p2 = v128.load(scratch, 160);
  let p3 = v128.load(scratch, 176);
  let p4 = v128.load(scratch, 192);
  let p5 = v128.load(scratch, 208);
  while (iterations > 0) {
    s0 = f32x4.add(s0, term);
    p0 = f32x4.mul(p0, factor);
    s1 = f32x4.add(s1, term);
    p1 = f32x4.mul(p1, factor);
    s2 = f32x4.add(s2, term);
    p2 = f32x4.mul(p2, factor);
    s3 = f32x4.add(s3, term);
    p3 = f32x4.mul(p3, factor);
    s4 = f32x4.add(s4, term);
    p4 = f32x4.mul(p4, factor);
    s5 = f32x4.add(s5, term);
    p5 = f32x4.mul(p5, factor);
    s0 = f32x4.add(s0, term);
    p0 = f32x4.mul(p0, factor);
    s1 = f32x4.add(s1, term);
    p1 = f32x4.mul(p1, factor);
    s2 = f32x4.add(s2, term);
    p2 = f32x4.mul(p2, factor);
    s3 = f32x4.add(s3, term);
    p3 = f32x4.mul(p3, factor);
    s4 = f32x4.add(s4, term);
    p4 = f32x4.mul(p4, factor);
    s5 = f32x4.add(s5, term);
    p5 = f32x4.mul(p5, factor);
    s0 = f32x4.add(s0, term);
    p0 = f32x4.mul(p0, factor);
    s1 = f32x4.add(s1, term);
    p1 = f32x4.mul(p1, factor);
    s2 = f32x4.add(s2, term);
    p2 = f32x4.mul(p2, factor);
    s3 = f32x4.add(s3, term);
    p3 = f32x4.mul(p3, factor);
    s4 = f32x4.add(s4, term);
    p4 = f32x4.mul(p4, factor);
    s5 = f32x4.add(s5, term);
    p5 = f32x4.mul(p5, factor);
    iterations--;
  }
  v128.store(scratch, s0, 32);
  v128.store(scratch, s1, 48);
  v128.store(scratch, s2, 64);
  v128.store(scratch, s3, 80);
  v128.store(scratch, s4, 96);
  v128.store(scratch, s5, 112);
  v128.store(scratch, p0, 128);
  v128.store(scratch, p1, 144);
  v128.store(scratch, p2, 160);
  v128.store(scratch, p3, 176);
  v128.store(scratch, p4, 192);
  v128.store(scratch, p5, 208);
}

/** Multiplications and additions of floats in one iteration. */
export const operations: i32 = 3 * 12 * 4;
