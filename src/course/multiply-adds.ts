import { exercise, type Mistake } from "./exercise.js";

type Input = [widths: number[], batchSize: number];

const networks: readonly { name: string; widths: number[]; batchSize: number }[] = [
  { name: "one layer, one image", widths: [64, 10], batchSize: 1 },
  { name: "one layer, a batch", widths: [3, 2], batchSize: 4 },
  { name: "the lesson's network", widths: [64, 50, 50, 50, 10], batchSize: 64 },
  { name: "layers of unlike widths", widths: [5, 7, 2, 9], batchSize: 3 },
];

/** Σ over the layers of a cost for inputs × outputs, for each example of the batch. */
const solveWith =
  (
    cost: (inputs: number, outputs: number, layer: number) => number,
    factor = (batchSize: number) => batchSize,
  ) =>
  (widths: number[], batchSize: number): number =>
    widths
      .slice(1)
      .reduce((sum, outputs, layer) => sum + factor(batchSize) * cost(widths[layer], outputs, layer), 0);

const mistakes: Mistake<Input>[] = [
  {
    hint: "That is the forward pass. Backward multiplies twice more: once for the weights' gradient, once for the inputs'.",
    solve: solveWith((inputs, outputs) => inputs * outputs),
  },
  {
    hint: "That is the backward pass alone, or a forward pass with half of it: it takes 1 + 2 products a weight.",
    solve: solveWith((inputs, outputs) => 2 * inputs * outputs),
  },
  {
    hint: "Each example of the batch passes through the network: multiply by the batch size.",
    solve: solveWith(
      (inputs, outputs) => 3 * inputs * outputs,
      () => 1,
    ),
  },
  {
    hint: "A layer multiplies each of its inputs with each of its outputs: inputs × outputs, not inputs + outputs.",
    solve: solveWith((inputs, outputs) => 3 * (inputs + outputs)),
  },
  {
    hint: "The output layer is a layer too: n widths make n − 1 layers.",
    solve: (widths, batchSize) =>
      solveWith((inputs, outputs) => 3 * inputs * outputs)(widths.slice(0, -1), batchSize),
  },
];

/**
 * Checks the count of a step's multiply-adds in the Linear layers: `(widths, batchSize) => count`, Σ 3 · batchSize · inputs ·
 * outputs: the outputs, the weights' gradients, the inputs' gradients.
 */
export const multiplyAdds = exercise<Input>({
  name: "multiplyAdds",
  cases: () =>
    networks.map(({ name, widths, batchSize }) => ({
      name,
      input: (): Input => [[...widths], batchSize],
      expected: solveWith((inputs, outputs) => 3 * inputs * outputs)(widths, batchSize),
    })),
  mistakes,
  hint: "For each pair of neighbouring widths 3 · batchSize · inputs · outputs; then the sum.",
});
