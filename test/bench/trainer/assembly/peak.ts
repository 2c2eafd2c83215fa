/**
 * The peak of vector arithmetic in WebAssembly: multiplications whose results are added, as in a product, without its loads.
 * In a turn of the loop there are eight of each. The eight sums and the four factors wait for themselves once a turn of four
 * cycles, where an operation takes three; all fit into 16 registers. Each factor changes in each turn (it is multiplied by 1), or
 * the compiler would multiply once and for all.
 */
export function peak(iterations: i32, scratch: usize): void {
  const one = v128.load(scratch);
  const zero = v128.load(scratch, 16);
  let f0 = v128.load(scratch, 32);
  let f1 = v128.load(scratch, 48);
  let f2 = v128.load(scratch, 64);
  let f3 = v128.load(scratch, 80);
  let s0 = v128.load(scratch, 96);
  let s1 = v128.load(scratch, 112);
  let s2 = v128.load(scratch, 128);
  let s3 = v128.load(scratch, 144);
  let s4 = v128.load(scratch, 160);
  let s5 = v128.load(scratch, 176);
  let s6 = v128.load(scratch, 192);
  let s7 = v128.load(scratch, 208);
  for (; iterations > 0; iterations--) {
    f0 = f32x4.mul(f0, one);
    s0 = f32x4.add(s0, f0);
    f1 = f32x4.mul(f1, one);
    s1 = f32x4.add(s1, f1);
    f2 = f32x4.mul(f2, one);
    s2 = f32x4.add(s2, f2);
    f3 = f32x4.mul(f3, one);
    s3 = f32x4.add(s3, f3);
    s4 = f32x4.add(s4, f32x4.mul(f0, zero));
    s5 = f32x4.add(s5, f32x4.mul(f1, zero));
    s6 = f32x4.add(s6, f32x4.mul(f2, zero));
    s7 = f32x4.add(s7, f32x4.mul(f3, zero));
  }
  v128.store(scratch, f0, 32);
  v128.store(scratch, f1, 48);
  v128.store(scratch, f2, 64);
  v128.store(scratch, f3, 80);
  v128.store(scratch, s0, 96);
  v128.store(scratch, s1, 112);
  v128.store(scratch, s2, 128);
  v128.store(scratch, s3, 144);
  v128.store(scratch, s4, 160);
  v128.store(scratch, s5, 176);
  v128.store(scratch, s6, 192);
  v128.store(scratch, s7, 208);
}

/** The same in pairs of vectors, for a compiler that joins them. */
export function widePeak(iterations: i32, scratch: usize): void {
  const oneLow = v128.load(scratch);
  const oneHigh = v128.load(scratch, 16);
  const zeroLow = v128.load(scratch, 32);
  const zeroHigh = v128.load(scratch, 48);
  let f0Low = v128.load(scratch, 64);
  let f0High = v128.load(scratch, 80);
  let f1Low = v128.load(scratch, 96);
  let f1High = v128.load(scratch, 112);
  let f2Low = v128.load(scratch, 128);
  let f2High = v128.load(scratch, 144);
  let f3Low = v128.load(scratch, 160);
  let f3High = v128.load(scratch, 176);
  let s0Low = v128.load(scratch, 192);
  let s0High = v128.load(scratch, 208);
  let s1Low = v128.load(scratch, 224);
  let s1High = v128.load(scratch, 240);
  let s2Low = v128.load(scratch, 256);
  let s2High = v128.load(scratch, 272);
  let s3Low = v128.load(scratch, 288);
  let s3High = v128.load(scratch, 304);
  let s4Low = v128.load(scratch, 320);
  let s4High = v128.load(scratch, 336);
  let s5Low = v128.load(scratch, 352);
  let s5High = v128.load(scratch, 368);
  let s6Low = v128.load(scratch, 384);
  let s6High = v128.load(scratch, 400);
  let s7Low = v128.load(scratch, 416);
  let s7High = v128.load(scratch, 432);
  for (; iterations > 0; iterations--) {
    f0Low = f32x4.mul(f0Low, oneLow);
    f0High = f32x4.mul(f0High, oneHigh);
    s0Low = f32x4.add(s0Low, f0Low);
    s0High = f32x4.add(s0High, f0High);
    f1Low = f32x4.mul(f1Low, oneLow);
    f1High = f32x4.mul(f1High, oneHigh);
    s1Low = f32x4.add(s1Low, f1Low);
    s1High = f32x4.add(s1High, f1High);
    f2Low = f32x4.mul(f2Low, oneLow);
    f2High = f32x4.mul(f2High, oneHigh);
    s2Low = f32x4.add(s2Low, f2Low);
    s2High = f32x4.add(s2High, f2High);
    f3Low = f32x4.mul(f3Low, oneLow);
    f3High = f32x4.mul(f3High, oneHigh);
    s3Low = f32x4.add(s3Low, f3Low);
    s3High = f32x4.add(s3High, f3High);
    s4Low = f32x4.add(s4Low, f32x4.mul(f0Low, zeroLow));
    s4High = f32x4.add(s4High, f32x4.mul(f0High, zeroHigh));
    s5Low = f32x4.add(s5Low, f32x4.mul(f1Low, zeroLow));
    s5High = f32x4.add(s5High, f32x4.mul(f1High, zeroHigh));
    s6Low = f32x4.add(s6Low, f32x4.mul(f2Low, zeroLow));
    s6High = f32x4.add(s6High, f32x4.mul(f2High, zeroHigh));
    s7Low = f32x4.add(s7Low, f32x4.mul(f3Low, zeroLow));
    s7High = f32x4.add(s7High, f32x4.mul(f3High, zeroHigh));
  }
  v128.store(scratch, f0Low, 64);
  v128.store(scratch, f0High, 80);
  v128.store(scratch, f1Low, 96);
  v128.store(scratch, f1High, 112);
  v128.store(scratch, f2Low, 128);
  v128.store(scratch, f2High, 144);
  v128.store(scratch, f3Low, 160);
  v128.store(scratch, f3High, 176);
  v128.store(scratch, s0Low, 192);
  v128.store(scratch, s0High, 208);
  v128.store(scratch, s1Low, 224);
  v128.store(scratch, s1High, 240);
  v128.store(scratch, s2Low, 256);
  v128.store(scratch, s2High, 272);
  v128.store(scratch, s3Low, 288);
  v128.store(scratch, s3High, 304);
  v128.store(scratch, s4Low, 320);
  v128.store(scratch, s4High, 336);
  v128.store(scratch, s5Low, 352);
  v128.store(scratch, s5High, 368);
  v128.store(scratch, s6Low, 384);
  v128.store(scratch, s6High, 400);
  v128.store(scratch, s7Low, 416);
  v128.store(scratch, s7High, 432);
}

/** Multiplications and additions of floats in one iteration; twice as many in pairs. */
export const operations: i32 = 16 * 4;
