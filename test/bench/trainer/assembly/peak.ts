/**
 * The peak of vector arithmetic in WebAssembly: multiplications whose results are added, as in a product, without its loads.
 * In a turn of the loop there are twelve sums that do not wait for each other; each is multiplied by 1 and 0 is added. A sum waits for
 * itself for the three cycles of a multiplication and the three of an addition, in which a processor does 24 operations if it
 * does four a cycle. All fit into 15 registers.
 */
export function peak(iterations: i32, scratch: usize): void {
  const one = v128.load(scratch);
  const zero = v128.load(scratch, 16);
  let s0 = v128.load(scratch, 32);
  let s1 = v128.load(scratch, 48);
  let s2 = v128.load(scratch, 64);
  let s3 = v128.load(scratch, 80);
  let s4 = v128.load(scratch, 96);
  let s5 = v128.load(scratch, 112);
  let s6 = v128.load(scratch, 128);
  let s7 = v128.load(scratch, 144);
  let s8 = v128.load(scratch, 160);
  let s9 = v128.load(scratch, 176);
  let s10 = v128.load(scratch, 192);
  let s11 = v128.load(scratch, 208);
  for (; iterations > 0; iterations--) {
    s0 = f32x4.add(f32x4.mul(s0, one), zero);
    s1 = f32x4.add(f32x4.mul(s1, one), zero);
    s2 = f32x4.add(f32x4.mul(s2, one), zero);
    s3 = f32x4.add(f32x4.mul(s3, one), zero);
    s4 = f32x4.add(f32x4.mul(s4, one), zero);
    s5 = f32x4.add(f32x4.mul(s5, one), zero);
    s6 = f32x4.add(f32x4.mul(s6, one), zero);
    s7 = f32x4.add(f32x4.mul(s7, one), zero);
    s8 = f32x4.add(f32x4.mul(s8, one), zero);
    s9 = f32x4.add(f32x4.mul(s9, one), zero);
    s10 = f32x4.add(f32x4.mul(s10, one), zero);
    s11 = f32x4.add(f32x4.mul(s11, one), zero);
  }
  v128.store(scratch, s0, 32);
  v128.store(scratch, s1, 48);
  v128.store(scratch, s2, 64);
  v128.store(scratch, s3, 80);
  v128.store(scratch, s4, 96);
  v128.store(scratch, s5, 112);
  v128.store(scratch, s6, 128);
  v128.store(scratch, s7, 144);
  v128.store(scratch, s8, 160);
  v128.store(scratch, s9, 176);
  v128.store(scratch, s10, 192);
  v128.store(scratch, s11, 208);
}

/** The same in pairs of vectors, for a compiler that joins them. */
export function widePeak(iterations: i32, scratch: usize): void {
  const oneLow = v128.load(scratch);
  const oneHigh = v128.load(scratch, 16);
  const zeroLow = v128.load(scratch, 32);
  const zeroHigh = v128.load(scratch, 48);
  let s0Low = v128.load(scratch, 64);
  let s0High = v128.load(scratch, 80);
  let s1Low = v128.load(scratch, 96);
  let s1High = v128.load(scratch, 112);
  let s2Low = v128.load(scratch, 128);
  let s2High = v128.load(scratch, 144);
  let s3Low = v128.load(scratch, 160);
  let s3High = v128.load(scratch, 176);
  let s4Low = v128.load(scratch, 192);
  let s4High = v128.load(scratch, 208);
  let s5Low = v128.load(scratch, 224);
  let s5High = v128.load(scratch, 240);
  let s6Low = v128.load(scratch, 256);
  let s6High = v128.load(scratch, 272);
  let s7Low = v128.load(scratch, 288);
  let s7High = v128.load(scratch, 304);
  let s8Low = v128.load(scratch, 320);
  let s8High = v128.load(scratch, 336);
  let s9Low = v128.load(scratch, 352);
  let s9High = v128.load(scratch, 368);
  let s10Low = v128.load(scratch, 384);
  let s10High = v128.load(scratch, 400);
  let s11Low = v128.load(scratch, 416);
  let s11High = v128.load(scratch, 432);
  for (; iterations > 0; iterations--) {
    s0Low = f32x4.add(f32x4.mul(s0Low, oneLow), zeroLow);
    s0High = f32x4.add(f32x4.mul(s0High, oneHigh), zeroHigh);
    s1Low = f32x4.add(f32x4.mul(s1Low, oneLow), zeroLow);
    s1High = f32x4.add(f32x4.mul(s1High, oneHigh), zeroHigh);
    s2Low = f32x4.add(f32x4.mul(s2Low, oneLow), zeroLow);
    s2High = f32x4.add(f32x4.mul(s2High, oneHigh), zeroHigh);
    s3Low = f32x4.add(f32x4.mul(s3Low, oneLow), zeroLow);
    s3High = f32x4.add(f32x4.mul(s3High, oneHigh), zeroHigh);
    s4Low = f32x4.add(f32x4.mul(s4Low, oneLow), zeroLow);
    s4High = f32x4.add(f32x4.mul(s4High, oneHigh), zeroHigh);
    s5Low = f32x4.add(f32x4.mul(s5Low, oneLow), zeroLow);
    s5High = f32x4.add(f32x4.mul(s5High, oneHigh), zeroHigh);
    s6Low = f32x4.add(f32x4.mul(s6Low, oneLow), zeroLow);
    s6High = f32x4.add(f32x4.mul(s6High, oneHigh), zeroHigh);
    s7Low = f32x4.add(f32x4.mul(s7Low, oneLow), zeroLow);
    s7High = f32x4.add(f32x4.mul(s7High, oneHigh), zeroHigh);
    s8Low = f32x4.add(f32x4.mul(s8Low, oneLow), zeroLow);
    s8High = f32x4.add(f32x4.mul(s8High, oneHigh), zeroHigh);
    s9Low = f32x4.add(f32x4.mul(s9Low, oneLow), zeroLow);
    s9High = f32x4.add(f32x4.mul(s9High, oneHigh), zeroHigh);
    s10Low = f32x4.add(f32x4.mul(s10Low, oneLow), zeroLow);
    s10High = f32x4.add(f32x4.mul(s10High, oneHigh), zeroHigh);
    s11Low = f32x4.add(f32x4.mul(s11Low, oneLow), zeroLow);
    s11High = f32x4.add(f32x4.mul(s11High, oneHigh), zeroHigh);
  }
  v128.store(scratch, s0Low, 64);
  v128.store(scratch, s0High, 80);
  v128.store(scratch, s1Low, 96);
  v128.store(scratch, s1High, 112);
  v128.store(scratch, s2Low, 128);
  v128.store(scratch, s2High, 144);
  v128.store(scratch, s3Low, 160);
  v128.store(scratch, s3High, 176);
  v128.store(scratch, s4Low, 192);
  v128.store(scratch, s4High, 208);
  v128.store(scratch, s5Low, 224);
  v128.store(scratch, s5High, 240);
  v128.store(scratch, s6Low, 256);
  v128.store(scratch, s6High, 272);
  v128.store(scratch, s7Low, 288);
  v128.store(scratch, s7High, 304);
  v128.store(scratch, s8Low, 320);
  v128.store(scratch, s8High, 336);
  v128.store(scratch, s9Low, 352);
  v128.store(scratch, s9High, 368);
  v128.store(scratch, s10Low, 384);
  v128.store(scratch, s10High, 400);
  v128.store(scratch, s11Low, 416);
  v128.store(scratch, s11High, 432);
}

/** Multiplications and additions of floats in one iteration; twice as many in pairs. */
export const operations: i32 = 24 * 4;
