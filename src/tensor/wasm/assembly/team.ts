/**
 * Large products, convolutions and updates shared among threads that have instances of this module on the same memory. A job is cut into
 * chunks, and whoever is free claims the next one. Which thread computes a chunk changes no bit of it.
 *
 * The ticket is the job's number (upper 24 bits) and the next chunk to claim (lower 8). Between two jobs its chunk is one
 * that no job has. So whoever claims a chunk by compare-and-exchange has read arguments that belong to its ticket: they are
 * written only while the ticket is closed.
 *
 * The leader may be stopped anywhere (its cell was interrupted), and its job then stays open. closeTeam() keeps others from
 * claiming more of it, and isTeamIdle() says when those that had claimed are through: before that its memory is not free.
 */
import {
  Convolve,
  ConvolveBackwardInput,
  convolveBackwardInputFloats,
  convolveFloats,
  convolveImages,
  gradientOfImages,
} from "./convolution";
import { multiplyColumns, packRowsOfFirst, Product, secondScratchBytes } from "./matmul";
import { listNonzeros, multiplyListed, NONZEROS_COLUMNS, NonzerosProduct, nonzerosScratchBytes } from "./nonzeros";
import { SGDRates, SGDUpdate, sgdOf } from "./optimizers";

import { ConvolveBackwardWeight, convolveBackwardWeightFloats, gradientOfChannels } from "./weight-gradient";

const MATMUL: i32 = 1;
const SGD: i32 = 2;
const CONVOLVE: i32 = 3;
const CONVOLVE_BACKWARD_INPUT: i32 = 4;
const CONVOLVE_BACKWARD_WEIGHT: i32 = 5;
const NONZEROS: i32 = 6;

/** How often a thread looks for another job before it goes to sleep: for some 500 µs, the pauses within a training step. */
const LOOKS_FOR_JOB: i32 = 25_000;
/** How often the leader looks whether the others are done before it lets them have its processor. */
const LOOKS_FOR_END: i32 = 20_000;
/** Chunk 255 is the one that no job has. */
const MAXIMUM_CHUNKS: i32 = 255;

/** What the threads share, in one place of the memory. */
@unmanaged
class Team {
  ticket: i32;
  /** The job's number, as in the ticket, and how many of its chunks are done. */
  done: i32;
  /** How many threads sleep, or are about to: without any there is nobody to wake. */
  sleepers: i32;
  /** How many helpers may be at work on a chunk. */
  working: i32;
  kind: i32;
  chunks: i32;
  chunkSize: i32;
  /** Of what the chunks are parts: columns of a product, images or channels of a convolution, or weights. */
  length: i32;
  /** A Product, a NonzerosProduct, an SGDUpdate and its SGDRates, or one of a convolution's. */
  work: usize;
  rates: usize;
  /** A convolution's: where the first chunk has its room, and how many bytes further on the next. */
  room: usize;
  roomBytes: usize;
  /** Whether some chunk could not be done. */
  failed: i32;
}

/**
 * Some 20 ns that leave the units of this core to the other thread on it: WebAssembly has no PAUSE. Two square roots, each
 * of which waits for the one before; the result is positive, which no compiler knows.
 */
@inline
function longer(pause: f64): f64 {
  return Math.sqrt(Math.sqrt(pause + 1) + 1);
}

@inline
function ticketOf(team: Team): i32 {
  return atomic.load<i32>(changetype<usize>(team), offsetof<Team>("ticket"));
}

/** Does chunks of the job on the ticket until none is left. `scratch` is this thread's own. */
function takePart(team: Team, scratch: usize): void {
  const base = changetype<usize>(team);
  for (;;) {
    const ticket = ticketOf(team);
    const chunk = ticket & 255;
    if (chunk >= team.chunks) return;
    const kind = team.kind;
    const size = team.chunkSize;
    const length = team.length;
    const work = team.work;
    const rates = team.rates;
    const room = team.room + chunk * team.roomBytes;
    if (atomic.cmpxchg<i32>(base, ticket, ticket + 1, offsetof<Team>("ticket")) != ticket) continue;
    const start = chunk * size;
    const end = min(length, start + size);
    if (kind == MATMUL) multiplyColumns(changetype<Product>(work), scratch, start, end);
    else if (kind == SGD) sgdOf(changetype<SGDUpdate>(work), changetype<SGDRates>(rates), start, end);
    else if (kind == CONVOLVE) convolveImages(changetype<Convolve>(work), room, start, end);
    else if (kind == CONVOLVE_BACKWARD_INPUT) gradientOfImages(changetype<ConvolveBackwardInput>(work), room, start, end);
    else if (kind == CONVOLVE_BACKWARD_WEIGHT) gradientOfChannels(changetype<ConvolveBackwardWeight>(work), room, start, end);
    else if (kind == NONZEROS) {
      if (!multiplyListed(changetype<NonzerosProduct>(work), scratch, start, end)) {
        atomic.store<i32>(base, 1, offsetof<Team>("failed"));
      }
    }
    countDone(base, ticket & ~255);
  }
}

