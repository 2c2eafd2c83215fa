/**
 * Large products and updates shared among threads that have instances of this module on the same memory. A job is cut into
 * chunks, and whoever is free claims the next one. Which thread computes a chunk changes no bit of it.
 *
 * The ticket is the job's number (upper 24 bits) and the next chunk to claim (lower 8). Between two jobs its chunk is one
 * that no job has. So whoever claims a chunk by compare-and-exchange has read arguments that belong to its ticket: they are
 * written only while the ticket is closed.
 *
 * The leader may be stopped anywhere (its cell was interrupted), and its job then stays open. closeTeam() keeps others from
 * claiming more of it, and isTeamIdle() says when those that had claimed are through: before that its memory is not free.
 */
import { multiplyColumns, packRowsOfFirst } from "./matmul";
import { sgd } from "./optimizers";

const MATMUL: i32 = 1;
const SGD: i32 = 2;

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
  m: i32;
  n: i32;
  k: i32;
  transposed: i32;
  first: usize;
  second: usize;
  third: usize;
  learningRate: f32;
  momentum: f32;
  weightDecay: f32;
  nesterov: i32;
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
    const m = team.m;
    const n = team.n;
    const k = team.k;
    const transposed = team.transposed != 0;
    const first = team.first;
    const second = team.second;
    const third = team.third;
    const learningRate = team.learningRate;
    const momentum = team.momentum;
    const weightDecay = team.weightDecay;
    const nesterov = team.nesterov != 0;
    if (atomic.cmpxchg<i32>(base, ticket, ticket + 1, offsetof<Team>("ticket")) != ticket) continue;
    const start = chunk * size;
    const end = min(n, start + size);
    if (kind == MATMUL) {
      multiplyColumns(first, second, 0, third, m, n, k, transposed, scratch, start, end);
    } else if (kind == SGD) {
      const velocity = third ? third + 4 * start : 0;
      sgd(first + 4 * start, second + 4 * start, velocity, end - start, learningRate, momentum, weightDecay, nesterov);
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

/** Cuts n into chunks, gives the job out and takes part. The ticket is closed. It is done when isTeamDone() says so. */
function lead(team: Team, kind: i32, n: i32, chunkSize: i32, scratch: usize): void {
  const base = changetype<usize>(team);
  const job = (ticketOf(team) & ~255) + 256;
  team.kind = kind;
  team.n = n;
  team.chunkSize = chunkSize;
  const chunks = (n + chunkSize - 1) / chunkSize;
  atomic.store<i32>(base, job, offsetof<Team>("done"));
  team.chunks = chunks;
  atomic.store<i32>(base, job, offsetof<Team>("ticket"));
  if (atomic.load<i32>(base, offsetof<Team>("sleepers")) > 0) atomic.notify(base, -1);
  takePart(team, scratch);
}

/** The chunk that gives each thread about three, in multiples of 16: whole panels. */
@inline
function chunkOf(n: i32, threads: i32): i32 {
  const wanted = (n + 3 * threads - 1) / (3 * threads);
  const least = (n + MAXIMUM_CHUNKS - 1) / MAXIMUM_CHUNKS;
  return (max(wanted, least) + 15) & ~15;
}

/** matmul (matmul.ts) by `threads` threads; done when isTeamDone(). */
export function teamMatmul(
  team: Team,
  threads: i32,
  a: usize,
  b: usize,
  c: usize,
  m: i32,
  n: i32,
  k: i32,
  transposeA: bool,
  transposeB: bool,
  packedA: usize,
  packedB: usize,
): void {
  closeTeam(team);
  packRowsOfFirst(a, 0, m, k, transposeA, packedA, 0, m);
  team.m = m;
  team.k = k;
  team.transposed = transposeB ? 1 : 0;
  team.first = packedA;
  team.second = b;
  team.third = c;
  lead(team, MATMUL, n, chunkOf(n, threads), packedB);
}

/** sgd (optimizers.ts) by `threads` threads; done when isTeamDone(). */
export function teamSGD(
  team: Team,
  threads: i32,
  weight: usize,
  gradient: usize,
  velocity: usize,
  length: i32,
  learningRate: f32,
  momentum: f32,
  weightDecay: f32,
  nesterov: bool,
): void {
  closeTeam(team);
  team.first = weight;
  team.second = gradient;
  team.third = velocity;
  team.learningRate = learningRate;
  team.momentum = momentum;
  team.weightDecay = weightDecay;
  team.nesterov = nesterov ? 1 : 0;
  lead(team, SGD, length, chunkOf(length, threads), 0);
}

/** Where a Team counts its sleepers. */
export function teamSleepers(team: Team): usize {
  return changetype<usize>(team) + offsetof<Team>("sleepers");
}

/** Bytes of a Team. */
export function teamBytes(): i32 {
  return offsetof<Team>();
}
