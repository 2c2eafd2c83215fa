/** How a shell, a scheduler and the command normlab end this process. */

export interface StopSignals {
  /** Aborted: stop at once. */
  signal: AbortSignal;
  /** Aborted: begin nothing more. */
  finish?: AbortSignal;
}

/**
 * Ctrl+C (SIGINT) stops at once. SIGTERM and SIGUSR1 do too or, with `grace`, let what is at hand come to its end for so many
 * seconds. A scheduler may send its signal more than once, to the command and to this process: the later ones change nothing.
 */
export function stopSignals({ grace }: { grace?: number }): StopSignals {
  const now = new AbortController();
  const finish = new AbortController();
  process.once("SIGINT", () => now.abort());
  const end = () => {
    if (grace === undefined) now.abort();
    if (finish.signal.aborted) return;
    finish.abort();
    // It alone must not keep the process alive.
    if (grace !== undefined) setTimeout(() => now.abort(), 1000 * grace).unref();
  };
  process.on("SIGTERM", end);
  // Without a listener Node would open its debugger.
  process.on("SIGUSR1", end);
  // The command normlab started this process and was killed. Listening alone must not keep it alive.
  process.once("disconnect", () => now.abort());
  process.channel?.unref();
  return grace === undefined ? { signal: now.signal } : { signal: now.signal, finish: finish.signal };
}
