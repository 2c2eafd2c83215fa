/**
 * What every peer answers on its standard input, a line each:
 *   "N1 losses"  the losses of the first 4 steps from the first weights, to see that all compute the same
 *   "N1 150"     trains on for 150 ms (or one step) and says how many steps that were
 */
import { createInterface } from "node:readline";
import { type MakeStep, Trainings } from "./trainings.js";

export function serve(make: MakeStep): void {
  const trainings = new Trainings(make);
  createInterface({ input: process.stdin }).on("line", (line) => {
    const [name, what] = line.split(" ");
    answer(what === "losses" ? { losses: trainings.losses(name) } : trainings.trainFor(name, Number(what)));
  });
}

function answer(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
