import { host } from "#host";
import { runningKernel } from "../base/kernel.js";

/** A loop may hold the event loop for this long; then interrupts, progress and other messages get their turn. */
const LONGEST_HOLD_MS = 8;

/**
 * Keeps a long loop interruptible. When to pause depends on the clock, but a pause changes nothing that is computed.
 *
 *     while (…) { step(); if (pauses.due()) await pauses.take(); if (pauses.aborted()) break; }
 */
export class Pauses {
  private lastPause = performance.now();
  private readonly signals: readonly AbortSignal[];

  /** Listens to the signal, and to the running cell's: its stop button works without a signal. */
  constructor(signal: AbortSignal | undefined) {
    this.signals = [signal, runningKernel()?.signal].flatMap((entry) => entry ?? []);
  }

  due(): boolean {
    return performance.now() - this.lastPause > LONGEST_HOLD_MS;
  }

  async take(): Promise<void> {
    await host.pause();
    this.lastPause = performance.now();
  }

  aborted(): boolean {
    return this.signals.some((signal) => signal.aborted);
  }
}
