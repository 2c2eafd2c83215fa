/** A thread of the team (team.ts): it does its part of the jobs, and sleeps in between. */
import { workerData } from "node:worker_threads";
import { instantiate, type SharedMemory } from "./module.js";
import type { TeamStart } from "./team.js";

const { compiled, memory, team, scratch, ready } = workerData as TeamStart;
const kernels = instantiate(compiled, memory as SharedMemory);
Atomics.add(ready, 0, 1);
// The team's first number is the ticket.
const { buffer } = memory as SharedMemory;
const ticket = new Int32Array(buffer, team, 1);
const sleepers = new Int32Array(buffer, kernels.teamSleepers(team), 1);
for (;;) {
  const seen = kernels.serveTeam(team, scratch);
  // Counted before it sleeps: a leader that sees no sleeper has changed the ticket, and wait() returns at once.
  Atomics.add(sleepers, 0, 1);
  Atomics.wait(ticket, 0, seen);
  Atomics.sub(sleepers, 0, 1);
}
