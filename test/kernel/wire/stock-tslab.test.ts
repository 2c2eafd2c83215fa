// What this kernel says it does better than stock tslab is so: every check passes here, and fails there unless it is unsteady.
import { expect } from "chai";
import { tslab } from "../../bench/kernel/peers.js";
import { within } from "../../bench/kernel/session.js";
import { startKernel } from "../client.js";
import { kernelPromises, type Subject } from "./promises.js";

type Running = Awaited<ReturnType<typeof startKernel>>;

function subject({ kernel, client }: Running, bySignal: boolean, patience: number): Subject {
  return {
    client,
    async interrupt() {
      if (bySignal) kernel.process.kill("SIGINT");
      else await client.interrupt();
    },
    patiently: (promise) => within(patience, promise, "no answer"),
  };
}

describe("wire: what this kernel promises", () => {
  let kernel: Running;
  before(async () => {
    kernel = await startKernel();
  });
  after(() => kernel.stop());

  for (const { name, check } of kernelPromises) {
    it(name, () => check(subject(kernel, false, 15_000)));
  }
});

describe("wire: stock tslab breaks the promise that", function () {
  this.timeout(60_000);
  let kernel: Running | undefined;
  after(() => kernel?.stop());

  for (const { name, check, ruinous } of kernelPromises.filter(({ unsteady }) => !unsteady)) {
    it(name, async () => {
      kernel ??= await startKernel({ argv: tslab.argv });
      // What has not come after so long does not come: a cell takes stock tslab a tenth of a second.
      const broken = await check(subject(kernel, true, 3000)).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (ruinous) {
        await kernel.stop();
        kernel = undefined;
      }
      expect(broken, "stock tslab keeps it").to.be.instanceOf(Error);
    });
  }
});
