import { expect } from "chai";
import { printed, startKernel } from "../client.js";
import { endlessCells } from "./interrupts.js";

describe("interrupts", () => {
  let kernel: Awaited<ReturnType<typeof startKernel>>;
  before(async () => {
    kernel = await startKernel();
    await kernel.client.execute("let kept = 41; let ticks = 0;");
  });
  after(() => kernel.stop());

  for (const { name, code } of endlessCells) {
    it(`end: ${name}`, async () => {
      const { client } = kernel;
      const id = client.sendCell(code);
      await client.publication(
        ({ header, parentHeader, content }) =>
          parentHeader.msg_id === id &&
          (header.msg_type === "error" || String(content.text).includes("started")),
      );
      await new Promise((resolve) => setTimeout(resolve, 100)); // into the loop itself
      await client.interrupt();
      const { reply, messages } = await client.executed(id);
      expect(reply.ename).to.equal("KeyboardInterrupt");
      const state = await client.execute("[kept, ticks]");
      expect(state.reply.status).to.equal("ok");
      // Nothing of it may run on: time passes in a cell that waits, and in the kernel between two cells.
      const running = await client.execute(`{
        const before = ticks;
        await new Promise((resolve) => setTimeout(resolve, 200));
        console.log(kept, ticks - before);
      }`);
      expect(printed(running.messages)).to.equal("41 0\n");
      const late = client.publishedFor(id).length;
      expect(late).to.equal(messages.length);
    });
  }

  it("are nothing to a kernel that runs no cell", async () => {
    const { client } = kernel;
    await client.interrupt();
    const { reply } = await client.execute("kept + 1");
    expect(reply.status).to.equal("ok");
  });
});
