import { exercise, type Mistake } from "./exercise.js";

type Input = [norm: number, gradientNorm: number, learningRate: number, weightDecay: number];

const tried: readonly { name: string; input: Input }[] = [
  { name: "rate and decay", input: [10, 4, 0.5, 0.1] },
  { name: "no decay: the weights grow", input: [3, 8, 0.5, 0] },
  { name: "no gradient: the weights shrink", input: [5, 0, 0.2, 0.5] },
  { name: "short weights, a huge gradient", input: [0.01, 100, 0.1, 0.01] },
  { name: "a rate of 0", input: [2, 7, 0, 0.3] },
];

const length = (...legs: number[]) => Math.sqrt(legs.reduce((sum, leg) => sum + leg * leg, 0));

const right = (norm: number, gradient: number, rate: number, decay: number) =>
  length((1 - rate * decay) * norm, rate * gradient);

const mistakes: Mistake<Input>[] = [
  {
    hint: "The two are at a right angle: add their squares and take the root (Pythagoras), not the lengths.",
    solve: (norm, gradient, rate, decay) => (1 - rate * decay) * norm + rate * gradient,
  },
  {
    hint: "A step against the gradient does not shorten the weights when the two are at a right angle: Pythagoras.",
    solve: (norm, gradient, rate, decay) => (1 - rate * decay) * norm - rate * gradient,
  },
  {
    hint: "That is the square of the norm; take the root.",
    solve: (norm, gradient, rate, decay) => {
      const after = right(norm, gradient, rate, decay);
      return after * after;
    },
  },
  {
    hint: "The weight decay is missing: the step first shrinks the weights by 1 − rate · decay.",
    solve: (norm, gradient, rate) => right(norm, gradient, rate, 0),
  },
  {
    hint: "The decay acts through the rate, too: the factor is 1 − rate · decay, not 1 − decay.",
    solve: (norm, gradient, rate, decay) => length((1 - decay) * norm, rate * gradient),
  },
  {
    hint: "Weight decay shrinks: the factor is 1 − rate · decay, not 1 + rate · decay.",
    solve: (norm, gradient, rate, decay) => right(norm, gradient, rate, -decay),
  },
  {
    hint: "The step is rate · gradient: the gradient's norm needs the rate.",
    solve: (norm, gradient, rate, decay) => length((1 - rate * decay) * norm, gradient),
  },
  {
    hint: "Square the factors as well: ((1 − rate · decay) · norm)² + (rate · gradient)².",
    solve: (norm, gradient, rate, decay) =>
      Math.sqrt((1 - rate * decay) * norm * norm + rate * gradient * gradient),
  },
];

/**
 * Checks the norm of a layer's weights after one step of gradient descent with weight decay, its gradient being at a right
 * angle to them: `(norm, gradientNorm, learningRate, weightDecay) => √(((1 − η·λ)·norm)² + (η·gradientNorm)²)`.
 */
export const normAfterStep = exercise<Input>({
  name: "normAfterStep",
  cases: () =>
    tried.map(({ name, input }) => ({
      name,
      input: (): Input => [...input],
      expected: right(...input),
    })),
  mistakes,
  hint: "The decay leaves (1 − η·λ)·‖W‖, the step adds η·‖g‖ at a right angle to it: the root of the sum of both squares.",
});
