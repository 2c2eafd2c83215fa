import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { heartbeat, KernelClient, startKernel } from "../client.js";

describe("wire: signatures and log", () => {
  const folder = mkdtempSync(join(tmpdir(), "normlab-log-"));
  const logFile = join(folder, "messages.log");
  let kernel: Awaited<ReturnType<typeof startKernel>>;
  before(async () => {
    kernel = await startKernel({ flags: [`--debug=${logFile}`] });
  });
  after(async () => {
    await kernel.stop();
    rmSync(folder, { recursive: true });
  });

  it("drops a message that is signed with another key, logs it, and goes on", async () => {
    const { client, kernel: process } = kernel;
    const stranger = new KernelClient(client.connection, { key: "another key" });
    const forged = stranger.frames("execute_request", { code: "globalThis.forged = true", silent: false });
    await client.sendFrames(forged.frames);
    const { reply } = await client.execute("console.log((globalThis as any).forged);");
    expect(reply.status).to.equal("ok");
    expect(reply.execution_count).to.equal(1);
    expect(client.publishedFor(forged.id)).to.deep.equal([]);
    expect(process.log).to.include("the signature does not fit the message");
    stranger.close();
  });

  it("drops what is no message", async () => {
    const { client } = kernel;
    await client.sendFrames([Buffer.from("hello")]);
    await client.sendFrames([Buffer.from("<IDS|MSG>"), Buffer.from(""), Buffer.from("{"), Buffer.from("{}")]);
    const { reply } = await client.execute("1;");
    expect(reply.status).to.equal("ok");
  });

  it("logs messages to the file that --debug names, the key never", async () => {
    await kernel.client.execute(`console.log("to be found in the log");`);
    const log = readFileSync(logFile, "utf8");
    expect(log).to.include("to be found in the log");
    expect(log).to.include('"type":"execute_reply"');
    expect(log).not.to.include(kernel.client.connection.key);
    for (const line of log.trimEnd().split("\n")) JSON.parse(line);
  });

  it("answers the heartbeat and the control channel while a cell blocks", async () => {
    const { client } = kernel;
    const busy = client.sendCell(
      `console.log("blocking"); { const end = Date.now() + 1500; while (Date.now() < end); }`,
    );
    await client.publication(
      ({ parentHeader, header }) => parentHeader.msg_id === busy && header.msg_type === "stream",
    );
    expect(await heartbeat(client.connection)).to.equal(true);
    const info = await client.request("kernel_info_request", {}, "control");
    expect(info.content.status).to.equal("ok");
    expect(client.publishedFor(busy).some(({ content }) => content.execution_state === "idle")).to.equal(
      false,
    );
    await client.executed(busy);
  });
});
