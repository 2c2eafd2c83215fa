// Gets an interrupt into a main thread that does not listen. Runs in the wire's thread.
//
// The main thread is told, and a number in shared memory is set that every loop of a cell looks at. While it waits for a
// process (execSync and its kin), that process and what it started are ended. While the event loop does not turn all the
// same, it gets SIGINT: vm's breakOnSigint ends the synchronous part of a cell, functions of libraries included. What
// none of these reaches (a library's own endless loop after an await) is logged; V8's terminateExecution would reach it,
// but from within a callback it makes Node abort.
import { processMark, signalProcesses } from "../processes.js";
import { slots, type ToMain } from "./between-threads.js";

const signalAfter = 100;
const killAfter = 200;
const giveUpAfter = 2000;
/** How long after an interrupt a blocked event loop is taken for a part of what was interrupted (ms). */
const watchTime = 500;
const step = 25;

export class Interrupter {
  #watching: NodeJS.Timeout | undefined;

  constructor(
    private readonly shared: Int32Array,
    private readonly kernelMark: string,
    private readonly tell: (message: ToMain) => void,
    /** Is called when the main thread does not come back. */
    private readonly stuck: () => void,
  ) {}

  interrupt(): void {
    Atomics.add(this.shared, slots.interrupts, 1);
    // First: a main thread that sees the number finds the message.
    this.tell({ type: "interrupt" });
    Atomics.store(this.shared, slots.stop, 1);
    this.#watch();
  }

  #watch(): void {
    clearInterval(this.#watching);
    const start = performance.now();
    let asked = start;
    let signalled = false;
    let said = false;
    let turns = Atomics.load(this.shared, slots.turns);
    /** Since when the main thread waits for a process that was asked to end. */
    let waitsSince: number | undefined;
    const look = () => {
      // The cell that was interrupted has ended, and the next one has begun.
      if (Atomics.load(this.shared, slots.stop) === 0) {
        clearInterval(this.#watching);
        return;
      }
      const now = performance.now();
      const cell = Atomics.load(this.shared, slots.child);
      if (cell === 0) waitsSince = undefined;
      else if (waitsSince === undefined) {
        waitsSince = now;
        this.#signal(cell, "SIGTERM");
      } else if (now - waitsSince > killAfter) this.#signal(cell, "SIGKILL");
      if (Atomics.load(this.shared, slots.turns) !== turns) {
        turns = Atomics.load(this.shared, slots.turns);
        asked = now;
        signalled = false;
        if (now - start > watchTime) this.#end();
        else this.tell({ type: "ping" });
        return;
      }
      if (now - asked > signalAfter && !signalled) {
        signalled = true;
        Atomics.add(this.shared, slots.signals, 1);
        process.kill(process.pid, "SIGINT");
      }
      if (now - asked > giveUpAfter && !said) {
        said = true;
        this.stuck();
      }
    };
    this.#watching = setInterval(look, step);
    look();
  }

  #signal(cell: number, signal: "SIGTERM" | "SIGKILL"): void {
    signalProcesses(processMark(this.kernelMark).cell(cell), signal);
  }

  /** What runs from here on was not interrupted. */
  #end(): void {
    clearInterval(this.#watching);
    Atomics.store(this.shared, slots.stop, 0);
  }
}
