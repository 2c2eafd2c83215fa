/**
 * Threads that share the large products and convolutions of one training step with the main thread (assembly/team.ts). They give
 * the same bits as one thread. Workers of an experiment have none: there each run has its own processor already.
 *
 * NORMLAB_THREADS is the number of threads, the main one included; they then share all that is large. Without it there
 * are as many as processors, at most 8, and they share where that pays (sharing.ts). The threads start when large products
 * have taken some time, sleep when there is nothing to do, and never keep the process alive.
 */
import { host } from "#host";
import { BackendError, OptionError } from "../../base/errors.js";
import type { Threads } from "../../host/host.js";
import type { At } from "./descriptor.js";
import type {
  Convolve,
  ConvolveBackwardInput,
  ConvolveBackwardWeight,
  KernelExports,
  NonzerosProduct,
  Product,
  SGDRates,
  SGDUpdate,
} from "./exports.js";
import { type KernelMemory, kernelMemory } from "./memory.js";
import { Sharing } from "./sharing.js";

const MOST_THREADS = 8;
/** Multiplications of a product that is worth the hand-over, some 5 µs. */
const LARGE_PRODUCT = 500_000;
/** Multiplications of a convolution that is: its threads have weights to pack and frames to clear first. */
const LARGE_CONVOLUTION = 1_000_000;
/** Weights of an update that is. */
const LARGE_UPDATE = 65_536;
/** How long large work takes before the threads are started, whose start takes about as long. */
const MILLISECONDS_BEFORE_START = 200;

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
  private isBusy = false;
  private readonly kernels: KernelExports;
  /** The team's first number (assembly/team.ts). */
  private readonly ticket: Int32Array;
  private readonly ready = new Int32Array(new SharedArrayBuffer(4));

  constructor(
    threads: Threads,
    memory: KernelMemory,
    helpers: number,
    /** Share all large work, whether that pays or not. */
    private readonly always: boolean,
  ) {
    const { compiled, memory: shared, kernels } = memory.module;
    this.kernels = kernels;
    const arena = memory.arena();
    const scratchBytes = kernels.teamScratchBytes();
    let scratches: number[];
    try {
      this.ticket = arena.integers(Math.ceil(kernels.teamBytes() / 4));
      scratches = Array.from({ length: helpers }, () => arena.take(scratchBytes));
    } catch (error) {
      arena.release();
      throw error;
    }
    this.pointer = memory.pointer(this.ticket);
    memory.onQuiet(() => this.drain());
    for (const scratch of scratches) {
      const workerData: TeamStart = {
        compiled,
        memory: shared,
        team: this.pointer,
        scratch,
        ready: this.ready,
      };
      const thread = threads.start(new URL("../../../packed/team-thread.js", import.meta.url), {
        workerData,
      });
      thread.on("error", () => {
        // A thread that can't start never counts as ready: the others do its part.
      });
      thread.unref();
    }
  }

  /**
   * Before a job is given out; finish() ends it. An interrupt may come anywhere between, while helpers go on with what they
   * have claimed: the team then stays busy until drain().
   */
  begin(): void {
    this.drain();
    this.isBusy = true;
  }

  /** Waits until every chunk of the job is done. */
  finish(): void {
    // A thread that was put to sleep in the middle of its chunk needs the processor.
    while (!this.kernels.isTeamDone(this.pointer)) this.rest();
    this.isBusy = false;
  }

  /** After an interrupted job: waits until no helper touches its memory any more. */
  drain(): void {
    if (!this.isBusy) return;
    this.kernels.closeTeam(this.pointer);
    while (!this.kernels.isTeamIdle(this.pointer)) this.rest();
    this.isBusy = false;
  }

  private rest(): void {
    Atomics.wait(this.ticket, 0, Atomics.load(this.ticket, 0), 0.05);
  }

  /** Threads that can take part now, the main one included. */
  get threads(): number {
    return 1 + Atomics.load(this.ready, 0);
  }

  /** Threads that are to do the next piece of work of a kind. */
  threadsFor(sharing: Sharing): number {
    return this.always || sharing.isShared ? this.threads : 1;
  }
}

let team: KernelTeam | null | undefined;
let millisecondsAlone = 0;

const sharingOfUpdates = new Sharing();
/** For products of about 2^i multiplications. */
const sharingOfProducts = Array.from({ length: 64 }, () => new Sharing());
/** The same of products of which only some are done. */
const sharingOfNonzeros = Array.from({ length: 64 }, () => new Sharing());

const sharingFor = (kinds: readonly Sharing[], multiplications: number) =>
  kinds[Math.round(Math.log2(multiplications))];

function startTeam(): void {
  const wanted = threadsAskedFor();
  const helpers = mostThreads() - 1;
  const { threads } = host;
  team = null;
  if (helpers < 1 || !threads) return;
  try {
    team = new KernelTeam(threads, kernelMemory(), helpers, wanted !== undefined);
  } catch (error) {
    // Without memory for their scratch there are no helpers; one thread gives the same bits.
    if (!(error instanceof BackendError)) throw error;
  }
}

/** How many threads share large work now; 1 before they have started. */
export function teamThreads(): number {
  return team ? team.threads : 1;
}

/** How many there may be, the main one included. */
function mostThreads(): number {
  return threadsAskedFor() ?? Math.min(MOST_THREADS, host.processors());
}

function threadsAskedFor(): number | undefined {
  const given = host.setting("NORMLAB_THREADS");
  if (given === undefined) return undefined;
  const threads = Number(given);
  if (!Number.isInteger(threads) || threads < 1)
    throw new OptionError(`NORMLAB_THREADS must be a number of threads, at least 1; got "${given}".`);
  return threads;
}

