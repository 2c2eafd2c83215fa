import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** One side of a comparison. */
export interface Side {
  readonly name: string;
  losses(net: string): Promise<number[]>;
  /** Steps a second over about that many milliseconds. */
  speed(net: string, milliseconds: number): Promise<number>;
}

/** A process that answers a line of JSON for each line. */
export class Program {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly answers: AsyncIterator<string>;
  private readonly closed: Promise<number | null>;
  private errors = "";

  constructor(
    readonly name: string,
    [program, ...args]: readonly string[],
    environment: Record<string, string> = {},
  ) {
    this.child = spawn(program, args, { env: { ...process.env, ...environment } });
    this.child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.errors = (this.errors + text).slice(-4000);
    });
    this.closed = new Promise((resolve) => this.child.on("close", resolve));
    this.answers = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async ask<Answer>(line: string): Promise<Answer> {
    this.child.stdin.write(`${line}\n`);
    const answer = await this.answers.next();
    if (answer.done)
      throw new Error(`The peer ${this.name} ended without an answer. Its errors:\n${this.errors}`);
    return JSON.parse(answer.value) as Answer;
  }

  /** Whether its process is no longer there. */
  get hasEnded(): boolean {
    return this.child.exitCode !== null;
  }

  /** Asks nothing more, and waits until it has ended by itself. */
  async finish(): Promise<void> {
    this.child.stdin.end();
    const code = await this.closed;
    if (code !== 0)
      throw new Error(`The peer ${this.name} ended with exit code ${code}. Its errors:\n${this.errors}`);
  }

  end(): void {
    this.child.stdin.end();
    this.child.kill();
  }
}

/** A program that answers as serve.ts does. */
export class Peer extends Program implements Side {
  async losses(net: string): Promise<number[]> {
    const { losses } = await this.ask<{ losses: number[] }>(`${net} losses`);
    return losses;
  }

  async speed(net: string, milliseconds: number): Promise<number> {
    const { steps, ms } = await this.ask<{ steps: number; ms: number }>(`${net} ${milliseconds}`);
    return (1000 * steps) / ms;
  }
}
