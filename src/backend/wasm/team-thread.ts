/** A thread of the team (team.ts): it lives inside one call into WebAssembly. */
import { workerData } from "node:worker_threads";
import { instantiate, type SharedMemory } from "./module.js";
import type { TeamStart } from "./team.js";

const { compiled, memory, team, scratch, ready } = workerData as TeamStart;
const kernels = instantiate(compiled, memory as SharedMemory);
Atomics.add(ready, 0, 1);
kernels.serveTeam(team, scratch);
