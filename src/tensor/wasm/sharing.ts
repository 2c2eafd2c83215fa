/**
 * Whether sharing work among threads pays is measured while it runs: it depends on the machine, and on what else the
 * machine does. A thread that lost its processor to another program makes all others wait for it. What is measured decides
 * who computes, never what is computed.
 */

/** Calls between two trials of the other way. */
const PERIOD = 512;
const TRIAL = 16;
/** Of a trial's first calls the threads may still be asleep. */
const SETTLING = 4;
/** Calls before the first trial. */
const FIRST_CALLS = 64;
/** Sharing must save this much, for it takes processors from others. */
const WORTHWHILE = 0.9;

/** The mean cost of one way of working, of late: at each trial what was known before counts half as much. */
class Cost {
  private sum = 0;
  private count = 0;
  private pastSum = 0;
  private pastCount = 0;

  add(cost: number): void {
    this.sum += cost;
    this.count++;
  }

  settle(): void {
    this.pastSum = this.pastSum / 2 + this.sum;
    this.pastCount = this.pastCount / 2 + this.count;
    this.sum = 0;
    this.count = 0;
  }

  /** As of the last settle(). */
  get mean(): number {
    return this.pastSum / this.pastCount;
  }
}

/** For each piece of work of one kind: ask isShared(), do the work, say what it took(). */
export class Sharing {
  private readonly alone = new Cost();
  private readonly together = new Cost();
  private pays = true;
  /** Calls since the last trial began. */
  private place = PERIOD - FIRST_CALLS;

  get isShared(): boolean {
    return this.place < TRIAL ? !this.pays : this.pays;
  }

  /** @param cost the time for a unit of the work */
  took(cost: number): void {
    const isSettling = this.place < SETTLING || (this.place >= TRIAL && this.place < TRIAL + SETTLING);
    if (!isSettling) (this.isShared ? this.together : this.alone).add(cost);
    this.place = (this.place + 1) % PERIOD;
    if (this.place === TRIAL) {
      this.alone.settle();
      this.together.settle();
      this.pays = this.together.mean < WORTHWHILE * this.alone.mean;
    }
  }
}
