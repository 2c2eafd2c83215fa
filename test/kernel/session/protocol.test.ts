import { once } from "node:events";
import { createServer } from "node:net";
import { expect } from "chai";
import { KernelClient, KernelProcess, ofType, printed, startKernel } from "../client.js";
import { hosts, type Running } from "../hosts.js";

for (const { name, runtime, start } of hosts)
  describe(`session: the protocol, ${name}`, () => {
    let kernel: Running;
    before(async () => {
      kernel = await start();
    });
    after(() => kernel.stop());

    it("kernel_info names TypeScript, what runs the cells, and protocol 5.4", async () => {
      const { content } = await kernel.client.request("kernel_info_request");
      expect(content.protocol_version).to.equal("5.4");
      expect(content.implementation).to.equal("normlab");
      expect(content.banner).to.include(runtime);
      expect(content.language_info).to.include({ name: "typescript", file_extension: ".ts" });
      const { reply } = await kernel.client.execute("", {
        user_expressions: { version: `(await import("tslab")).version ?? ""` },
      });
      expect(reply.status).to.equal("ok");
    });

    it("a cell is busy, its input, its output, its result, idle; with one count for all", async () => {
      const { reply, messages } = await kernel.client.execute("console.log(1); 2");
      expect(messages.map(({ header }) => header.msg_type)).to.deep.equal([
        "status",
        "execute_input",
        "stream",
        "execute_result",
        "status",
      ]);
      const [input] = ofType(messages, "execute_input");
      const [result] = ofType(messages, "execute_result");
      expect(input.content).to.deep.equal({
        code: "console.log(1); 2",
        execution_count: reply.execution_count,
      });
      expect(result.content.execution_count).to.equal(reply.execution_count);
      expect(result.content.data).to.deep.equal({ "text/plain": "2" });
    });

    it("undefined shows nothing; null does", async () => {
      expect(ofType((await kernel.client.execute("undefined")).messages, "execute_result")).to.deep.equal([]);
      const [shown] = ofType((await kernel.client.execute("null")).messages, "execute_result");
      expect(shown.content.data).to.deep.equal({ "text/plain": "null" });
    });

    it("a silent cell shows no input and no result, and counts for nothing", async () => {
      const { client } = kernel;
      const before = (await client.execute("0")).reply.execution_count as number;
      const { reply, messages } = await client.execute("1 + 1", { silent: true });
      expect(reply.status).to.equal("ok");
      expect(messages.map(({ header }) => header.msg_type)).to.deep.equal(["status", "status"]);
      const failed = await client.execute(`throw new Error("silent")`, { silent: true });
      expect(failed.reply.status).to.equal("error");
      expect(ofType(failed.messages, "error")).to.deep.equal([]);
      expect((await client.execute("0")).reply.execution_count).to.equal(before + 1);
    });

    it("a cell without history shows its result and does not count", async () => {
      const { client } = kernel;
      const before = (await client.execute("0")).reply.execution_count as number;
      const { messages } = await client.execute("40 + 2", { store_history: false });
      expect(ofType(messages, "execute_result").length).to.equal(1);
      expect((await client.execute("0")).reply.execution_count).to.equal(before + 1);
    });

    it("user_expressions have values or errors of their own", async () => {
      const { reply } = await kernel.client.execute("const six = 6;", {
        user_expressions: { product: "six * 7", wrong: `(() => { throw new RangeError("far") })()` },
      });
      expect(reply.status).to.equal("ok");
      const { product, wrong } = reply.user_expressions as Record<string, Record<string, unknown>>;
      expect(product).to.deep.equal({ status: "ok", data: { "text/plain": "42" }, metadata: {} });
      expect(wrong).to.include({ status: "error", ename: "RangeError", evalue: "far" });
    });

    it("an error aborts the cells that were sent already, and only those", async () => {
      const { client } = kernel;
      const first = client.sendCell(
        `await new Promise((resolve) => setTimeout(resolve, 100)); throw new Error("stop");`,
      );
      const second = client.sendCell(`console.log("not run");`);
      expect((await client.executed(first)).reply.status).to.equal("error");
      const { reply, messages } = await client.executed(second);
      expect(reply.status).to.equal("aborted");
      expect(messages.map(({ header }) => header.msg_type)).to.deep.equal(["status", "status"]);
      expect((await client.execute("1")).reply.status).to.equal("ok");
    });

    it("with stop_on_error false they run", async () => {
      const { client } = kernel;
      const first = client.sendCell(
        `await new Promise((resolve) => setTimeout(resolve, 100)); throw new Error("go on");`,
        {
          stop_on_error: false,
        },
      );
      const second = client.sendCell(`console.log("run");`);
      expect((await client.executed(first)).reply.status).to.equal("error");
      expect(printed((await client.executed(second)).messages)).to.equal("run\n");
    });

    it("asks the client for input, a password too", async () => {
      const { client } = kernel;
      const asked: unknown[] = [];
      client.onInput = (prompt, password) => {
        asked.push([prompt, password]);
        return `answer ${asked.length}`;
      };
      const { messages } = await client.execute(
        `const ask = (globalThis as any)[Symbol.for("normlab.kernel")].input;
       console.log(await ask("name?"), await ask("secret?", { password: true }));`,
        { allow_stdin: true },
      );
      expect(asked).to.deep.equal([
        ["name?", false],
        ["secret?", true],
      ]);
      expect(printed(messages)).to.equal("answer 1 answer 2\n");
    });

    it("asks no client that cannot be asked", async () => {
      const { reply } = await kernel.client.execute(
        `await (globalThis as any)[Symbol.for("normlab.kernel")].input("name?")`,
      );
      expect(reply).to.include({ status: "error", ename: "StdinNotAvailableError" });
    });

    it("remembers this session's cells", async () => {
      const { client } = kernel;
      const one = (await client.execute(`"remember 1"`)).reply.execution_count as number;
      await client.execute(`"remember 2"`);
      const ask = async (content: object) =>
        (await client.request("history_request", { raw: true, output: false, ...content })).content.history;
      expect(await ask({ hist_access_type: "tail", n: 2 })).to.deep.equal([
        [1, one, `"remember 1"`],
        [1, one + 1, `"remember 2"`],
      ]);
      expect(await ask({ hist_access_type: "range", session: 0, start: one, stop: one + 1 })).to.deep.equal([
        [1, one, `"remember 1"`],
      ]);
      expect(
        await ask({ hist_access_type: "search", pattern: '*ember ?"', n: 1, output: true }),
      ).to.deep.equal([[1, one + 1, [`"remember 2"`, "'remember 2'"]]]);
      expect(await ask({ hist_access_type: "range", session: 7, start: 0, stop: 9 })).to.deep.equal([]);
    });

    it("says when a cell started", async () => {
      const { client } = kernel;
      const before = client.sendCell("await new Promise((resolve) => setTimeout(resolve, 300));");
      const id = client.sendCell("1");
      const [first, second] = [await client.reply(before), await client.reply(id)];
      const [ended, started] = [first.header.date, String(second.metadata.started)].map(Date.parse);
      // It waited for the one before it; a header's date has milliseconds.
      expect(started).to.be.at.least(ended - 1);
      expect(started).to.be.at.most(Date.parse(second.header.date));
    });

    it("takes an input_reply only for the question that it answers", async () => {
      const { client } = kernel;
      client.onInput = () => {
        const stranger = { msg_id: "of no question", session: client.session };
        client.send("input_reply", { value: "wrong" }, "stdin", stranger);
        return "right";
      };
      const { messages } = await client.execute(
        `console.log(await (globalThis as any)[Symbol.for("normlab.kernel")].input("?"));`,
        { allow_stdin: true },
      );
      expect(printed(messages)).to.equal("right\n");
    });

    it("says busy, that it knows no such request, and idle", async () => {
      const { client } = kernel;
      const id = client.send("connect_request", {});
      const { header, content } = await client.reply(id);
      await client.idle(id);
      expect(header.msg_type).to.equal("connect_reply");
      expect(content).to.include({ status: "error", ename: "Error" });
      expect(String(content.evalue)).to.include("connect_request");
      const states = client.publishedFor(id).map((message) => message.content.execution_state);
      expect(states).to.deep.equal(["busy", "idle"]);
    });

    it("speaks with one session id, which is not the client's", async () => {
      const { client } = kernel;
      await client.execute("console.log(1); 2");
      const sessions = new Set(client.published.map(({ header }) => header.session));
      expect(sessions.size).to.equal(1);
      expect(sessions.has(client.session)).to.equal(false);
    });

    it("closes a comm that is opened, as there is no target for it", async () => {
      const { client } = kernel;
      const id = client.send("comm_open", { comm_id: "c1", target_name: "jupyter.widget", data: {} });
      await client.idle(id);
      const [closed] = ofType(client.publishedFor(id), "comm_close");
      expect(closed.content.comm_id).to.equal("c1");
      expect((await client.request("comm_info_request")).content).to.deep.equal({ status: "ok", comms: {} });
    });

    it("answers while a cell waits, and goes on to say that it is busy", async () => {
      const { client } = kernel;
      const cell = client.sendCell("await new Promise((resolve) => setTimeout(resolve, 500));");
      const asked = client.send("complete_request", { code: "Math.hypo", cursor_pos: 9 });
      expect((await client.reply(asked)).content.matches).to.deep.equal(["hypot"]);
      await client.idle(asked);
      expect(client.publishedFor(cell).at(-1)?.content.execution_state).not.to.equal("idle");
      await client.executed(cell);
      const states = client.published.slice(client.published.indexOf(await client.idle(asked)));
      expect(states[1].content.execution_state).to.equal("busy");
      expect(states[1].parentHeader.msg_id).to.equal(cell);
    });

    it("counts cursor positions in code points", async () => {
      const code = `"😀"; Math.hypo`;
      const { content } = await kernel.client.request("complete_request", { code, cursor_pos: 14 });
      expect(content).to.deep.include({ matches: ["hypot"], cursor_start: 10, cursor_end: 14 });
      const inspected = await kernel.client.request("inspect_request", {
        code: `"😀"; Math.hypot`,
        cursor_pos: 13,
      });
      expect(inspected.content.found).to.equal(true);
    });

    it("clear_output and updates carry what they were given", async () => {
      const { messages } = await kernel.client.execute(`{
      const kernel = (globalThis as any)[Symbol.for("normlab.kernel")];
      kernel.display({ "text/plain": "1" }, { id: "d", metadata: { "text/plain": { width: 3 } } });
      kernel.update("d", { "text/plain": "2" });
      kernel.clear({ wait: true });
    }`);
      const [shown] = ofType(messages, "display_data");
      expect(shown.content).to.deep.equal({
        data: { "text/plain": "1" },
        metadata: { "text/plain": { width: 3 } },
        transient: { display_id: "d" },
      });
      expect(ofType(messages, "update_display_data").length).to.equal(1);
      expect(ofType(messages, "clear_output")[0].content).to.deep.equal({ wait: true });
    });
  });

