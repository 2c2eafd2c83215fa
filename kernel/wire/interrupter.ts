// Gets an interrupt into a main thread that does not listen. Runs in the wire thread.
//
// First the main thread is told. While its event loop does not turn, it gets SIGINT (vm's breakOnSigint ends the
// synchronous part of a cell with a clean error), then V8's terminateExecution through the inspector, which ends
// anything else: microtask loops, and loops in timers or after an await. As what is ended may be followed by more
// of the same cell, the event loop is watched for a while.
import { Session } from "node:inspector";
import { slots, type ToMain } from "./thread.js";

const signalAfter = 100;
const terminateAfter = 250;
/** How long after an interrupt a blocked event loop is taken for a part of what was interrupted (ms). */
const watchTime = 1000;
const step = 50;

export class Interrupter {
  #watching: NodeJS.Timeout | undefined;

  constructor(
    private readonly shared: Int32Array,
    private readonly tell: (message: ToMain) => void,
  ) {}

  interrupt(): void {
    Atomics.add(this.shared, slots.interrupts, 1);
    Atomics.notify(this.shared, slots.sentBytes);
    this.tell({ type: "interrupt" });
    this.#watch();
  }

  #watch(): void {
    clearInterval(this.#watching);
    const start = performance.now();
    let asked = start;
    let signalled = false;
    let turns = Atomics.load(this.shared, slots.turns);
    this.#watching = setInterval(() => {
      const now = performance.now();
      if (Atomics.load(this.shared, slots.turns) !== turns) {
        turns = Atomics.load(this.shared, slots.turns);
        asked = now;
        signalled = false;
        if (now - start > watchTime) clearInterval(this.#watching);
        else this.tell({ type: "ping" });
        return;
      }
      const blocked = now - asked;
      if (blocked > terminateAfter) {
        terminateMainThread();
        asked = now;
      } else if (blocked > signalAfter && !signalled) {
        signalled = true;
        process.kill(process.pid, "SIGINT");
      }
    }, step);
  }

  close(): void {
    clearInterval(this.#watching);
  }
}

function terminateMainThread(): void {
  const session = new Session();
  session.connectToMainThread();
  session.post("Runtime.terminateExecution", () => session.disconnect());
}
