import { expect } from "chai";
import { startKernel } from "../client.js";
import { hostsApart, type Running } from "../hosts.js";
import { ofType, printed } from "../messages.js";

for (const { name, start } of hostsApart())
  describe(`session: errors that nobody caught, ${name}`, () => {
    let kernel: Running;
    before(async () => {
      kernel = await start();
    });
    after(() => kernel.stop());

    it("a rejected promise that nobody awaits fails its cell", async () => {
      const { reply, messages } = await kernel.client.execute(`Promise.reject(new RangeError("nobody"));\n1`);
      expect(reply).to.include({ status: "error", ename: "RangeError", evalue: "nobody" });
      expect(ofType(messages, "error").length).to.equal(1);
      expect(ofType(messages, "error")[0].content.traceback).to.match(/line 1/);
    });

    it("a timer that throws fails its cell", async () => {
      const { reply, messages } = await kernel.client.execute(
        `setTimeout(() => {\n  throw new Error("in a timer");\n}, 1);`,
      );
      expect(reply).to.include({ status: "error", ename: "Error", evalue: "in a timer" });
      expect(String(ofType(messages, "error")[0].content.traceback)).to.match(/line 2/);
    });

    it("what TypeScript only warns of is printed, and the cell runs", async () => {
      const { reply, messages } = await kernel.client.execute(
        "const named = ['a'].find((x) => x === 'a');\nnamed.length",
      );
      expect(reply.status).to.equal("ok");
      const [stream] = ofType(messages, "stream");
      expect(stream.content.name).to.equal("stderr");
      expect(stream.content.text).to.contain("which runs all the same").and.to.contain("TS18048");
      expect(ofType(messages, "execute_result")[0].content.data).to.include({ "text/plain": "1" });
    });

    const late = `setTimeout(() => { throw new Error("late"); }, 100); 0`;
    const waits = "await new Promise((resolve) => setTimeout(resolve, 250)); 7";

    it("one that throws after its cell's end is an error of that cell, not of the one that runs", async () => {
      const { client } = kernel;
      const id = client.sendCell(late, { allow_stdin: true });
      expect((await client.executed(id)).reply.status).to.equal("ok");
      const { reply } = await client.execute(waits, { allow_stdin: true });
      expect(reply.status).to.equal("ok");
      const [error] = ofType(client.publishedFor(id), "error");
      expect(error.content.evalue).to.equal("late");
    });

    it("where nobody watches it fails the cell that runs as well, or the next one, and says whose it is", async () => {
      const { client } = kernel;
      const first = (await client.execute(late)).reply.execution_count;
      const { reply, messages } = await client.execute(waits);
      expect(reply).to.include({ status: "error", evalue: `late (in Cell [${first}], after its end)` });
      expect(ofType(messages, "error").length).to.equal(1);
      const second = client.sendCell(late);
      await client.executed(second);
      await client.publication(
        ({ parentHeader, header }) => parentHeader.msg_id === second && header.msg_type === "error",
      );
      expect((await client.execute("1")).reply.status).to.equal("error");
      expect((await client.execute("1")).reply.status).to.equal("ok");
    });

    it("a cell that catches its errors does not fail", async () => {
      const { reply } = await kernel.client.execute(
        `try { await Promise.reject(new Error("caught")); } catch {}\nPromise.reject(1).catch(() => {});`,
      );
      expect(reply.status).to.equal("ok");
    });

    it("a display method that throws shows its error and the plain text", async () => {
      const { reply, messages } = await kernel.client.execute(
        `({ kind: "thing", [Symbol.for("Jupyter.display")]() { throw new Error("cannot be drawn"); } })`,
      );
      expect(reply.status).to.equal("ok");
      expect(printed(messages, "stderr")).to.include("cannot be drawn");
      const [result] = ofType(messages, "execute_result");
      expect(String((result.content.data as Record<string, string>)["text/plain"])).to.include("thing");
    });

    it("a display whose promise rejects fails the cell with that error", async () => {
      const { reply } = await kernel.client.execute(
        `(globalThis as any)[Symbol.for("normlab.kernel")].display(Promise.reject(new Error("no picture")));`,
      );
      expect(reply).to.include({ status: "error", evalue: "no picture" });
    });
  });

describe("session: what is printed elsewhere", () => {
  let kernel: Awaited<ReturnType<typeof startKernel>>;
  before(async () => {
    kernel = await startKernel();
  });
  after(() => kernel.stop());

  it("shows what child processes print, in whatever way they were started", async () => {
    const { messages } = await kernel.client.execute(`
      import { execSync, spawn, spawnSync } from "node:child_process";
      spawnSync(process.execPath, ["-e", "console.log('one'); console.error('sync error')"], { stdio: "inherit" });
      execSync(process.execPath + " -e \\"console.log('two')\\"", { stdio: [0, 1, 2] });
      const child = spawn(process.execPath, ["-e", "console.log('three')"], { stdio: ["ignore", "inherit", "inherit"] });
      await new Promise((resolve) => child.on("close", resolve));
      const piped = execSync("echo piped");
    `);
    expect(printed(messages)).to.equal("one\ntwo\nthree\n");
    expect(printed(messages, "stderr")).to.equal("sync error\n");
  });

  it("shows what is written to the file descriptors 1 and 2 through node:fs", async () => {
    const { messages } = await kernel.client.execute(
      `import { writeSync } from "node:fs"; writeSync(1, "to one\\n"); writeSync(2, Buffer.from("to two\\n"));`,
    );
    expect(printed(messages)).to.equal("to one\n");
    expect(printed(messages, "stderr")).to.equal("to two\n");
  });

  it("shows what is written to them in all the ways that node:fs has", async () => {
    const { messages, reply } = await kernel.client.execute(`
      import fs from "node:fs";
      import { promisify } from "node:util";
      const bytes = Buffer.from("-bytes-\\n");
      fs.writeFileSync(1, "writeFileSync\\n");
      fs.appendFileSync(1, "appendFileSync\\n");
      fs.writeFileSync("/dev/stdout", Buffer.from("/dev/stdout\\n"));
      fs.writeSync(1, bytes, 1, 5); fs.writeSync(1, bytes, { offset: 6 } as any); fs.writeSync(1, "68656c6c6f0a", null, "hex");
      fs.writevSync(1, [bytes, bytes]);
      await new Promise((resolve) => fs.write(1, "write\\n", resolve));
      const written = await promisify(fs.write)(1, bytes, 0, 4, null);
      await new Promise((resolve) => fs.writeFile(1, "\\nwriteFile\\n", resolve));
      await new Promise((resolve) => fs.appendFile(2, "appendFile\\n", resolve));
      console.log(written.bytesWritten, fs.writeSync(1, "é"));
    `);
    expect(reply.evalue).to.equal(undefined);
    expect(printed(messages)).to.equal(
      "writeFileSync\nappendFileSync\n/dev/stdout\nbytes-\nhello\n-bytes-\n-bytes-\nwrite\n-byt\nwriteFile\né4 2\n",
    );
    expect(printed(messages, "stderr")).to.equal("appendFile\n");
  });

  it("process.exit() in a cell is an error, and not the kernel's end", async () => {
    const { reply } = await kernel.client.execute("process.exit(3);");
    expect(reply.status).to.equal("error");
    expect(reply.evalue).to.include("process.exit(3)");
    expect((await kernel.client.execute("1")).reply.status).to.equal("ok");
  });
});