/** Counts a chunk of this job; of a job that was given up (a cell was interrupted) nothing is counted any more. */
@inline
function countDone(base: usize, job: i32): void {
  for (;;) {
    const done = atomic.load<i32>(base, offsetof<Team>("done"));
    if ((done & ~255) != job) return;
    if (atomic.cmpxchg<i32>(base, done, done + 1, offsetof<Team>("done")) == done) return;
  }
}

/**
 * A thread's part in this job and in those that follow at once. Returns the ticket it saw last when there was nothing new
 * for a while: the caller sleeps until the ticket is another one, and counts itself as a sleeper meanwhile.
 *
 * Sleeping is JavaScript's: Liftoff, V8's quick compiler of Node 20, loses a local variable across memory.atomic.wait32.
 */
export function serveTeam(team: Team, scratch: usize): i32 {
  let seen: i32;
  let looks: i32;
  do {
    // Counted before the ticket is read: after closeTeam() a team of whom nobody is counted claims nothing.
    atomic.add<i32>(changetype<usize>(team), 1, offsetof<Team>("working"));
    takePart(team, scratch);
    atomic.sub<i32>(changetype<usize>(team), 1, offsetof<Team>("working"));
    seen = ticketOf(team);
    looks = LOOKS_FOR_JOB;
    let pause: f64 = 1;
    while (looks > 0 && pause > 0 && ticketOf(team) == seen) {
      pause = longer(pause);
      looks--;
    }
  } while (looks > 0);
  return seen;
}

/** Looks a while whether every chunk of the job is done. */
export function isTeamDone(team: Team): bool {
  const complete = (ticketOf(team) & ~255) + team.chunks;
  for (let looks = LOOKS_FOR_END; looks > 0; looks--) {
    if (atomic.load<i32>(changetype<usize>(team), offsetof<Team>("done")) == complete) return true;
  }
  return false;
}

/** Lets nobody claim a chunk until the next job is given out. */
export function closeTeam(team: Team): void {
  atomic.or<i32>(changetype<usize>(team), 255, offsetof<Team>("ticket"));
}

/** Whether no helper is at work: after closeTeam(), for good. */
export function isTeamIdle(team: Team): bool {
  return atomic.load<i32>(changetype<usize>(team), offsetof<Team>("working")) == 0;
}

/** Cuts the work into chunks, gives the job out and takes part. The ticket is closed. It is done when isTeamDone() says so. */
function lead(team: Team, kind: i32, length: i32, chunkSize: i32, scratch: usize): void {
  const base = changetype<usize>(team);
  const job = (ticketOf(team) & ~255) + 256;
  team.kind = kind;
  team.length = length;
  team.chunkSize = chunkSize;
  const chunks = (length + chunkSize - 1) / chunkSize;
  atomic.store<i32>(base, job, offsetof<Team>("done"));
  team.chunks = chunks;
  atomic.store<i32>(base, job, offsetof<Team>("ticket"));
  if (atomic.load<i32>(base, offsetof<Team>("sleepers")) > 0) atomic.notify(base, -1);
  takePart(team, scratch);
}

/** The chunk that gives each thread about three, in multiples of `unit`. */
@inline
function chunkOf(n: i32, threads: i32, unit: i32): i32 {
  const wanted = (n + 3 * threads - 1) / (3 * threads);
  const least = (n + MAXIMUM_CHUNKS - 1) / MAXIMUM_CHUNKS;
  return ((max(wanted, least) + unit - 1) / unit) * unit;
}

