// The command normlab as a program, as whoever installed the package runs it.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { packageRoot } from "../../../kernel/command/package.js";

export const program = join(packageRoot, "dist", "kernel", "command", "main.js");

export interface Said {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param folder where whoever runs it stands */
export function normlab(args: readonly string[], folder?: string): Said {
  return spawnSync(process.execPath, [program, ...args], { cwd: folder, encoding: "utf8" });
}
