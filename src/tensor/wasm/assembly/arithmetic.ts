/**
 * The vector operations that every kernel is made of. The ordinary build uses only + − × ÷ √ and integer
 * operations in a fixed order, so that results have the same bits on every machine.
 */

/** a·b + c: two roundings in the ordinary build; one (FMA) in the relaxed build, whose bits depend on the machine. */
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

@inline
export function splat(x: f32): v128 {
  return f32x4.splat(x);
}

/** The first `count` (1 to 4) values at `pointer`; the lanes behind them are 0. */
@inline
export function loadLanes(pointer: usize, count: i32): v128 {
  if (count >= 4) return v128.load(pointer);
  let lanes = v128.load32_zero(pointer);
  if (count > 1) lanes = f32x4.replace_lane(lanes, 1, load<f32>(pointer, 4));
  if (count > 2) lanes = f32x4.replace_lane(lanes, 2, load<f32>(pointer, 8));
  return lanes;
}

/** Stores the first `count` (1 to 4) lanes. */
@inline
export function storeLanes(pointer: usize, lanes: v128, count: i32): void {
  if (count >= 4) {
    v128.store(pointer, lanes);
    return;
  }
  v128.store_lane<f32>(pointer, lanes, 0);
  if (count > 1) v128.store_lane<f32>(pointer, lanes, 1, 4);
  if (count > 2) v128.store_lane<f32>(pointer, lanes, 2, 8);
}

/** All ones in the first `count` lanes, zeros behind. */
@inline
export function laneMask(count: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count));
}

/** The sum of the four lanes in float64, in one fixed order. */
@inline
export function sumLanes(lanes: v128): f64 {
  return (
    <f64>f32x4.extract_lane(lanes, 0) +
    <f64>f32x4.extract_lane(lanes, 1) +
    (<f64>f32x4.extract_lane(lanes, 2) + <f64>f32x4.extract_lane(lanes, 3))
  );
}

/** Lanes 0 and 1, or 2 and 3, as float64: sums over many values are kept this wide. */
@inline
export function widenLow(lanes: v128): v128 {
  return f64x2.promote_low_f32x4(lanes);
}

@inline
export function widenHigh(lanes: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<u64>(lanes, lanes, 1, 0));
}

/** The reverse of widenLow and widenHigh: four float32 lanes, each rounded once. */
@inline
export function narrow(low: v128, high: v128): v128 {
  return v128.shuffle<u64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

/**
 * Sums run in float32 over this many rows (or vectors) at most and are then added to a float64 sum, which costs little and
 * keeps the rounding errors of long sums out.
 */
export const SUM_BLOCK: i32 = 64;
