import { expect } from "chai";
import { InProcessKernel } from "./in-process.js";
import { ofType, printed } from "./messages.js";

describe("the kernel in this process", () => {
  let kernel: InProcessKernel;
  before(() => {
    kernel = new InProcessKernel({ files: { "local.ts": "export const local = 4;" } });
  });
  after(() => kernel.close());

  it("runs cells as one on the wire does", async () => {
    const { reply, messages } = await kernel.execute("let a = 1;\nconsole.log(a);\na + 1");
    expect(reply.status).to.equal("ok");
    expect(printed(messages)).to.equal("1\n");
    expect(ofType(messages, "execute_result")[0].content.data).to.deep.equal({ "text/plain": "2" });
  });

  it("fails the cell for what nobody caught, and not the test runner", async () => {
    const { reply } = await kernel.execute(`setTimeout(() => { throw new Error("in a timer"); }, 1);`);
    expect(reply).to.include({ status: "error", evalue: "in a timer" });
    expect((await kernel.execute("Promise.reject(new Error('nobody'));")).reply.evalue).to.equal("nobody");
  });

  it("runs many cells", async () => {
    for (let cell = 0; cell < 300; cell++) {
      const { reply } = await kernel.execute(`let x${cell} = ${cell};`);
      expect(reply.status).to.equal("ok");
    }
    expect(ofType((await kernel.execute("x0 + x299")).messages, "execute_result").length).to.equal(1);
  });
});
