import { host } from "#host";
import { runningKernel } from "../base/kernel.js";
import { begins, ended } from "../tensor/wasm/interrupted.js";

/** A loop may hold the event loop for this long; then interrupts, progress and other messages get their turn. */
const LONGEST_HOLD_MS = 8;
/** Longer where a pause costs much: a large network is given back before it, and borrowed again after it. */
const HOLD_PER_COST = 50;

let isAlone = false;

/**
 * For a thread that does trainings and nothing beside them, and that is ended from outside: no other code has its turn in a pause. Each
 * one gives back what the training borrowed, the data too, and short runs then take a tenth longer.
 */
export function neverPauseInThisThread(): void {
  isAlone = true;
}

/**
 * Keeps a long loop interruptible. When to pause depends on the clock, but a pause changes nothing that is computed.
 * After each step the loop asks due() and awaits take(), and ends when aborted() says so; end() belongs in its `finally`.
 */
export class Pauses {
  private lastPause = performance.now();
  private hold = LONGEST_HOLD_MS;
  private readonly signals: readonly AbortSignal[];

  /**
   * Listens to the signal, and to the running cell's: its stop button works without a signal.
   * @param cleanUp is called by end(), and after an interrupt that comes before it; it may be called twice
   */
  constructor(
    signal: AbortSignal | undefined,
    private readonly cleanUp: () => void,
  ) {
    this.signals = [signal, runningKernel()?.signal].flatMap((entry) => entry ?? []);
    begins(cleanUp);
  }

  due(): boolean {
    return !isAlone && performance.now() - this.lastPause > this.hold;
  }

  /** @param prepare is called before others have their turn */
  async take(prepare: () => void): Promise<void> {
    const start = performance.now();
    prepare();
    this.hold = Math.max(LONGEST_HOLD_MS, HOLD_PER_COST * (performance.now() - start));
    await this.during(host.pause());
    this.lastPause = performance.now();
  }

  /** Waits for what others do, which may take several tasks. */
  async during(promise: unknown): Promise<void> {
    ended(this.cleanUp);
    try {
      await promise;
    } finally {
      begins(this.cleanUp);
    }
  }

  aborted(): boolean {
    return this.signals.some((signal) => signal.aborted);
  }

  /** The loop is over. */
  end(): void {
    this.cleanUp();
    ended(this.cleanUp);
  }
}
