/**
 * Student's t distribution on normlab's own log and exp: the libraries at hand have no t quantile on Math's functions
 * that would give the same bits on every version of Node.
 */
import { exp, log } from "../base/math/index.js";

/** Lanczos's approximation of log Γ(x), x > 0 (g = 7, n = 9; Godfrey's coefficients), to 1e-14. */
const LANCZOS = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406,
  12.507343278686905, -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];
const LOG_ROOT_TWO_PI = 0.9189385332046728;

function logGamma(x: number): number {
  let series = LANCZOS[0];
  for (let k = 1; k < LANCZOS.length; k++) series += LANCZOS[k] / (x - 1 + k);
  const t = x + 6.5;
  return LOG_ROOT_TWO_PI + (x - 0.5) * log(t) - t + log(series);
}

/** The regularized incomplete beta function I_x(a, b), by its continued fraction (Lentz; DLMF 8.17.22). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges quickly only on this side; the other follows by symmetry.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log(1 - x)) / a;
  const TINY = 1e-300;
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1), TINY);
  let fraction = d;
  for (let m = 1; m < 1000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d, TINY);
    c = nonZero(1 + even / c, TINY);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d, TINY);
    c = nonZero(1 + odd / c, TINY);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return front * fraction;
}

const nonZero = (value: number, tiny: number): number => (Math.abs(value) < tiny ? tiny : value);

/** P(|T| > t) for Student's t with the given degrees of freedom. */
export function twoSidedProbability(t: number, degreesOfFreedom: number): number {
  const square = t * t;
  return incompleteBeta(degreesOfFreedom / (degreesOfFreedom + square), degreesOfFreedom / 2, 0.5);
}

/** The t with P(|T| ≤ t) = level: 2.093 for level 0.95 and 19 degrees of freedom. */
export function criticalT(level: number, degreesOfFreedom: number): number {
  const outside = 1 - level;
  let low = 0;
  let high = 1;
  while (twoSidedProbability(high, degreesOfFreedom) > outside) high *= 2;
  // 100 halvings leave no double between the two.
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (twoSidedProbability(middle, degreesOfFreedom) > outside) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
