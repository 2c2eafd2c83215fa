import { expect } from "chai";
import { check, mean, standardDeviation } from "../../../src/index.js";

type Solution = Parameters<typeof check.companyNoise>[0];

const variance = (values: number[]) => mean(values.map((value) => (value - mean(values)) ** 2));
const normalized = (value: number, batch: number[], eps: number) =>
  (value - mean(batch)) / Math.sqrt(variance(batch) + eps);

describe("check.companyNoise", () => {
  const taken: Record<string, Solution> = {
    "normlab's statistics": (value, companies, eps) =>
      standardDeviation(companies.map((company) => normalized(value, [value, ...company], eps))),
    loops: (value, companies, eps) => {
      const results: number[] = [];
      for (const company of companies) {
        let sum = value;
        let squares = value * value;
        for (const other of company) {
          sum += other;
          squares += other * other;
        }
        const m = company.length + 1;
        const center = sum / m;
        results.push((value - center) / Math.sqrt(squares / m - center * center + eps));
      }
      let total = 0;
      for (const result of results) total += result;
      let scatter = 0;
      for (const result of results) scatter += (result - total / results.length) ** 2;
      return Math.sqrt(scatter / (results.length - 1));
    },
  };
  for (const [name, solution] of Object.entries(taken))
    it(`takes ${name}`, () => {
      expect(check.companyNoise(solution).record).to.include({ status: "solved", hint: "" });
    });

  const refused: Record<string, { solution: Solution; says: RegExp }> = {
    "the value left out of its batch": {
      solution: (value, companies, eps) =>
        standardDeviation(companies.map((company) => normalized(value, company, eps))),
      says: /part of its batch/,
    },
    "the variance": {
      solution: (value, companies, eps) =>
        standardDeviation(companies.map((company) => normalized(value, [value, ...company], eps))) ** 2,
      says: /its root/,
    },
    "n in place of n − 1": {
      solution: (value, companies, eps) =>
        Math.sqrt(variance(companies.map((company) => normalized(value, [value, ...company], eps)))),
      says: /divide by n − 1/,
    },
    "the mean": {
      solution: (value, companies, eps) =>
        mean(companies.map((company) => normalized(value, [value, ...company], eps))),
      says: /how far do they scatter/,
    },
    "the scatter of the batch means": {
      solution: (value, companies) =>
        standardDeviation(companies.map((company) => mean([value, ...company]))),
      says: /Normalize the value in each batch first/,
    },
    "a list": {
      solution: ((value: number, companies: number[][], eps: number) =>
        companies.map((company) => normalized(value, [value, ...company], eps))) as unknown as Solution,
      says: /the result should be .*it is/,
    },
  };
  for (const [name, { solution, says }] of Object.entries(refused))
    it(`refuses ${name} with a useful word`, () => {
      const { status, message, hint } = check.companyNoise(solution).record;
      expect(status).to.equal("not right yet");
      expect(`${message} ${hint}`).to.match(says);
    });
});
