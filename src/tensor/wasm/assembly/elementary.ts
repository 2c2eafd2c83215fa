/**
 * exp, log and tanh from + − × ÷ and integer operations, so that they have the same bits on every machine. The
 * polynomials are those of Cephes (S. L. Moshier, expf.c and tanhf.c), in vectors of four.
 *
 * The constants lie in memory: a broadcast from there is one instruction, where V8 makes three of a constant in the code and
 * makes them again at each use. With them in the code, exp spends most of its time on its constants.
 */
import { multiplyAdd } from "./arithmetic";

const NUMBERS: usize = memory.data<f32>([
  1,
  2,
  -0.0,
  0.625,
  -87.3,
  88.0,
  1.44269504,
  // 1.5·2^23: a float32 of this size has no digits behind the point, and its lowest bits are those of the integer added to it.
  12582912,
  // ln 2 in two parts.
  0.693359375,
  -2.1219444e-4,
  // e^r
  1.98756915e-4,
  1.3981999507e-3,
  8.3334519073e-3,
  4.1665795894e-2,
  1.6666665459e-1,
  5.0000001201e-1,
  // tanh
  -5.70498872745e-3,
  2.06390887954e-2,
  -5.37397155531e-2,
  1.33314422036e-1,
  -3.33332819422e-1,
]);
const INTEGERS: usize = memory.data<i32>([127, 0x80000000]);

const ONE: usize = NUMBERS;
const TWO: usize = NUMBERS + 4;
const MINUS_ZERO: usize = NUMBERS + 8;
const SMALL: usize = NUMBERS + 12;
const LEAST: usize = NUMBERS + 16;
const MOST: usize = NUMBERS + 20;
const LOG2_E: usize = NUMBERS + 24;
const TO_INTEGER: usize = NUMBERS + 28;
const LN2: usize = NUMBERS + 32;
const EXP: usize = NUMBERS + 40;
const TANH: usize = NUMBERS + 64;
const EXPONENT_BIAS: usize = INTEGERS;
const SIGN: usize = INTEGERS + 4;

/** The number at a place, in all lanes. */
@inline
function all(place: usize): v128 {
  return v128.load32_splat(place);
}

/**
 * e^x, for x clamped to [−87.3, 88]: x = n·ln 2 + r with |r| ≤ ln(2)/2; e^r is a polynomial, times 2^n made from its
 * exponent's bits, which is exact. ln 2 is taken off in two parts, the first exact in 9 bits, so that n times it is exact.
 *
 * pmin, pmax and the sum that rounds are one instruction each, where min, max, nearest and trunc_sat are up to eight.
 * pmax(x, bound) is x where x is NaN.
 */
@inline
export function exp(x: v128): v128 {
  x = f32x4.pmin(f32x4.pmax(x, all(LEAST)), all(MOST));
  const sum = f32x4.add(f32x4.mul(x, all(LOG2_E)), all(TO_INTEGER));
  const n = f32x4.sub(sum, all(TO_INTEGER));
  let r = f32x4.sub(x, f32x4.mul(n, all(LN2)));
  r = f32x4.sub(r, f32x4.mul(n, all(LN2 + 4)));
  let p = all(EXP);
  p = multiplyAdd(p, r, all(EXP + 4));
  p = multiplyAdd(p, r, all(EXP + 8));
  p = multiplyAdd(p, r, all(EXP + 12));
  p = multiplyAdd(p, r, all(EXP + 16));
  p = multiplyAdd(p, r, all(EXP + 20));
  p = f32x4.add(multiplyAdd(p, f32x4.mul(r, r), r), all(ONE));
  return f32x4.mul(p, i32x4.shl(i32x4.add(sum, all(EXPONENT_BIAS)), 23));
}

/** 1 / (1 + e^−x). */
@inline
export function sigmoid(x: v128): v128 {
  return f32x4.div(all(ONE), f32x4.add(all(ONE), exp(f32x4.sub(all(MINUS_ZERO), x))));
}

/** tanh x: a polynomial in x² below 0.625, where 1 − 2/(e^2x + 1) would lose digits. */
@inline
export function tanh(x: v128): v128 {
  const size = f32x4.abs(x);
  const squared = f32x4.mul(x, x);
  let p = all(TANH);
  p = multiplyAdd(p, squared, all(TANH + 4));
  p = multiplyAdd(p, squared, all(TANH + 8));
  p = multiplyAdd(p, squared, all(TANH + 12));
  p = multiplyAdd(p, squared, all(TANH + 16));
  const small = multiplyAdd(f32x4.mul(p, squared), x, x);
  const e = exp(f32x4.add(size, size));
  const large = f32x4.sub(all(ONE), f32x4.div(all(TWO), f32x4.add(e, all(ONE))));
  const sign = v128.and(x, all(SIGN));
  return v128.bitselect(small, v128.or(large, sign), f32x4.lt(size, all(SMALL)));
}

/**
 * The natural logarithm of a positive, normal x in float64: x = 2^k·m with m in [√½, √2), and log m = 2·atanh(s) with
 * s = (m − 1)/(m + 1), a series in s² whose terms beyond s^21 are below 1e-17. NaN stays NaN.
 */
export function log(x: f64): f64 {
  if (x != x) return x;
  let bits = reinterpret<u64>(x);
  let k = <i32>(bits >> 52) - 1023;
  let m = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    k++;
  }
  const s = (m - 1) / (m + 1);
  const z = s * s;
  let series: f64 = 1.0 / 21.0;
  // In a loop each step would divide again.
  series = series * z + 1.0 / 19.0;
  series = series * z + 1.0 / 17.0;
  series = series * z + 1.0 / 15.0;
  series = series * z + 1.0 / 13.0;
  series = series * z + 1.0 / 11.0;
  series = series * z + 1.0 / 9.0;
  series = series * z + 1.0 / 7.0;
  series = series * z + 1.0 / 5.0;
  series = series * z + 1.0 / 3.0;
  series = series * z + 1.0;
  return <f64>k * 0.6931471805599453 + 2 * s * series;
}
