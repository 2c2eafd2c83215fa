// What Jupyter is told about the kernel: kernel.json of the kernelspec named "normlab".
import { join } from "node:path";

export const kernelName = "normlab";

export interface KernelSpec {
  readonly argv: readonly string[];
  readonly display_name: string;
  readonly language: string;
  readonly interrupt_mode: "message";
  readonly env: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface KernelSpecOptions {
  /** The folder that holds normlab's package.json. */
  readonly packageRoot: string;
  /** The Node that runs the kernel; the one that runs this when absent. */
  readonly node?: string;
}

/** kernel.json for a kernel that runs from `packageRoot`. */
export function kernelspec({ packageRoot, node = process.execPath }: KernelSpecOptions): KernelSpec {
  return {
    argv:
      process.platform === "win32"
        ? [node, join(packageRoot, "dist", "kernel", "node", "main.js"), "{connection_file}"]
        : ["/bin/sh", join(packageRoot, "kernel", "spec", "start.sh"), node, "{connection_file}"],
    display_name: "TypeScript (normlab)",
    language: "typescript",
    // A signal reaches only what the main thread is doing; a message reaches the control thread in any case.
    interrupt_mode: "message",
    // Options meant for another Node (a debugger, a loader) would change or stop the kernel.
    env: { NODE_OPTIONS: "" },
    metadata: { debugger: false },
  };
}
