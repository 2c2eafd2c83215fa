/** The trainings of one side of a comparison, in whatever it runs: serve.ts has them in a process, ../browser/ in a page. */

const COMPARED_STEPS = 4;
const WARM_UP_MS = 1500;

/** Gives a net's training step, which returns the loss of the batch with that number. */
export type MakeStep = (name: string) => (batch: number) => number;

export class Trainings {
  private readonly make: MakeStep;
  private readonly steps = new Map<string, (batch: number) => number>();

  constructor(make: MakeStep) {
    this.make = make;
  }

  /** The losses of the first steps from the first weights. */
  losses(name: string): number[] {
    const step = this.make(name);
    return Array.from({ length: COMPARED_STEPS }, (_, batch) => step(batch));
  }

  /** Trains on for so long, or one step. */
  trainFor(name: string, milliseconds: number): { steps: number; ms: number } {
    let step = this.steps.get(name);
    if (!step) {
      step = this.make(name);
      this.steps.set(name, step);
      timed(step, WARM_UP_MS);
    }
    return timed(step, milliseconds);
  }
}

function timed(step: (batch: number) => number, milliseconds: number): { steps: number; ms: number } {
  const start = performance.now();
  let steps = 0;
  do step(steps++);
  while (performance.now() - start < milliseconds);
  return { steps, ms: performance.now() - start };
}