/** Columns of whole panels. */
const PANELS: i32 = 16;

/** matmul (matmul.ts) by `threads` threads; done when isTeamDone(). */
export function teamMatmul(team: Team, threads: i32, product: Product): void {
  closeTeam(team);
  packRowsOfFirst(product, 0, product.m);
  team.work = changetype<usize>(product);
  lead(team, MATMUL, product.n, chunkOf(product.n, threads, PANELS), product.scratchB);
}

/** multiplyNonzeros (nonzeros.ts) by `threads` threads; done when isTeamDone(), if hasTeamFailed() doesn't say otherwise. */
export function teamNonzeros(team: Team, threads: i32, product: NonzerosProduct): void {
  closeTeam(team);
  atomic.store<i32>(changetype<usize>(team), 0, offsetof<Team>("failed"));
  const length = listNonzeros(product) ? product.n : 0;
  if (length == 0) atomic.store<i32>(changetype<usize>(team), 1, offsetof<Team>("failed"));
  team.work = changetype<usize>(product);
  lead(team, NONZEROS, length, chunkOf(product.n, threads, NONZEROS_COLUMNS), product.room);
}

export function hasTeamFailed(team: Team): bool {
  return atomic.load<i32>(changetype<usize>(team), offsetof<Team>("failed")) != 0;
}

/** Bytes of the scratch of each thread but the leader's. */
export function teamScratchBytes(): i32 {
  return max(secondScratchBytes(), nonzerosScratchBytes());
}

/** sgd (optimizers.ts) by `threads` threads; done when isTeamDone(). */
export function teamSGD(team: Team, threads: i32, update: SGDUpdate, rates: SGDRates): void {
  closeTeam(team);
  team.work = changetype<usize>(update);
  team.rates = changetype<usize>(rates);
  lead(team, SGD, update.length, chunkOf(update.length, threads, PANELS), 0);
}

/** Chunks of a convolution for each thread: each has a room of its own. */
const CHUNKS_OF_CONVOLUTION: i32 = 2;

/** How many rooms `threads` threads need for a convolution, each as large as its kernel says. */
export function teamRooms(threads: i32): i32 {
  return CHUNKS_OF_CONVOLUTION * threads;
}

/** Each chunk is of as many images, or channels, as there are chunks for all. */
function leadConvolution(team: Team, kind: i32, length: i32, chunks: i32, work: usize, room: usize, roomFloats: i32): void {
  team.work = work;
  team.room = room;
  // Whole cache lines: no two threads write into one.
  team.roomBytes = (4 * roomFloats + 63) & ~63;
  lead(team, kind, length, (length + chunks - 1) / chunks, 0);
}

/** convolve (convolution.ts) by `threads` threads, each with images of its own; done when isTeamDone(). */
export function teamConvolve(team: Team, threads: i32, step: Convolve): void {
  closeTeam(team);
  leadConvolution(team, CONVOLVE, step.n, teamRooms(threads), changetype<usize>(step), step.room, convolveFloats(step));
}

/** convolveBackwardInput (convolution.ts) in the same way. */
export function teamConvolveBackwardInput(team: Team, threads: i32, step: ConvolveBackwardInput): void {
  closeTeam(team);
  leadConvolution(
    team, CONVOLVE_BACKWARD_INPUT, step.n, teamRooms(threads), changetype<usize>(step), step.room, convolveBackwardInputFloats(step),
  );
}

/**
 * convolveBackwardWeight (weight-gradient.ts) by `threads` threads, each with channels of the inputs of its own: so every sum is one
 * thread's, over all images in their order. All of the outputs' gradient goes into frames once for each chunk, of which there are no
 * more than threads.
 */
export function teamConvolveBackwardWeight(team: Team, threads: i32, step: ConvolveBackwardWeight): void {
  closeTeam(team);
  leadConvolution(
    team, CONVOLVE_BACKWARD_WEIGHT, step.inChannels, threads, changetype<usize>(step), step.room, convolveBackwardWeightFloats(step),
  );
}

/** Where a Team counts its sleepers. */
export function teamSleepers(team: Team): usize {
  return changetype<usize>(team) + offsetof<Team>("sleepers");
}

/** Bytes of a Team. */
export function teamBytes(): i32 {
  return offsetof<Team>();
}
