import type { Pool } from "../host.js";

const METHOD = "run";

/** Workers of a page or of a worker, one for each thread. */
export async function startPool<Input, Output>(threads: number): Promise<Pool<Input, Output>> {
  const { default: workerpool } = await import("workerpool");
  const workers = workerpool.pool(new URL("./sweep-worker.js", import.meta.url).href, {
    minWorkers: threads,
    maxWorkers: threads,
    workerType: "web",
    workerOpts: { type: "module" },
  });
  return {
    run(input, { signal }) {
      if (signal.aborted) return Promise.reject(signal.reason);
      const answer = workers.exec(METHOD, [input]);
      // Cancelling ends the worker; the next run gets a new one.
      const abort = () => answer.cancel();
      signal.addEventListener("abort", abort, { once: true });
      const result = new Promise<Output>((resolve, reject) => {
        answer.then(
          (output) => resolve(output),
          (error) => reject(error),
        );
      });
      return result.finally(() => signal.removeEventListener("abort", abort));
    },
    async destroy() {
      await workers.terminate(true);
    },
  };
}

/** Answers the pool with what `run` gives. */
export async function answerPool<Input, Output>(run: (input: Input) => Promise<Output>): Promise<void> {
  const { default: workerpool } = await import("workerpool");
  workerpool.worker({ [METHOD]: run });
}
