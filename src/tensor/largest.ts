/**
 * Where the largest of `count` values is that lie `stride` apart from `start` on: 0 … count − 1, the first of equal ones,
 * −1 when one of them is NaN.
 */
export function largestAt(values: ArrayLike<number>, start: number, count: number, stride = 1): number {
  let largest = 0;
  for (let index = 0; index < count; index++) {
    const value = values[start + index * stride];
    if (Number.isNaN(value)) return -1;
    if (value > values[start + largest * stride]) largest = index;
  }
  return largest;
}
