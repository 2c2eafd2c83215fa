/**
 * Threads that share the large products of one training step with the main thread (assembly/team.ts). They give the same
 * bits as one thread. Workers of an experiment have none: there each run has its own processor already.
 *
 * NORMLAB_THREADS is the number of threads, the main one included; by default as many as there are processors, at most
 * 8. The threads start after the first large products, sleep when there is nothing to do, and never keep the process alive.
 */
import { availableParallelism } from "node:os";
import { isMainThread, Worker } from "node:worker_threads";
import { OptionError } from "../../errors.js";
import type { KernelExports } from "./exports.js";
import { type KernelMemory, kernelMemory } from "./memory.js";
import { packedFloats } from "./packing.js";

const MOST_THREADS = 8;
/** Multiplications of a product that is worth the hand-over, some 5 µs. */
const LARGE_PRODUCT = 500_000;
/** Weights of an update that is. */
const LARGE_UPDATE = 65_536;
/** Large products before the threads are started: a few of them don't pay for the start. */
const PRODUCTS_BEFORE_START = 16;

/** As in assembly/team.ts: the longest chunk that a thread's scratch has to hold, and the most chunks. */
const CHUNK_COLUMNS = 256;
const MOST_CHUNKS = 255;

export interface TeamStart {
  compiled: object;
  memory: object;
  team: number;
  scratch: number;
  /** One number on shared memory: how many threads are ready. */
  ready: Int32Array;
}

class KernelTeam {
  readonly pointer: number;
  /** The team's first number (assembly/team.ts). */
  private readonly ticket: Int32Array;
  private readonly ready = new Int32Array(new SharedArrayBuffer(4));

  constructor(memory: KernelMemory, helpers: number) {
    const { compiled, memory: shared, kernels } = memory.module;
    const state = memory.takeBlock(kernels.teamBytes());
    memory.integers(state.pointer, state.bytes / 4).fill(0);
    this.pointer = state.pointer;
    this.ticket = memory.integers(state.pointer, 1);
    for (let i = 0; i < helpers; i++) {
      const scratch = memory.takeBlock(
        4 * packedFloats(0, CHUNK_COLUMNS, Number.POSITIVE_INFINITY).b,
      ).pointer;
      const workerData: TeamStart = {
        compiled,
        memory: shared,
        team: this.pointer,
        scratch,
        ready: this.ready,
      };
      const thread = new Worker(new URL("./team-thread.js", import.meta.url), { workerData });
      thread.on("error", () => {
        // A thread that can't start never counts as ready: the others do its part.
      });
      thread.unref();
    }
  }

  /** Waits until every chunk of the job is done. */
  finish(kernels: KernelExports): void {
    // A thread that was put to sleep in the middle of its chunk needs the processor.
    while (!kernels.isTeamDone(this.pointer))
      Atomics.wait(this.ticket, 0, Atomics.load(this.ticket, 0), 0.05);
  }

  /** Threads that can take part now, the main one included. */
  get threads(): number {
    return 1 + Atomics.load(this.ready, 0);
  }
}

let products = 0;
let team: KernelTeam | null | undefined;

/** The team, or null while there is none. */
function teamNow(): KernelTeam | null {
  if (team !== undefined) return team;
  if (!isMainThread) return null;
  if (++products < PRODUCTS_BEFORE_START) return null;
  const helpers = wantedThreads() - 1;
  team = helpers > 0 ? new KernelTeam(kernelMemory(), helpers) : null;
  return team;
}

/** How many threads share large products now; 1 before they have started. */
export function teamThreads(): number {
  return team ? team.threads : 1;
}

function wantedThreads(): number {
  const given = process.env.NORMLAB_THREADS;
  if (given === undefined) return Math.min(MOST_THREADS, availableParallelism());
  const threads = Number(given);
  if (!Number.isInteger(threads) || threads < 1)
    throw new OptionError(`NORMLAB_THREADS must be a number of threads, at least 1; got "${given}".`);
  return threads;
}

/** out [m, n] = A·B on pointers, with the team if the product is large. */
export function multiplyMatrices(
  memory: KernelMemory,
  a: number,
  b: number,
  out: number,
  m: number,
  n: number,
  k: number,
  transposeA: boolean,
  transposeB: boolean,
  packedA: number,
  packedB: number,
): void {
  const { kernels } = memory;
  const isLarge = m * n * k >= LARGE_PRODUCT && n <= CHUNK_COLUMNS * MOST_CHUNKS;
  const helpers = isLarge ? teamNow() : null;
  const threads = helpers ? helpers.threads : 1;
  if (helpers && threads > 1) {
    kernels.teamMatmul(
      helpers.pointer,
      threads,
      a,
      b,
      out,
      m,
      n,
      k,
      transposeA,
      transposeB,
      packedA,
      packedB,
    );
    helpers.finish(kernels);
  } else {
    kernels.matmul(a, b, out, m, n, k, transposeA, transposeB, packedA, packedB);
  }
}

/** SGD's step on pointers, with the team if there are many weights and the team is there already. */
export function updateWeights(
  memory: KernelMemory,
  weight: number,
  gradient: number,
  velocity: number,
  length: number,
  learningRate: number,
  momentum: number,
  weightDecay: number,
  nesterov: boolean,
): void {
  const { kernels } = memory;
  const threads = team && length >= LARGE_UPDATE ? team.threads : 1;
  if (team && threads > 1) {
    kernels.teamSGD(
      team.pointer,
      threads,
      weight,
      gradient,
      velocity,
      length,
      learningRate,
      momentum,
      weightDecay,
      nesterov,
    );
    team.finish(kernels);
  } else {
    kernels.sgd(weight, gradient, velocity, length, learningRate, momentum, weightDecay, nesterov);
  }
}
