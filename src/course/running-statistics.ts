import { type ExerciseCase, exercise } from "./exercise.js";

type Input = [running: number[], batch: number[], momentum: number];

const tried: readonly { name: string; input: Input }[] = [
  { name: "two features, momentum 0.1", input: [[0, 10], [4, 20], 0.1] },
  { name: "momentum 1 forgets the past", input: [[3, -2, 8], [1, 5, 6], 1] },
  { name: "momentum 0 learns nothing", input: [[3, -2], [1, 5], 0] },
  { name: "the same value stays", input: [[7], [7], 0.25] },
  { name: "no feature", input: [[], [], 0.1] },
];

/** new = oldWeight·running + newWeight·batch, feature by feature. */
const mix =
  (oldWeight: (momentum: number) => number, newWeight: (momentum: number) => number) =>
  (running: number[], batch: number[], momentum: number) =>
    running.map(
      (value, feature) => oldWeight(momentum) * value + newWeight(momentum) * (batch[feature] ?? 0),
    );

const right = mix(
  (momentum) => 1 - momentum,
  (momentum) => momentum,
);

/**
 * Checks the update of running statistics: `(running, batch, momentum) => updated`, one number a feature, where momentum
 * is the weight of the new value, as in PyTorch.
 */
export const runningStatistics = exercise<Input>({
  name: "runningStatistics",
  cases: () =>
    tried.map(({ name, input: [running, batch, momentum] }): ExerciseCase<Input> => {
      return {
        name,
        input: () => [[...running], [...batch], momentum],
        expected: right(running, batch, momentum),
      };
    }),
  mistakes: [
    {
      hint: "The weights are swapped: here momentum is the weight of the new value. (Keras counts the other way round.)",
      solve: mix(
        (momentum) => momentum,
        (momentum) => 1 - momentum,
      ),
    },
    {
      hint: "The old value keeps its full weight, so the sum grows from batch to batch: give it the weight 1 − momentum.",
      solve: mix(
        () => 1,
        (momentum) => momentum,
      ),
    },
    {
      hint: "That forgets the past at once: mix the old value in with the weight 1 − momentum.",
      solve: mix(
        () => 0,
        () => 1,
      ),
    },
    {
      hint: "That is the plain average of the two; momentum decides how much the new value counts.",
      solve: mix(
        () => 0.5,
        () => 0.5,
      ),
    },
  ],
  hint: "For each feature: updated = (1 − momentum) · running + momentum · batch.",
});
