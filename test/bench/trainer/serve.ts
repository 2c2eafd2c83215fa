/**
 * What every peer answers on its standard input, a line each:
 *   "N1 losses"  the losses of the first 4 steps from the first weights, to see that all compute the same
 *   "N1 150"     trains on for 150 ms (or one step) and says how many steps that were
 */
import { createInterface } from "node:readline";

export const COMPARED_STEPS = 4;
const WARM_UP_MS = 1500;

/** `make` gives a net's training step, which returns the loss of the batch with that number. */
export function serve(make: (name: string) => (batch: number) => number): void {
  const steps = new Map<string, (batch: number) => number>();
  createInterface({ input: process.stdin }).on("line", (line) => {
    const [name, what] = line.split(" ");
    if (what === "losses") {
      const step = make(name);
      answer({ losses: Array.from({ length: COMPARED_STEPS }, (_, batch) => step(batch)) });
      return;
    }
    let step = steps.get(name);
    if (!step) {
      step = make(name);
      steps.set(name, step);
      timed(step, WARM_UP_MS);
    }
    answer(timed(step, Number(what)));
  });
}

function timed(step: (batch: number) => number, milliseconds: number): { steps: number; ms: number } {
  const start = performance.now();
  let steps = 0;
  do step(steps++);
  while (performance.now() - start < milliseconds);
  return { steps, ms: performance.now() - start };
}

function answer(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
