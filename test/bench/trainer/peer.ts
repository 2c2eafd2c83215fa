import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** One side of a comparison. */
export interface Side {
  readonly name: string;
  losses(net: string): Promise<number[]>;
  /** Steps a second over about that many milliseconds. */
  speed(net: string, milliseconds: number): Promise<number>;
}

/** One that is a process that answers a line for each line (serve.ts). */
export class Peer implements Side {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly answers: AsyncIterator<string>;
  private errors = "";

  constructor(
    readonly name: string,
    [program, ...args]: string[],
    environment: Record<string, string> = {},
  ) {
    this.child = spawn(program, args, { env: { ...process.env, ...environment } });
    this.child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.errors = (this.errors + text).slice(-4000);
    });
    this.answers = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async losses(net: string): Promise<number[]> {
    const { losses } = await this.ask<{ losses: number[] }>(`${net} losses`);
    return losses;
  }

  async speed(net: string, milliseconds: number): Promise<number> {
    const { steps, ms } = await this.ask<{ steps: number; ms: number }>(`${net} ${milliseconds}`);
    return (1000 * steps) / ms;
  }

  /** Whether its process is no longer there. */
  get hasEnded(): boolean {
    return this.child.exitCode !== null;
  }

  end(): void {
    this.child.stdin.end();
    this.child.kill();
  }

  private async ask<Answer>(line: string): Promise<Answer> {
    this.child.stdin.write(`${line}\n`);
    const answer = await this.answers.next();
    if (answer.done)
      throw new Error(`The peer ${this.name} ended without an answer. Its errors:\n${this.errors}`);
    return JSON.parse(answer.value) as Answer;
  }
}
