/**
 * exp, expm1, log, pow and tanh in float64 with the same bits on every machine and in every version of Node:
 * only + - * / and bit operations, which IEEE 754 fixes to the last bit. V8's own functions differ between versions
 * (`Math.pow` between Node 20 and 24), and ECMAScript leaves their precision open.
 *
 * Each reduces its argument to a small interval (Muller, Elementary Functions, on range reduction) and
 * sums a Taylor series there; the errors stay below 2 units in the last place.
 */

/** ln 2 in two parts: the first has 33 significant bits, so that k * LN2_HIGH is exact for every exponent k. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/** exp(x) is Infinity above and 0 below these. */
const EXP_OVERFLOW = 709.782712893384;
const EXP_UNDERFLOW = -745.1332191019412;

const SMALLEST_EXPONENT = -1074;
const LARGEST_EXPONENT = 1023;

/** POWERS_OF_TWO[k - SMALLEST_EXPONENT] = 2^k, subnormal numbers included. */
const POWERS_OF_TWO = powersOfTwo();

function powersOfTwo(): Float64Array {
  const table = new Float64Array(LARGEST_EXPONENT - SMALLEST_EXPONENT + 1);
  table[0] = Number.MIN_VALUE;
  for (let i = 1; i < table.length; i++) table[i] = 2 * table[i - 1];
  return table;
}

function powerOfTwo(k: number): number {
  return POWERS_OF_TWO[k - SMALLEST_EXPONENT];
}

/** exp(r + tail) - 1 for |r| <= ln(2)/2: r + r²/2! + … + r¹⁴/14!, and the tail's first-order term. */
function expm1Reduced(r: number, tail: number): number {
  const r2 = r * r;
  const high =
    1 / 5040 +
    r *
      (1 / 40320 +
        r *
          (1 / 362880 +
            r *
              (1 / 3628800 +
                r * (1 / 39916800 + r * (1 / 479001600 + r * (1 / 6227020800 + r * (1 / 87178291200)))))));
  const low = 1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720 + r * high)));
  return r + (r2 * (0.5 + r * low) + tail * (1 + r));
}

/** exp(high + low), where low is at most a rounding error of high. */
function expOfSum(high: number, low: number): number {
  if (Number.isNaN(high)) return Number.NaN;
  if (high > EXP_OVERFLOW) return Number.POSITIVE_INFINITY;
  if (high < EXP_UNDERFLOW) return 0;
  const k = Math.round(high * Math.LOG2E);
  const upper = high - k * LN2_HIGH;
  const r = upper - k * LN2_LOW;
  const tail = upper - r - k * LN2_LOW + low;
  const value = 1 + expm1Reduced(r, tail);
  // 2^1024 is no number, though value * 2^1024 may be; below 2^-1022 one multiplication rounds once.
  if (k > LARGEST_EXPONENT) return value * 2 * powerOfTwo(k - 1);
  if (k < SMALLEST_EXPONENT) return value * 0.5 * powerOfTwo(k + 1);
  return value * powerOfTwo(k);
}

/** e^x, as `Math.exp` (within 2 units in the last place). */
export function exp(x: number): number {
  return expOfSum(x, 0);
}

/** e^x - 1, accurate near 0 too, as `Math.expm1`. */
export function expm1(x: number): number {
  if (x > -0.34 && x < 0.34) return x === 0 ? x : expm1Reduced(x, 0);
  return exp(x) - 1;
}

const doubleView = new Float64Array(1);
const wordView = new Uint32Array(doubleView.buffer);
/** Which of the two words holds sign and exponent depends on the machine's byte order. */
const HIGH_WORD = findHighWord();

function findHighWord(): 0 | 1 {
  doubleView[0] = 1;
  return wordView[1] === 0x3ff00000 ? 1 : 0;
}

/** For a positive finite x: x = mantissa * 2^exponent with the mantissa in [√½, √2). */
function mantissaOf(x: number, exponent: number): number {
  return exponent < -1022 ? x * powerOfTwo(54) * powerOfTwo(-exponent - 54) : x * powerOfTwo(-exponent);
}

function exponentOf(x: number): number {
  const scaled = x < 2.2250738585072014e-308 ? x * powerOfTwo(54) : x;
  doubleView[0] = scaled;
  const exponent = ((wordView[HIGH_WORD] >>> 20) & 0x7ff) - 1023 - (scaled === x ? 0 : 54);
  return mantissaOf(x, exponent) >= Math.SQRT2 ? exponent + 1 : exponent;
}

