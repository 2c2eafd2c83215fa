/**
 * The module's side of the bridge to normlab's kernel. The kernel puts an object under one global symbol; the module
 * looks for it each time it shows something, since a module outlives no kernel but may run without one.
 */

/** The faces of one value by MIME type; a front end shows the richest that it knows. */
export type MimeBundle = Record<string, unknown>;

/** What normlab's kernel offers to code that runs in its cells. */
export interface Kernel {
  /** Shows a bundle. It keeps its place in the order of outputs even when a Promise; the cell's end waits for it. */
  display(
    bundle: MimeBundle | Promise<MimeBundle>,
    options?: { id?: string; metadata?: Record<string, unknown> },
  ): void;
  /** Replaces what was shown under `id`. */
  update(
    id: string,
    bundle: MimeBundle | Promise<MimeBundle>,
    options?: { metadata?: Record<string, unknown> },
  ): void;
  clear(options?: { wait?: boolean }): void;
  /** Of the running cell; aborted on interrupt. */
  readonly signal: AbortSignal;
  input(prompt?: string, options?: { password?: boolean }): Promise<string>;
  /** The reader's files, where the module does not reach them by itself: in a page. */
  readonly files?: KernelFiles;
}

/** A path is relative to the notebook's folder or starts with a slash. Errors have Node's codes, such as ENOENT. */
export interface KernelFiles {
  read(file: string): Uint8Array;
  write(file: string, content: Uint8Array): void;
  remove(file: string): void;
  exists(file: string): boolean;
  absolute(file: string): string;
  /** A folder whose files are gone with the kernel. */
  readonly temporary: string;
}

/** The method by which a value tells its MIME bundle (the convention of Deno's kernel). */
export const jupyterDisplay: unique symbol = Symbol.for("Jupyter.display");

const bridge = Symbol.for("normlab.kernel");

/** normlab's kernel when this process is one; undefined in plain Node and in other kernels. */
export function runningKernel(): Kernel | undefined {
  return (globalThis as Record<symbol, unknown>)[bridge] as Kernel | undefined;
}
