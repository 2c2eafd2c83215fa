/** A sweep of short runs over all cores, the start of the programs included. */
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { benchFolder, type Nodes } from "./install.js";

export const RUNS = 32;
export const STEPS = 300;
const ROUNDS = 3;

/** Seconds of one round. */
export interface SweepTimes {
  node24: number;
  node20: number;
  torch: number;
}

export async function measureSweep(python: string, { node24, node20 }: Nodes): Promise<SweepTimes[]> {
  const own = fileURLToPath(new URL("./sweep-normlab.js", import.meta.url));
  const torch = join(benchFolder, "trainer", "sweep_torch.py");
  const processes = availableParallelism();
  const rounds: SweepTimes[] = [];
  // The first round warms the machine's caches of files.
  for (let round = 0; round < 1 + ROUNDS; round++) {
    rounds.push({
      node24: await seconds([[node24, own, String(RUNS), String(STEPS)]]),
      node20: await seconds([[node20, own, String(RUNS), String(STEPS)]]),
      torch: await seconds(
        Array.from({ length: processes }, (_, place) => {
          const share = Math.floor((RUNS + place) / processes);
          return [python, torch, String(share), String(STEPS)];
        }),
      ),
    });
  }
  return rounds.slice(1);
}

/** Runs the programs side by side until the last has ended. */
async function seconds(commands: readonly string[][]): Promise<number> {
  const start = performance.now();
  await Promise.all(commands.map(finished));
  return (performance.now() - start) / 1000;
}

function finished([program, ...args]: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${program} ${args.join(" ")} ended with exit code ${code}.`));
    });
  });
}
