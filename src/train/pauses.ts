import { host } from "#host";
import { runningKernel } from "../base/kernel.js";

/** A loop may hold the event loop for this long; then interrupts, progress and other messages get their turn. */
const LONGEST_HOLD_MS = 8;

/**
 * Keeps a long loop interruptible. When to pause depends on the clock, but a pause changes nothing that is computed.
 *
 *     try {
 *       while (…) { step(); if (pauses.due()) await pauses.take(); if (pauses.aborted()) break; }
 *     } finally { pauses.end(); }
 *
 * A hard interrupt (V8's termination, which a kernel uses) ends a loop without its `finally`. Between two pauses no other
 * task runs: a loop that a later task finds between two pauses was ended so, and is then cleaned up after.
 */
export class Pauses {
  private lastPause = performance.now();
  private readonly signals: readonly AbortSignal[];
  private readonly cleanUp: () => void;

  /**
   * Listens to the signal, and to the running cell's: its stop button works without a signal.
   * @param cleanUp is called once: by end(), or after a hard interrupt
   */
  constructor(signal: AbortSignal | undefined, cleanUp: () => void) {
    this.signals = [signal, runningKernel()?.signal].flatMap((entry) => entry ?? []);
    this.cleanUp = cleanUp;
    holding.add(this);
    watch();
  }

  due(): boolean {
    return performance.now() - this.lastPause > LONGEST_HOLD_MS;
  }

  async take(): Promise<void> {
    await this.during(host.pause());
    this.lastPause = performance.now();
  }

  /** Waits for what others do, which may take several tasks. */
  async during(promise: unknown): Promise<void> {
    holding.delete(this);
    await promise;
    holding.add(this);
    watch();
  }

  aborted(): boolean {
    return this.signals.some((signal) => signal.aborted);
  }

  /** The loop is over. */
  end(): void {
    holding.delete(this);
    this.cleanUp();
  }
}

/** The loops that hold the event loop now, one in the other. */
const holding = new Set<Pauses>();
let isWatched = false;

function watch(): void {
  if (isWatched) return;
  isWatched = true;
  void host.pause().then(() => {
    isWatched = false;
    for (const interrupted of holding) interrupted.end();
  });
}
