import { copyRows } from "./batches.js";
import { type ExerciseCase, exercise, type Mistake } from "./exercise.js";

type Input = [value: number, companies: number[][], eps: number];

const eps = 1e-3;

const tried: readonly { name: string; value: number; companies: number[][] }[] = [
  {
    name: "three companies of three",
    value: 4,
    companies: [
      [1, 2, 6],
      [5, 9, 3],
      [4, 4, 8],
    ],
  },
  { name: "companies of one", value: 1, companies: [[2], [0], [5], [1.5]] },
  {
    name: "the same company twice: no noise",
    value: 3,
    companies: [
      [1, 8],
      [1, 8],
    ],
  },
  {
    name: "values far from zero",
    value: 10_002,
    companies: [
      [10_001, 10_006],
      [10_004, 10_009],
      [9998, 10_000],
    ],
  },
];

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const squares = (values: readonly number[], center: number) =>
  values.reduce((sum, value) => sum + (value - center) * (value - center), 0);
const variance = (values: readonly number[]) => squares(values, meanOf(values)) / values.length;
const deviation = (values: readonly number[]) =>
  Math.sqrt(squares(values, meanOf(values)) / (values.length - 1));

const normalized = (value: number, batch: readonly number[], epsilon: number) =>
  (value - meanOf(batch)) / Math.sqrt(variance(batch) + epsilon);

const inEach = (value: number, companies: readonly number[][], epsilon: number) =>
  companies.map((company) => normalized(value, [value, ...company], epsilon));

const right = (value: number, companies: readonly number[][], epsilon: number) =>
  deviation(inEach(value, companies, epsilon));

const mistakes: Mistake<Input>[] = [
  {
    hint: "The value is part of its batch: take mean and variance over [value, ...company].",
    solve: (value, companies, epsilon) =>
      deviation(companies.map((company) => normalized(value, company, epsilon))),
  },
  {
    hint: "That is the variance of the normalized values; the scatter asked for is its root.",
    solve: (value, companies, epsilon) => right(value, companies, epsilon) ** 2,
  },
  {
    hint: "Over the companies divide by n − 1: they are a sample. (Inside a batch, by m: there the batch is all there is.)",
    solve: (value, companies, epsilon) => Math.sqrt(variance(inEach(value, companies, epsilon))),
  },
  {
    hint: "That is the mean of the normalized values; how far do they scatter?",
    solve: (value, companies, epsilon) => meanOf(inEach(value, companies, epsilon)),
  },
  {
    hint: "That is how far the batch means scatter. Normalize the value in each batch first.",
    solve: (value, companies) => deviation(companies.map((company) => meanOf([value, ...company]))),
  },
  {
    hint: "Inside a batch the biased variance normalizes: divide by m, not by m − 1.",
    solve: (value, companies, epsilon) =>
      deviation(
        companies.map((company) => {
          const batch = [value, ...company];
          return (value - meanOf(batch)) / Math.sqrt(deviation(batch) ** 2 + epsilon);
        }),
      ),
  },
  {
    hint: "Divide by the deviation of the batch too: normalization is more than subtracting the mean.",
    solve: (value, companies) => deviation(companies.map((company) => value - meanOf([value, ...company]))),
  },
];

/**
 * Checks the noise that company makes: `(value, companies, eps) => scatter`. The value is normalized in the batch
 * [value, ...company] for each company; the result is the standard deviation (n − 1) of these normalized values.
 */
export const companyNoise = exercise<Input>({
  name: "companyNoise",
  cases: () =>
    tried.map(({ name, value, companies }): ExerciseCase<Input> => {
      return {
        name,
        input: () => [value, copyRows(companies), eps],
        expected: right(value, companies, eps),
      };
    }),
  mistakes,
  hint: "For each company normalize the value within [value, ...company]; then the standard deviation of the results.",
});
