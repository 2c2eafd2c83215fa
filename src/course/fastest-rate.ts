import { mean, median } from "../statistics/intervals.js";
import { exercise } from "./exercise.js";

type Input = [rates: number[], steps: number[][]];

interface Tuning {
  name: string;
  rates: number[];
  /** For each rate the steps of every seed. */
  steps: number[][];
}

const never = Number.POSITIVE_INFINITY;

const tunings: readonly Tuning[] = [
  {
    name: "three rates",
    rates: [0.1, 1, 10],
    steps: [
      [90, 100, 110],
      [40, 50, 60],
      [70, 80, 90],
    ],
  },
  {
    name: "one seed that is slow",
    rates: [0.1, 0.3],
    steps: [
      [40, 50, 900],
      [60, 70, 80],
    ],
  },
  {
    name: "one seed that is lucky",
    rates: [0.3, 1, 3],
    steps: [
      [60, 65, 70],
      [10, 90, 95],
      [80, 85, 90],
    ],
  },
  {
    name: "seeds that never get there",
    rates: [0.1, 1],
    steps: [
      [200, 210, 220, 230, 240],
      [50, never, 60, never, never],
    ],
  },
  {
    name: "a wide and a narrow spread",
    rates: [0.1, 1],
    steps: [
      [10, 50, 100],
      [60, 65, 70],
    ],
  },
  {
    name: "rates out of order",
    rates: [3, 0.1, 1],
    steps: [
      [80, 90],
      [30, 40],
      [50, 60],
    ],
  },
];

/** The rate whose steps have the smallest statistic. */
function fastest(rates: number[], steps: number[][], statistic: (values: number[]) => number): number {
  const values = steps.map(statistic);
  return rates[values.indexOf(Math.min(...values))];
}

/**
 * Checks the choice of a learning rate: `(rates, steps) => rate` gives the rate with the smallest median of its seeds'
 * steps; steps has a list for each rate, with Infinity for seeds that never reached the target.
 */
export const fastestRate = exercise<Input>({
  name: "fastestRate",
  cases: () =>
    tunings.map(({ name, rates, steps }) => ({
      name,
      input: (): Input => [[...rates], steps.map((values) => [...values])],
      expected: fastest(rates, steps, median),
    })),
  mistakes: [
    {
      hint: "Take the median of each rate's seeds, not the mean: one slow seed moves it, and one that never arrives makes it Infinity.",
      solve: (rates, steps) =>
        fastest(rates, steps, (values) => (values.includes(never) ? never : mean(values))),
    },
    {
      hint: "The fastest single seed is luck: compare the medians over the seeds.",
      solve: (rates, steps) => fastest(rates, steps, (values) => Math.min(...values)),
    },
    {
      hint: "The slowest single seed is bad luck: compare the medians over the seeds.",
      solve: (rates, steps) => fastest(rates, steps, (values) => Math.max(...values)),
    },
    {
      hint: "Runs that never arrive must count: leaving them out makes a rate look good at which most runs fail.",
      solve: (rates, steps) =>
        fastest(rates, steps, (values) => median(values.filter((value) => value !== never))),
    },
    {
      hint: "Return the rate, not its place in the list.",
      solve: (rates, steps) => rates.indexOf(fastest(rates, steps, median)),
    },
    {
      hint: "Return the rate, not the steps that it takes.",
      solve: (_rates, steps) => Math.min(...steps.map((values) => median(values))),
    },
    {
      hint: "That is the slowest rate: fewer steps are better.",
      solve: (rates, steps) => fastest(rates, steps, (values) => -median(values)),
    },
  ],
  hint: "For each rate the median of its steps over the seeds; then the rate at the place of the smallest median.",
});