/** 2 (s³/3 + s⁵/5 + … + s²³/23) / s: what log((1+s)/(1-s)) has beyond its first term 2s, divided by s. */
function atanhTail(s: number): number {
  const z = s * s;
  return (
    z *
    (2 / 3 +
      z *
        (2 / 5 +
          z *
            (2 / 7 +
              z *
                (2 / 9 +
                  z *
                    (2 / 11 +
                      z *
                        (2 / 13 +
                          z * (2 / 15 + z * (2 / 17 + z * (2 / 19 + z * (2 / 21 + z * (2 / 23)))))))))))
  );
}

/** The natural logarithm, as `Math.log` (within 2 units in the last place). */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  const exponent = exponentOf(x);
  // log(1 + f) = log((1 + s)/(1 - s)) with s = f/(2 + f); 2s = f - s f keeps f's exact bits.
  const f = mantissaOf(x, exponent) - 1;
  const s = f / (2 + f);
  return exponent * LN2_HIGH + (f - (s * (f - atanhTail(s)) - exponent * LN2_LOW));
}

/** The rounding error of the product a * b = p (Dekker 1971: split each factor into halves of 26 bits). */
function productError(a: number, b: number, p: number): number {
  const SPLIT = 134217729;
  const aScaled = SPLIT * a;
  const aHigh = aScaled - (aScaled - a);
  const aLow = a - aHigh;
  const bScaled = SPLIT * b;
  const bHigh = bScaled - (bScaled - b);
  const bLow = b - bHigh;
  return aLow * bLow - (p - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

/**
 * x^y, as `Math.pow` and `x ** y`. log x is kept in two numbers, so that a large y does not enlarge its rounding error:
 * the result stays within 4 units in the last place.
 */
export function pow(x: number, y: number): number {
  if (y === 0) return 1;
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  if (y === 1) return x;
  const magnitude = Math.abs(x);
  if (Math.abs(y) === Number.POSITIVE_INFINITY) {
    if (magnitude === 1) return Number.NaN;
    return magnitude > 1 === y > 0 ? Number.POSITIVE_INFINITY : 0;
  }
  const yIsInteger = Math.floor(y) === y;
  const yIsOdd = yIsInteger && Math.abs(y % 2) === 1;
  const negative = (x < 0 || Object.is(x, -0)) && yIsOdd;
  if (x < 0 && x !== Number.NEGATIVE_INFINITY && !yIsInteger) return Number.NaN;
  const power = positivePower(magnitude, y);
  return negative ? -power : power;
}

function positivePower(x: number, y: number): number {
  if (x === 0) return y > 0 ? 0 : Number.POSITIVE_INFINITY;
  if (x === Number.POSITIVE_INFINITY) return y > 0 ? x : 0;
  if (x === 1) return 1;
  const exponent = exponentOf(x);
  const f = mantissaOf(x, exponent) - 1;
  // s = f/(2 + f) and what its roundings lost.
  const denominator = 2 + f;
  const denominatorLow = f - (denominator - 2);
  const s = f / denominator;
  const quotient = s * denominator;
  const sLow = (f - quotient - productError(s, denominator, quotient) - s * denominatorLow) / denominator;
  // log x = high + low: the exact exponent * LN2_HIGH first, then 2s, then what is small.
  const a = exponent * LN2_HIGH;
  const b = 2 * s;
  const high = a + b;
  const bRounded = high - a;
  const highError = a - (high - bRounded) + (b - bRounded);
  const low = highError + (exponent * LN2_LOW + (2 * sLow + s * atanhTail(s)));
  const product = y * high;
  if (!(Math.abs(product) < 1000)) return product > 0 ? Number.POSITIVE_INFINITY : 0;
  const rest = productError(y, high, product) + y * low;
  const exponentOfE = product + rest;
  return expOfSum(exponentOfE, rest - (exponentOfE - product));
}

/** The hyperbolic tangent, as `Math.tanh`: (e^2x - 1)/(e^2x + 1). */
export function tanh(x: number): number {
  if (x > 22) return 1;
  if (x < -22) return -1;
  if (x === 0) return x;
  const e = expm1(2 * Math.abs(x));
  const value = e / (e + 2);
  return x < 0 ? -value : value;
}
