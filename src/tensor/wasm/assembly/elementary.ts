/**
 * exp, log and tanh from + − × ÷ and integer operations, so that they have the same bits on every machine. The
 * polynomials are those of Cephes (S. L. Moshier, expf.c and tanhf.c), in vectors of four.
 */
import { multiplyAdd, splat } from "./arithmetic";

/** 1.5·2^23: a float32 of this size has no digits behind the point, and its lowest bits are those of the integer added to it. */
const TO_INTEGER: f32 = 12582912;

/**
 * e^x, for x clamped to [−87.3, 88]: x = n·ln 2 + r with |r| ≤ ln(2)/2; e^r is a polynomial, times 2^n made from its
 * exponent's bits, which is exact. ln 2 is taken off in two parts, the first exact in 9 bits, so that n times it is exact.
 *
 * pmin, pmax and the sum that rounds are one instruction each, where min, max, nearest and trunc_sat are up to eight.
 * pmax(x, bound) is x where x is NaN.
 */
@inline
export function exp(x: v128): v128 {
  x = f32x4.pmin(f32x4.pmax(x, splat(-87.3)), splat(88.0));
  const sum = f32x4.add(f32x4.mul(x, splat(1.44269504)), splat(TO_INTEGER));
  const n = f32x4.sub(sum, splat(TO_INTEGER));
  let r = f32x4.sub(x, f32x4.mul(n, splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, splat(-2.12194440e-4)));
  let p = splat(1.9875691500e-4);
  p = multiplyAdd(p, r, splat(1.3981999507e-3));
  p = multiplyAdd(p, r, splat(8.3334519073e-3));
  p = multiplyAdd(p, r, splat(4.1665795894e-2));
  p = multiplyAdd(p, r, splat(1.6666665459e-1));
  p = multiplyAdd(p, r, splat(5.0000001201e-1));
  p = f32x4.add(multiplyAdd(p, f32x4.mul(r, r), r), splat(1));
  return f32x4.mul(p, i32x4.shl(i32x4.add(sum, i32x4.splat(127)), 23));
}

/** 1 / (1 + e^−x). */
@inline
export function sigmoid(x: v128): v128 {
  return f32x4.div(splat(1), f32x4.add(splat(1), exp(f32x4.sub(splat(-0.0), x))));
}

/** tanh x: a polynomial in x² below 0.625, where 1 − 2/(e^2x + 1) would lose digits. */
@inline
export function tanh(x: v128): v128 {
  const size = f32x4.abs(x);
  const squared = f32x4.mul(x, x);
  let p = splat(-5.70498872745e-3);
  p = multiplyAdd(p, squared, splat(2.06390887954e-2));
  p = multiplyAdd(p, squared, splat(-5.37397155531e-2));
  p = multiplyAdd(p, squared, splat(1.33314422036e-1));
  p = multiplyAdd(p, squared, splat(-3.33332819422e-1));
  const small = multiplyAdd(f32x4.mul(p, squared), x, x);
  const e = exp(f32x4.add(size, size));
  const large = f32x4.sub(splat(1), f32x4.div(splat(2), f32x4.add(e, splat(1))));
  const sign = v128.and(x, i32x4.splat(0x80000000));
  return v128.bitselect(small, v128.or(large, sign), f32x4.lt(size, splat(0.625)));
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
  for (let denominator: f64 = 19; denominator >= 1; denominator -= 2) series = series * z + 1 / denominator;
  return <f64>k * 0.6931471805599453 + 2 * s * series;
}
