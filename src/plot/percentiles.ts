/**
 * The value below which a share of the sorted finite values lies, interpolated linearly between neighbours (the
 * method of NumPy's and R's default quantile).
 * @param sorted ascending, at least one value @param share from 0 to 1
 */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

/** The finite values, ascending. */
export function sortedFinite(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(Array.prototype.filter.call(values, Number.isFinite) as number[]).sort();
}