describe("session: several clients", () => {
  let kernel: Awaited<ReturnType<typeof startKernel>>;
  before(async () => {
    kernel = await startKernel();
  });
  after(() => kernel.stop());

  it("serves several clients: each gets its replies, all see the output", async () => {
    const other = new KernelClient(kernel.client.connection);
    await other.ready();
    const [mine, theirs] = await Promise.all([
      kernel.client.execute(`console.log("mine")`),
      other.execute(`console.log("theirs")`),
    ]);
    expect(printed(mine.messages)).to.equal("mine\n");
    expect(printed(theirs.messages)).to.equal("theirs\n");
    expect(printed(other.published)).to.include("mine\n");
    other.close();
  });

  it("sends answers of all channels with one session id", async () => {
    const { client } = kernel;
    const replies = await Promise.all([
      client.request("kernel_info_request", {}, "control"),
      client.request("kernel_info_request"),
      client.request("history_request"),
    ]);
    const sessions = [...client.published, ...replies].map(({ header }) => header.session);
    expect(new Set(sessions).size).to.equal(1);
  });

  it("says on control too that it knows no such request", async () => {
    const { client } = kernel;
    const { header, content } = await client.request("debug_request", {}, "control");
    expect(header.msg_type).to.equal("debug_reply");
    expect(content.status).to.equal("error");
  });
});

