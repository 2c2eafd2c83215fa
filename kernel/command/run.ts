// normlab run: the module's runner, as a process of its own.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";

/** @returns the runner's exit code; that of a shell when a signal ended it */
export function runExperiments(packageRoot: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const runner = join(packageRoot, "dist", "src", "experiments", "run.js");
    // The runner stops when the channel closes: where this process is killed, nobody waits for the results any more.
    const stdio = ["inherit", "inherit", "inherit", "ipc"] as const;
    const child = spawn(process.execPath, [runner, ...args], { stdio: [...stdio] });
    // A terminal's Ctrl-C reaches the runner by itself; it saves what it has, and this process waits for that.
    process.on("SIGINT", () => {});
    process.on("SIGTERM", () => child.kill("SIGTERM"));
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}
