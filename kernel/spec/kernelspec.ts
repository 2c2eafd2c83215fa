// What Jupyter is told of the kernel: the content of kernel.json.
import { join } from "node:path";

export interface Kernelspec {
  argv: string[];
  display_name: string;
  language: string;
  interrupt_mode: "message";
  env: Record<string, string>;
  metadata: Record<string, unknown>;
}

/** The kernelspec for a package at `packageRoot`, run by `node` (default: the Node that asks). */
export function kernelspec(options: { packageRoot: string; node?: string }): Kernelspec {
  return {
    argv: [
      options.node ?? process.execPath,
      join(options.packageRoot, "dist", "kernel", "main.js"),
      "{connection_file}",
    ],
    display_name: "TypeScript (normlab)",
    language: "typescript",
    interrupt_mode: "message",
    // Options meant for another Node program (inspectors, loaders) must not change how cells run.
    env: { NODE_OPTIONS: "" },
    metadata: { debugger: false },
  };
}
