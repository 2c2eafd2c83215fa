import { execFileSync } from "node:child_process";
import { expect } from "chai";
import type { startKernel } from "../client.js";
import { hostsApart, type Running } from "../hosts.js";
import { type Client, ofType, printed } from "../messages.js";
import { endlessCells } from "./interrupts.js";

const later = (time: number) => new Promise((resolve) => setTimeout(resolve, time));

for (const { name: host, isNode, start } of hostsApart())
  describe(`interrupts, ${host}`, () => {
    let kernel: Running;
    let client: Client;
    before(async () => {
      kernel = await start();
      client = kernel.client;
      await client.execute("let kept = 41; let ticks = 0;");
    });
    after(() => kernel.stop());

    /** Runs a cell that does not end by itself, and interrupts it once it has printed "started". */
    async function interrupted(code: string, options = {}): Promise<{ id: string; messages: number }> {
      const id = client.sendCell(code, options);
      await client.publication(
        ({ header, parentHeader, content }) =>
          parentHeader.msg_id === id &&
          (header.msg_type === "error" || String(content.text).includes("started")),
      );
      await later(100); // into the loop itself
      await client.interrupt();
      const { reply, messages } = await client.executed(id);
      expect(reply.ename).to.equal("KeyboardInterrupt");
      expect(ofType(messages, "error").length).to.equal(1);
      return { id, messages: messages.length };
    }

    for (const { name, code } of endlessCells.filter(({ needsNode }) => isNode || !needsNode)) {
      it(`end: ${name}`, async () => {
        const { id, messages } = await interrupted(code);
        const state = await client.execute("[kept, ticks]");
        expect(state.reply.status).to.equal("ok");
        // Nothing of it may run on: time passes in a cell that waits, and in the kernel between two cells.
        const running = await client.execute(`{
        const before = ticks;
        await new Promise((resolve) => setTimeout(resolve, 200));
        console.log(kept, ticks - before);
      }`);
        expect(printed(running.messages)).to.equal("41 0\n");
        expect(client.publishedFor(id).length).to.equal(messages);
        expect(printed(client.publishedFor(id))).not.to.match(/caught|finally/);
      });
    }

    if (isNode && process.platform === "linux")
      it("leave no process behind", () => {
        const { kernel: ofCells } = kernel as Awaited<ReturnType<typeof startKernel>>;
        const children = execFileSync("ps", ["--ppid", String(ofCells.process.pid), "-o", "args="], {
          encoding: "utf8",
        });
        // The shell that ends what is left when the kernel has ended.
        expect(children.trim().split("\n").length, children).to.equal(1);
      });

    // In a page nothing breaks into the checker: there it takes a restart.
    if (isNode)
      it("end a cell whose types TypeScript takes very long to check, and later cells are checked as ever", async () => {
        // A million types for each of the variables.
        const id = client.sendCell(`
      type Tree<Depth extends 1[], At> = Depth["length"] extends 20 ? At
        : Tree<[...Depth, 1], [At, 0]> extends infer Left ? Tree<[...Depth, 1], [At, 1]> extends infer Right ? 1 : 0 : 0;
      ${Array.from({ length: 50 }, (_, at) => `let tree${at}: Tree<[], ${at}>;`).join("\n")}`);
        await client.publication(
          ({ header, parentHeader }) => parentHeader.msg_id === id && header.msg_type === "execute_input",
        );
        await later(500); // into the check
        await client.interrupt();
        expect((await client.executed(id)).reply.ename).to.equal("KeyboardInterrupt");
        const { messages } = await client.execute("const doubled = kept * 2; console.log(doubled)");
        expect(printed(messages)).to.equal("82\n");
        expect((await client.execute("const wrong: string = kept")).reply.evalue).to.match(/TS2322/);
      });

    it("end a cell that waits for input, and the answer that comes later is nobody's", async () => {
      const id = client.sendCell(
        `console.log("started"); await (globalThis as any)[Symbol.for("normlab.kernel")].input("?");`,
        {
          allow_stdin: true,
        },
      );
      await client.publication(
        ({ parentHeader, content }) => parentHeader.msg_id === id && content.name === "stdout",
      );
      await client.interrupt();
      expect((await client.executed(id)).reply.ename).to.equal("KeyboardInterrupt");
      client.send("input_reply", { value: "late" }, "stdin");
      client.onInput = () => "in time";
      const { messages } = await client.execute(
        `console.log(await (globalThis as any)[Symbol.for("normlab.kernel")].input("again?"));`,
        { allow_stdin: true },
      );
      expect(printed(messages)).to.equal("in time\n");
    });

    it("let what they stop end by itself: a training gives back what it has", async () => {
      await client.execute(`
      import { digits, mlp, SGD, Trainer } from "normlab";
      const network = mlp({ inputs: 64, hidden: [16], classes: 10, norm: "batch", seed: 1 });
      const trainer = new Trainer({ network, optimizer: new SGD(network.parameters(), { learningRate: 0.1 }), batchSize: 32, seed: 1 });
      const seen: { stopped?: string } = {};`);
      // Not before the first step: Node 24 compiles the kernels for a tenth of a second.
      await interrupted(`
      const onStep = (step: number) => { if (step === 1) console.log("started"); };
      await trainer.fit(digits({ seed: 1 }).train, { epochs: 1_000_000, progress: false, onStep }).then(({ stopped }) => { seen.stopped = stopped; });`);
      const { messages } = await client.execute("console.log(seen.stopped, trainer.stepsDone > 0)");
      expect(printed(messages)).to.equal("aborted true\n");
    });

    it("may come twice", async () => {
      const id = client.sendCell(
        `console.log("started"); for (;;) { try { await new Promise((r) => setTimeout(r, 5)); } catch {} }`,
      );
      await client.publication(
        ({ parentHeader, content }) => parentHeader.msg_id === id && content.name === "stdout",
      );
      await Promise.all([client.interrupt(), client.interrupt()]);
      expect((await client.executed(id)).reply.ename).to.equal("KeyboardInterrupt");
      expect((await client.execute("kept")).reply.status).to.equal("ok");
    });

    it("are for the cell that runs, and for none after it", async () => {
      const ids = [
        client.sendCell(`console.log("started"); for (;;) ticks++;`, { stop_on_error: false }),
        ...Array.from({ length: 5 }, () =>
          client.sendCell("for (let i = 0; i < 1e6; i++) Math.sin(i); await null; 'ran'"),
        ),
      ];
      await client.publication(
        ({ parentHeader, content }) => parentHeader.msg_id === ids[0] && content.name === "stdout",
      );
      await client.interrupt();
      const replies = await Promise.all(ids.map((id) => client.executed(id)));
      expect(replies.map(({ reply }) => reply.status)).to.deep.equal(["error", ...Array(5).fill("ok")]);
    });

    it("are nothing to a kernel that runs no cell", async () => {
      await client.interrupt();
      const { reply } = await client.execute("kept + 1");
      expect(reply.status).to.equal("ok");
    });
  });
