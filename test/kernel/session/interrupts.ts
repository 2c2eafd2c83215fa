// What an interrupt has to end: the cells of the interrupt matrix, for the tests and for the benchmark.
// Each prints "started" when it runs, and adds to `ticks` for as long as it does.
export interface EndlessCell {
  readonly name: string;
  readonly code: string;
  /** What only this kernel has to end: stock tslab is not asked. */
  readonly own?: boolean;
  /** A page has no processes and no immediates. */
  readonly needsNode?: boolean;
}

const forever = "await new Promise(() => {});";
const started = 'console.log("started");';

export const endlessCells: readonly EndlessCell[] = [
  { name: "sync loop", code: `${started} for (;;) ticks++;` },
  { name: "await for ever", code: `${started} ${forever}` },
  {
    name: "async loop that yields",
    code: `${started}
for (;;) { ticks++; await new Promise((resolve) => setTimeout(resolve, 1)); }`,
  },
  {
    name: "sync loop after an await",
    code: `${started} await new Promise((resolve) => setTimeout(resolve, 20)); for (;;) ticks++;`,
  },
  { name: "microtask loop", code: `${started} for (;;) { ticks++; await null; }` },
  {
    name: "sync loop in a timer",
    code: `${started}
setTimeout(() => { for (;;) ticks++; }, 20);
${forever}`,
  },
  {
    name: "training run",
    code: `import { BatchNorm, Linear, Random, ReLU, Sequential, SGD, Trainer, digits } from "normlab";
{
  const { train } = digits({ seed: 1 });
  const random = new Random(1);
  const network = new Sequential([new Linear(64, 64, { random }), new BatchNorm(64), new ReLU(), new Linear(64, 10, { random })]);
  const optimizer = new SGD(network.parameters(), { learningRate: 0.1 });
  ${started}
  await new Trainer({ network, optimizer, batchSize: 32, seed: 1 }).fit(train, { epochs: 1_000_000, progress: false });
}`,
  },
  {
    name: "child process",
    needsNode: true,
    code: `import { spawn } from "node:child_process";
const child = spawn(process.execPath, ["-e", "setInterval(() => console.log('tick'), 5)"], { stdio: "inherit" });
${started}
await new Promise((resolve) => child.on("exit", resolve));`,
  },
  {
    name: "timers that start each other",
    own: true,
    code: `${started}
{ const tick = () => { ticks++; setTimeout(tick, 1); }; tick(); }
${forever}`,
  },
  {
    name: "immediates that start each other",
    own: true,
    needsNode: true,
    code: `${started}
{ const tick = () => { ticks++; setImmediate(tick); }; tick(); }
${forever}`,
  },
  {
    name: "interval",
    own: true,
    code: `${started} setInterval(() => { ticks++; console.log("tick"); }, 1); ${forever}`,
  },
  {
    name: "loop that catches the interrupt, and prints",
    own: true,
    code: `${started}
for (;;) { try { for (;;) ticks++; } catch (error) { console.log("caught"); } }`,
  },
  {
    name: "async loop that catches the interrupt, and prints",
    own: true,
    code: `${started}
for (;;) { try { for (;;) { ticks++; await null; } } catch (error) { console.log("caught"); } }`,
  },
  {
    name: "loop after the one that was interrupted",
    own: true,
    code: `${started}
try { for (;;) ticks++; } catch {}
for (;;) ticks++;`,
  },
  {
    name: "finally that never ends",
    own: true,
    code: `${started}
try { for (;;) { ticks++; await null; } } finally { console.log("finally"); ${forever} }`,
  },
  {
    name: "execSync",
    own: true,
    needsNode: true,
    code: `import { execSync } from "node:child_process";
${started} execSync("sleep 1000");`,
  },
  {
    name: "execSync of a shell that started others",
    own: true,
    needsNode: true,
    code: `import { execSync } from "node:child_process";
${started} execSync("sleep 1000 & sleep 1000; echo never", { stdio: "inherit" });`,
  },
  {
    name: "spawnSync of a program that ignores SIGTERM",
    own: true,
    needsNode: true,
    code: `import { spawnSync } from "node:child_process";
${started} spawnSync("sh", ["-c", "trap '' TERM; while :; do sleep 1; done"]);`,
  },
  {
    name: "execFileSync in a loop that catches its error",
    own: true,
    needsNode: true,
    code: `import { execFileSync } from "node:child_process";
${started} for (;;) { try { execFileSync("sleep", ["1000"]); } catch { console.log("caught"); } }`,
  },
  {
    name: "execSync after an await",
    own: true,
    needsNode: true,
    code: `import { execSync } from "node:child_process";
${started} await null; execSync("sleep 1000");`,
  },
  {
    name: "child process of a child process",
    own: true,
    needsNode: true,
    code: `import { spawn } from "node:child_process";
${started}
await new Promise((resolve) => spawn("sh", ["-c", "sleep 1000 & wait"], { stdio: "inherit" }).on("close", resolve));`,
  },
];
