// The kernel's log: faults go to stderr, which the Jupyter server shows; with --debug every message goes to a
// file as well, one JSON object a line. Signatures and the key are in neither.
import fs from "node:fs";

// Captured here: writes to stderr through node:fs are output of cells later on.
const { appendFileSync, writeFileSync, writeSync } = fs;

const stderr = 2;

export class Log {
  readonly #file: string | undefined;

  constructor(file?: string) {
    this.#file = file;
  }

  /** Makes an empty file. Messages hold what a user types and prints: readable by that user only. */
  begin(): this {
    if (this.#file !== undefined) writeFileSync(this.#file, "", { mode: 0o600 });
    return this;
  }

  /** Something that went wrong and that nobody else reports. */
  fault(text: string): void {
    writeSync(stderr, `[normlab kernel] ${text}\n`);
    this.#append({ fault: text });
  }

  message(
    direction: "in" | "out",
    channel: string,
    type: string,
    parts: () => Record<string, unknown>,
  ): void {
    if (this.#file !== undefined) this.#append({ direction, channel, type, ...parts() });
  }

  #append(entry: Record<string, unknown>): void {
    if (this.#file === undefined) return;
    appendFileSync(this.#file, `${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`);
  }
}
