import { expect } from "chai";
import { Subscriber } from "zeromq";
import { startKernel } from "../client.js";
import { hostsApart, type Running } from "../hosts.js";
import { ofType, printed } from "../messages.js";

/** ZeroMQ keeps 1000 messages for a client by default, and drops what comes after them. */
const highWaterMark = 1000;

for (const { name, start } of hostsApart())
  describe(`wire: output, ${name}`, function () {
    this.timeout(60_000);
    let kernel: Running;
    before(async () => {
      kernel = await start();
    });
    after(() => kernel.stop());

    it("delivers 100 000 printed lines whole, in order and in batches", async () => {
      const { messages } = await kernel.client.execute(
        `for (let line = 0; line < 100_000; line++) console.log("line " + line);`,
      );
      const expected = Array.from({ length: 100_000 }, (_, line) => `line ${line}\n`).join("");
      expect(printed(messages) === expected).to.equal(true);
      expect(ofType(messages, "stream").length).to.be.below(highWaterMark);
    });

    it("delivers ten times as many display updates as the high-water mark, in order", async () => {
      const { messages } = await kernel.client.execute(`{
      const kernel = (globalThis as any)[Symbol.for("normlab.kernel")];
      kernel.display({ "text/plain": "start" }, { id: "bar" });
      for (let step = 0; step < ${10 * highWaterMark}; step++) kernel.update("bar", { "text/plain": String(step) });
    }`);
      const updates = ofType(messages, "update_display_data");
      expect(updates.length).to.equal(10 * highWaterMark);
      const texts = updates.map(({ content }) => (content.data as Record<string, string>)["text/plain"]);
      expect(texts.every((text, step) => text === String(step))).to.equal(true);
      expect(updates[0].content.transient).to.deep.equal({ display_id: "bar" });
    });

    it("delivers an output of 50 MB", async () => {
      const { messages } = await kernel.client.execute(`console.log("x".repeat(50_000_000));`);
      expect(printed(messages).length).to.equal(50_000_001);
    });

    it("gives output that comes after its cell's end to that cell, also while another one runs", async () => {
      const { client } = kernel;
      const first = client.sendCell(`setTimeout(() => console.log("late"), 150);`);
      await client.executed(first);
      const second = await client.execute(
        `await new Promise((resolve) => setTimeout(resolve, 300)); console.log("own");`,
      );
      expect(printed(second.messages)).to.equal("own\n");
      expect(printed(client.publishedFor(first))).to.equal("late\n");
    });

    it("keeps what is printed and what is displayed in order", async () => {
      const { messages } = await kernel.client.execute(`{
      const kernel = (globalThis as any)[Symbol.for("normlab.kernel")];
      console.log("a");
      kernel.display(new Promise((resolve) => setTimeout(resolve, 50, { "text/plain": "b" })));
      console.log("c");
      console.error("d");
      kernel.display({ "text/plain": "e" });
    }`);
      const shown = messages
        .filter(({ header }) => ["stream", "display_data"].includes(header.msg_type))
        .map(({ content }) =>
          String(content.text ?? (content.data as Record<string, string>)["text/plain"]).trim(),
        );
      expect(shown).to.deep.equal(["a", "b", "c", "d", "e"]);
    });
  });

describe("wire: a client that reads nothing", () => {
  let kernel: Awaited<ReturnType<typeof startKernel>>;
  before(async () => {
    kernel = await startKernel();
  });
  after(() => kernel.stop());

  it("is dropped after 10 s, which is said, and the others lose nothing", async function () {
    this.timeout(60_000);
    const { client, kernel: process } = kernel;
    const stalled = new Subscriber({ linger: 0, receiveHighWaterMark: 1 });
    stalled.connect(`tcp://127.0.0.1:${client.connection.iopub_port}`);
    stalled.subscribe();
    const connected = stalled.receive(); // and from there on it reads no more
    while (!(await Promise.race([connected.then(() => true), client.execute("").then(() => false)])));
    const { messages } = await client.execute(`{
      const kernel = (globalThis as any)[Symbol.for("normlab.kernel")];
      const part = "x".repeat(50_000);
      for (let step = 0; step < 3000; step++) kernel.display({ "text/plain": step + part });
    }`);
    expect(ofType(messages, "display_data").length).to.equal(3000);
    expect(process.log).to.include("read no output for 10 s");
    stalled.close();
  });
});
