import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect } from "chai";

const module = new URL("../../../src/index.js", import.meta.url).href;

/** Threads that a process has started by the time the module is imported; it must end by itself. */
async function threadsStarted(before: string): Promise<number> {
  const script = `
    import { Worker } from "node:worker_threads";
    ${before}
    await import(${JSON.stringify(module)});
    // Threads are numbered from 1.
    const next = new Worker("", { eval: true });
    console.log(next.threadId - 1);
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script]);
  return Number(stdout);
}

describe("Importing the module", () => {
  it("starts the renderer in a kernel, and does not keep the process from ending", async () => {
    const kernel = 'globalThis[Symbol.for("normlab.kernel")] = {};';
    expect(await threadsStarted(kernel)).to.equal(1);
  });

  it("starts nothing in a script", async () => {
    expect(await threadsStarted("")).to.equal(0);
  });
});
