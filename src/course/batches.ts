/** The batches that the exercises on batch normalization try: one of each kind that trips solutions up. */
export interface Batch {
  name: string;
  x: number[][];
}

export const batches: readonly Batch[] = [
  {
    name: "four rows of two features",
    x: [
      [1, 20],
      [3, 50],
      [4, 40],
      [0, 10],
    ],
  },
  { name: "one feature", x: [[2], [4], [9]] },
  {
    name: "a constant feature",
    x: [
      [5, 1],
      [5, 2],
      [5, 6],
    ],
  },
  {
    name: "more features than rows",
    x: [
      [1, 2, 3, 4],
      [4, 3, 2, 0],
    ],
  },
  {
    name: "values far from zero",
    x: [
      [10_001, -5000],
      [10_002, -5003],
      [10_006, -5001],
    ],
  },
];

/** A column of numbers for each feature, unlike from feature to feature. */
export function perFeature(count: number, from: number, step: number): number[] {
  return Array.from({ length: count }, (_, feature) => from + step * feature);
}

export function copyRows(rows: readonly (readonly number[])[]): number[][] {
  return rows.map((row) => [...row]);
}
