// What a program does that can be compared: the lines that it prints, and the name of the error that ends it.
import { format } from "node:util";

export interface Outcome {
  lines: string[];
  /** "TypeError"; for a refused cell "refused", followed by TypeScript's codes. */
  error?: string;
}

/** Collects what is printed while `run` goes on. Programs are run one after the other: there is one console. */
export async function printed(run: () => Promise<string | undefined>): Promise<Outcome> {
  const lines: string[] = [];
  const { log } = console;
  console.log = (...values: unknown[]) => {
    lines.push(format(...values));
  };
  try {
    const error = await run();
    return error === undefined ? { lines } : { lines, error };
  } finally {
    console.log = log;
  }
}

export function nameOfThrown(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : `a thrown ${typeof thrown}`;
}

/** For a reader of a failed test. */
export function describeOutcome({ lines, error }: Outcome): string {
  return [...lines, ...(error === undefined ? [] : [`throws ${error}`])].join("\n");
}
