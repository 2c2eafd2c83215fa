// normlab run, merge and their kin: the module's own command, as a process of its own.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";

/** @returns the process's exit code; that of a shell when a signal ended it */
export function runExperiments(packageRoot: string, name: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const program = join(packageRoot, "dist", "packed", "experiments.js");
    // It stops when the channel closes: where this process is killed, nobody waits for the results any more.
    const stdio = ["inherit", "inherit", "inherit", "ipc"] as const;
    const child = spawn(process.execPath, [program, name, ...args], { stdio: [...stdio] });
    // A terminal's Ctrl-C reaches it by itself; it saves what it has, and this process waits for that.
    process.on("SIGINT", () => {});
    for (const signal of ["SIGTERM", "SIGUSR1"] as const) process.on(signal, () => child.kill(signal));
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}
