// What this kernel says it does better than stock tslab is so: every check passes here, and fails there unless it is unsteady.
import { expect } from "chai";
import { tslab } from "../../bench/kernel/peers.js";
import { within } from "../../bench/kernel/session.js";
import { startKernel } from "../client.js";
import { hostsApart, type Running } from "../hosts.js";
import { kernelPromises } from "./promises.js";

const patiently =
  (patience: number) =>
  <T>(promise: Promise<T>) =>
    within(patience, promise, "no answer");

for (const { name: host, isNode, start } of hostsApart())
  describe(`wire: what this kernel promises, ${host}`, () => {
    let kernel: Running;
    before(async () => {
      kernel = await start();
    });
    after(() => kernel.stop());

    for (const { name, check } of kernelPromises.filter(({ needsNode }) => isNode || !needsNode))
      it(name, async () => {
        const { client } = kernel;
        const interrupt = async () => {
          await client.interrupt();
        };
        await check({ client, interrupt, patiently: patiently(15_000) });
      });
  });

describe("wire: stock tslab breaks the promise that", function () {
  this.timeout(60_000);
  let kernel: Awaited<ReturnType<typeof startKernel>> | undefined;
  after(() => kernel?.stop());

  for (const { name, check, ruinous } of kernelPromises.filter(({ unsteady }) => !unsteady)) {
    it(name, async () => {
      kernel ??= await startKernel({ argv: tslab.argv });
      const {
        client,
        kernel: { process: started },
      } = kernel;
      const interrupt = async () => {
        started.kill("SIGINT");
      };
      // What has not come after so long does not come: a cell takes stock tslab a tenth of a second.
      const broken = await check({ client, interrupt, patiently: patiently(3000) }).then(
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