describe("session: shutdown", () => {
  it("is answered on control, and ends the process, with its output delivered", async () => {
    const { client, kernel, stop } = await startKernel();
    const last = client.sendCell(`console.log("last words");`);
    await client.executed(last);
    const { content } = await client.request("shutdown_request", { restart: true }, "control");
    expect(content).to.deep.equal({ status: "ok", restart: true });
    expect(await kernel.exit()).to.equal(0);
    await stop();
  });

  it("ends a kernel whose cell never ends", async () => {
    const { client, kernel, stop } = await startKernel();
    const id = client.sendCell(`console.log("on"); for (;;);`);
    await client.publication(
      ({ header, parentHeader }) => parentHeader.msg_id === id && header.msg_type === "stream",
    );
    await client.request("shutdown_request", { restart: false }, "control");
    await kernel.exit();
    await stop();
  });

  it("ends a kernel whose first cell never ends and came before the kernel was ready", async () => {
    const kernel = await KernelProcess.start();
    // Reaches it as soon as it listens, which is before it can run a cell.
    const client = new KernelClient(kernel.connection, { reconnectInterval: 1 });
    try {
      client.sendCell("for (;;);");
      await client.request("shutdown_request", { restart: false }, "control");
      await kernel.exit();
    } finally {
      await kernel.kill();
      client.close();
    }
  });
});

describe("session: a start that fails", () => {
  it("says what is wrong with a connection file, and exits with 1", async () => {
    const kernel = await KernelProcess.start({
      argv: [
        process.execPath,
        new URL("../../../kernel/node/main.js", import.meta.url).pathname,
        "absent.json",
      ],
    });
    expect(await kernel.exit()).to.equal(1);
    expect(kernel.log).to.include("cannot read the connection file absent.json");
  });

  for (const port of ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"] as const)
    it(`says that another program has its ${port}, and exits with 1`, async () => {
      const prepared = await KernelProcess.prepare();
      const taken = createServer().listen(prepared.connection[port], "127.0.0.1");
      await once(taken, "listening");
      const kernel = prepared.start();
      try {
        expect(await kernel.exit()).to.equal(1);
        expect(kernel.log).to.include(
          `cannot listen on tcp://127.0.0.1:${prepared.connection[port]} (${port})`,
        );
      } finally {
        taken.close();
        await kernel.kill();
      }
    });
});
