// Short runs one behind the other, in one process and in workers: NORMLAB_FULL=1 does 20,000 in each.
import { execFile } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { expect } from "chai";
import type { ShortRuns } from "./short-runs.js";

const full = process.env.NORMLAB_FULL === "1";
const count = full ? 20_000 : 300;
const program = new URL("./short-runs.js", import.meta.url);

async function inProcess(runs: number): Promise<ShortRuns> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--expose-gc",
    fileURLToPath(program),
    String(runs),
  ]);
  return JSON.parse(stdout);
}

async function inWorker(runs: number): Promise<ShortRuns> {
  const worker = new Worker(program, { workerData: { shortRuns: runs } });
  const [result] = await once(worker, "message");
  return result;
}

describe("short runs", function () {
  this.timeout(full ? 7_200_000 : 180_000);

  it(`give equal hashes for equal specs, ${count} times, in a process and in workers, and take no more memory`, async () => {
    const { hashes: expected } = await inProcess(151);
    const all = await Promise.all([inProcess(count), inWorker(count), inWorker(count)]);
    for (const { hashes, held } of all) {
      expect(hashes).to.deep.equal(expected);
      expect(held).to.equal(0);
    }
    for (const known of expected) expect(known).to.have.length(1);
    const [
      {
        memory: [early, late],
      },
    ] = all;
    expect(late.kernels).to.equal(early.kernels);
    // Compiled code still grows a little; a run that left its arrays behind would be seen at once.
    expect(late.live - early.live).to.be.lessThan(4 * 2 ** 20);
    expect(late.resident - early.resident).to.be.lessThan(96 * 2 ** 20);
  });
});
