/**
 * A program: interrupts so many trainings as a kernel does, by V8's termination, which runs no `finally`; then prints how many
 * were interrupted, the hashes of the cases, and the memory that is still held.
 */
import vm from "node:vm";
import { Random } from "../../../../src/index.js";
import { kernelMemory } from "../../../../src/tensor/wasm/memory.js";
import { cases, prepared } from "./cases.js";

const names = Object.keys(cases);
const random = new Random(1);
const shared = globalThis as { interruptedRun?: () => void };
const script = new vm.Script("globalThis.interruptedRun()");
const memory = kernelMemory();

// The threads have started, and scratch has its size.
for (const name of names) await prepared(name).train();
await new Promise((resolve) => setTimeout(resolve, 200));
for (const name of names) await prepared(name).train();
const { held } = memory;

function stopper(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

let interrupted = 0;
for (let round = 0; round < Number(process.argv[2]); round++) {
  const { train, network } = prepared(names[round % names.length]);
  const { signal, abort } = stopper();
  let running: Promise<unknown> | undefined;
  shared.interruptedRun = () => {
    // Runs in one go until its first pause, which comes after 8 ms.
    running = train({ steps: 100_000, signal });
  };
  try {
    script.runInThisContext({ timeout: 1 + random.integer(6) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    interrupted++;
  }
  abort();
  // One in three is looked at at once; the others are found by the next task. One that was not interrupted ends by itself.
  if (round % 3 === 0) network.stateDict();
  if (running) await running;
  await new Promise(setImmediate);
}
console.log(interrupted);
for (const name of names) console.log(await prepared(name).train());
console.log(`held ${memory.held - held}`);
process.exit();