/** A product, with the team if it is large. `size` says what the descriptor does. */
export function multiplyMatrices(
  memory: KernelMemory,
  product: At<typeof Product>,
  { m, n, k }: { readonly m: number; readonly n: number; readonly k: number },
): void {
  const { kernels } = memory;
  const multiplications = m * n * k;
  if (multiplications < LARGE_PRODUCT || !mayShare()) {
    kernels.matmul(product);
    return;
  }
  const sharing = sharingFor(sharingOfProducts, multiplications);
  const start = performance.now();
  const threads = team?.threadsFor(sharing) ?? 1;
  if (team && threads > 1) {
    team.begin();
    kernels.teamMatmul(team.pointer, threads, product);
    team.finish();
  } else {
    kernels.matmul(product);
  }
  took(performance.now() - start, multiplications, sharing);
}

/**
 * How many rooms one behind the other a convolution of so many multiplications needs here, of as many whole cache lines as its kernel has
 * floats. It is shared by its `parts`: the images, or for the gradient of the weights the inputs' channels.
 */
export function convolutionRooms({ kernels }: KernelMemory, multiplications: number, parts: number): number {
  if (multiplications < LARGE_CONVOLUTION || !mayShare()) return 1;
  return Math.min(parts, kernels.teamRooms(mostThreads()));
}

/**
 * A convolution, or one of its gradients, of so many multiplications, to be done again and again: with the team if it is large. The
 * descriptor has convolutionRooms() rooms.
 */
export function convolution(
  memory: KernelMemory,
  work: ConvolutionWork,
  multiplications: number,
): () => void {
  const { kernels } = memory;
  const alone = () => callAlone(kernels, work);
  if (multiplications < LARGE_CONVOLUTION) return alone;
  // Of its own: no two kinds of convolution take the same time for a multiplication.
  const sharing = new Sharing();
  return () => {
    if (!mayShare()) return alone();
    const start = performance.now();
    const threads = team?.threadsFor(sharing) ?? 1;
    if (team && threads > 1) {
      team.begin();
      callTogether(kernels, team.pointer, threads, work);
      team.finish();
    } else {
      alone();
    }
    took(performance.now() - start, multiplications, sharing);
  };
}

export type ConvolutionWork =
  | { readonly kernel: "convolve"; readonly step: At<typeof Convolve> }
  | { readonly kernel: "convolveBackwardInput"; readonly step: At<typeof ConvolveBackwardInput> }
  | { readonly kernel: "convolveBackwardWeight"; readonly step: At<typeof ConvolveBackwardWeight> };

function callAlone(kernels: KernelExports, { kernel, step }: ConvolutionWork): void {
  if (kernel === "convolve") kernels.convolve(step);
  else if (kernel === "convolveBackwardInput") kernels.convolveBackwardInput(step);
  else kernels.convolveBackwardWeight(step);
}

function callTogether(
  kernels: KernelExports,
  pointer: number,
  threads: number,
  { kernel, step }: ConvolutionWork,
): void {
  if (kernel === "convolve") kernels.teamConvolve(pointer, threads, step);
  else if (kernel === "convolveBackwardInput") kernels.teamConvolveBackwardInput(pointer, threads, step);
  else kernels.teamConvolveBackwardWeight(pointer, threads, step);
}

/** A product by what is not zero, with the team if the whole one is large; false if it could not be done (assembly/nonzeros.ts). */
export function multiplyNonzeros(
  memory: KernelMemory,
  product: At<typeof NonzerosProduct>,
  { m, n, k }: { readonly m: number; readonly n: number; readonly k: number },
): boolean {
  const { kernels } = memory;
  const multiplications = m * n * k;
  if (multiplications < LARGE_PRODUCT || !mayShare()) return Boolean(kernels.multiplyNonzeros(product));
  const sharing = sharingFor(sharingOfNonzeros, multiplications);
  const start = performance.now();
  const threads = team?.threadsFor(sharing) ?? 1;
  let isDone: boolean;
  if (team && threads > 1) {
    team.begin();
    kernels.teamNonzeros(team.pointer, threads, product);
    team.finish();
    isDone = !kernels.hasTeamFailed(team.pointer);
  } else {
    isDone = Boolean(kernels.multiplyNonzeros(product));
  }
  took(performance.now() - start, multiplications, sharing);
  return isDone;
}

/** SGD's step for `length` weights, with the team if they are many and the team is there already. */
export function updateWeights(
  memory: KernelMemory,
  update: At<typeof SGDUpdate>,
  rates: At<typeof SGDRates>,
  length: number,
): void {
  const { kernels } = memory;
  if (length < LARGE_UPDATE || !team) {
    kernels.sgd(update, rates);
    return;
  }
  const start = performance.now();
  const threads = team.threadsFor(sharingOfUpdates);
  if (threads > 1) {
    team.begin();
    kernels.teamSGD(team.pointer, threads, update, rates);
    team.finish();
  } else {
    kernels.sgd(update, rates);
  }
  took(performance.now() - start, length, sharingOfUpdates);
}

/** Whether there is a team, or may be one yet. */
function mayShare(): boolean {
  return host.threads?.isMain === true && team !== null;
}

/** Takes note of what a large piece of work took, and starts the threads in time. */
function took(milliseconds: number, units: number, sharing: Sharing): void {
  if (team) {
    if (team.threads > 1) sharing.took(milliseconds / units);
    return;
  }
  millisecondsAlone += milliseconds;
  if (millisecondsAlone >= MILLISECONDS_BEFORE_START || threadsAskedFor() !== undefined) startTeam();
}
