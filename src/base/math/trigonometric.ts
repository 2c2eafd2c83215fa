/**
 * sin and cos in float64 with the same bits everywhere (see exponential.ts for why), within 2 units in the last place.
 *
 * x = k π/2 + r with |r| ≤ π/4: π/2 is subtracted in three parts of 33 bits (Cody and Waite, Software Manual for
 * the Elementary Functions, chapter 8), then a Taylor series gives sin r or cos r.
 */

const TWO_OVER_PI = 0.6366197723675814;
const HALF_PI_HIGH = 1.5707963267341256;
const HALF_PI_MIDDLE = 6.077100506303966e-11;
const HALF_PI_LOW = 2.0222662487959506e-21;

/** Up to here k * HALF_PI_HIGH and k * HALF_PI_MIDDLE are exact (k has at most 20 bits). */
const LARGEST_ANGLE = 1e6;

const sinTail = (z: number): number =>
  -1 / 6 +
  z *
    (1 / 120 +
      z *
        (-1 / 5040 +
          z *
            (1 / 362880 +
              z *
                (-1 / 39916800 +
                  z * (1 / 6227020800 + z * (-1 / 1307674368000 + z * (1 / 355687428096000)))))));

const cosTail = (z: number): number =>
  1 / 24 +
  z *
    (-1 / 720 +
      z *
        (1 / 40320 +
          z *
            (-1 / 3628800 +
              z *
                (1 / 479001600 +
                  z * (-1 / 87178291200 + z * (1 / 20922789888000 + z * (-1 / 6402373705728000)))))));

/** sin(r + tail) for |r| ≤ π/4: r - r³/3! + r⁵/5! - …, and the tail's first-order term. */
function sinReduced(r: number, tail: number): number {
  const z = r * r;
  return r + (r * z * sinTail(z) + tail * (1 - 0.5 * z));
}

/** cos(r + tail) for |r| ≤ π/4: 1 - r²/2! + r⁴/4! - …; what rounding 1 - r²/2 loses is added again. */
function cosReduced(r: number, tail: number): number {
  const z = r * r;
  const half = 0.5 * z;
  const first = 1 - half;
  return first + (1 - first - half + (z * z * cosTail(z) - r * tail));
}

/** sin(x + quarters π/2). */
function sinShifted(x: number, quarters: number): number {
  if (Number.isNaN(x) || Math.abs(x) === Number.POSITIVE_INFINITY) return Number.NaN;
  if (Math.abs(x) > LARGEST_ANGLE)
    throw new RangeError(
      `sin and cos take angles up to ±1e6; got ${x}. Reduce the angle by its multiples of 2π first, where you know it more exactly.`,
    );
  const k = Math.round(x * TWO_OVER_PI);
  const upper = x - k * HALF_PI_HIGH;
  const middle = k * HALF_PI_MIDDLE;
  const partial = upper - middle;
  const partialError = upper - partial - middle;
  const low = k * HALF_PI_LOW - partialError;
  const r = partial - low;
  const tail = partial - r - low;
  const quadrant = (k + quarters) & 3;
  const value = quadrant % 2 === 0 ? sinReduced(r, tail) : cosReduced(r, tail);
  return quadrant < 2 ? value : -value;
}

/** sin x for x in radians, |x| ≤ 1e6; a RangeError beyond. */
export function sin(x: number): number {
  return x === 0 ? x : sinShifted(x, 0);
}

/** cos x for x in radians, |x| ≤ 1e6; a RangeError beyond. */
export function cos(x: number): number {
  return sinShifted(x, 1);
}
