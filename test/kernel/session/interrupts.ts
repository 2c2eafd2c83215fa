// What an interrupt has to end: the cells of the interrupt matrix, for the tests and for the benchmark.
// Each prints "started" when it runs, and adds to `ticks` for as long as it does.

export interface EndlessCell {
  readonly name: string;
  readonly code: string;
}

export const endlessCells: readonly EndlessCell[] = [
  { name: "sync loop", code: `console.log("started"); for (;;) ticks++;` },
  { name: "await for ever", code: `console.log("started"); await new Promise(() => {});` },
  {
    name: "async loop that yields",
    code: `console.log("started");
for (;;) { ticks++; await new Promise((resolve) => setTimeout(resolve, 1)); }`,
  },
  {
    name: "sync loop after an await",
    code: `console.log("started"); await new Promise((resolve) => setTimeout(resolve, 20)); for (;;) ticks++;`,
  },
  { name: "microtask loop", code: `console.log("started"); for (;;) { ticks++; await null; }` },
  {
    name: "sync loop in a timer",
    code: `console.log("started");
setTimeout(() => { for (;;) ticks++; }, 20);
await new Promise(() => {});`,
  },
  {
    name: "training run",
    code: `import { BatchNorm, Linear, Random, ReLU, Sequential, SGD, Trainer, digits } from "normlab";
{
  const { train } = digits({ seed: 1 });
  const random = new Random(1);
  const network = new Sequential([new Linear(64, 64, { random }), new BatchNorm(64), new ReLU(), new Linear(64, 10, { random })]);
  const optimizer = new SGD(network.parameters(), { learningRate: 0.1 });
  console.log("started");
  await new Trainer({ network, optimizer, batchSize: 32, seed: 1 }).fit(train, { epochs: 1_000_000, progress: false });
}`,
  },
  {
    name: "child process",
    code: `import { spawn } from "node:child_process";
const child = spawn(process.execPath, ["-e", "setInterval(() => console.log('tick'), 5)"], { stdio: "inherit" });
console.log("started");
await new Promise((resolve) => child.on("exit", resolve));`,
  },
];
