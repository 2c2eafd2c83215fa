// What a kernel that is killed leaves behind: whole checkpoints, no processes, and a client that says what happened.
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { digits, loadCheckpoint, mlp, SGD, Trainer } from "../../../src/index.js";
import { codeNotebook, joined, readNotebook } from "../../notebooks/notebook.js";
import { runNotebooks } from "../../notebooks/run.js";
import { KernelClient, KernelProcess, kernelArgv, startKernel } from "../client.js";

const { train } = digits({ seed: 1 });

function newTrainer(seed: number): Trainer {
  const network = mlp({ inputs: 64, hidden: [128, 128], classes: 10, norm: "batch", seed });
  const optimizer = new SGD(network.parameters(), { learningRate: 0.1, momentum: 0.9 });
  return new Trainer({ network, optimizer, batchSize: 64, seed });
}

/** A cell with the same trainer, which saves a checkpoint under each name after every step. */
const trainingCell = (seed: number, steps: number, ...files: string[]) => `
import { digits, mlp, saveCheckpoint, SGD, Trainer } from "normlab";
{
  const { train } = digits({ seed: 1 });
  const network = mlp({ inputs: 64, hidden: [128, 128], classes: 10, norm: "batch", seed: ${seed} });
  const optimizer = new SGD(network.parameters(), { learningRate: 0.1, momentum: 0.9 });
  const trainer = new Trainer({ network, optimizer, batchSize: 64, seed: ${seed} });
  while (trainer.stepsDone < ${steps}) {
    await trainer.fit(train, { steps: 1, progress: false });
    for (const file of ${JSON.stringify(files)}) saveCheckpoint(file, trainer);
    console.log("saved " + trainer.stepsDone);
  }
}`;

const bitsOf = ({ network }: Trainer) =>
  Object.entries(network.stateDict()).map(([name, { data }]) => [name, ...data]);

/** Trains from a checkpoint on, and compares with a training that never stopped. */
async function goesOn(file: string, seed: number): Promise<void> {
  const resumed = newTrainer(seed);
  loadCheckpoint(file, resumed);
  await resumed.fit(train, { steps: 5, progress: false });
  const whole = newTrainer(seed);
  await whole.fit(train, { steps: resumed.stepsDone, progress: false });
  expect(bitsOf(resumed)).to.deep.equal(bitsOf(whole));
}

describe("a kernel that is killed", function () {
  this.timeout(60_000);

  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "normlab kïlled "));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const printing = (client: KernelClient, id: string, text: string) =>
    client.publication(
      ({ parentHeader, content }) => parentHeader.msg_id === id && String(content.text).includes(text),
    );

  it("leaves the last whole checkpoint, from which a training goes on to the same bits", async () => {
    const { kernel, client, stop } = await startKernel({ cwd: folder });
    const id = client.sendCell(trainingCell(1, Number.MAX_SAFE_INTEGER, "state.safetensors"));
    await printing(client, id, "saved 20");
    kernel.process.kill("SIGKILL");
    await kernel.exit();
    await stop();
    const resumed = newTrainer(1);
    loadCheckpoint(join(folder, "state.safetensors"), resumed);
    expect(resumed.stepsDone).to.be.at.least(20);
    await goesOn(join(folder, "state.safetensors"), 1);
  });

  it("never mixes what two kernels save under one name: the last one wins as a whole", async () => {
    const seeds = [1, 2];
    const own = (seed: number) => join(folder, `own-${seed}.safetensors`);
    const shared = join(folder, "shared.safetensors");
    const kernels = await Promise.all(seeds.map(() => startKernel({ cwd: folder })));
    try {
      const cells = await Promise.all(
        kernels.map(({ client }, at) => client.execute(trainingCell(seeds[at], 60, own(seeds[at]), shared))),
      );
      for (const { reply } of cells) expect(reply.status).to.equal("ok");
    } finally {
      await Promise.all(kernels.map(({ stop }) => stop()));
    }
    expect(readdirSync(folder).sort()).to.deep.equal([
      ...seeds.map((seed) => `own-${seed}.safetensors`),
      "shared.safetensors",
    ]);
    for (const seed of seeds) await goesOn(own(seed), seed);
    const [first, second] = seeds.map((seed) => readFileSync(own(seed)));
    const last = readFileSync(shared);
    expect(last.equals(first) || last.equals(second)).to.equal(true);
  });

  it("is named by nbconvert, which keeps what the notebook had reached", async () => {
    const [source, target] = [join(folder, "training.ipynb"), join(folder, "out")];
    const state = join(folder, "state.safetensors");
    const cells = [
      trainingCell(1, 5, state),
      'process.kill(process.pid, "SIGKILL"); await new Promise(() => {});',
      "1 + 1",
    ];
    writeFileSync(source, JSON.stringify(codeNotebook(cells)));
    const { exitCode, stderr } = await runNotebooks([source, "--output", target]);
    expect(exitCode).to.equal(1);
    expect(stderr).to.match(
      /training\.ipynb, cell 2: DeadKernelError: Kernel died\. The cell ended the kernel's process/,
    );
    const [first, , last] = readNotebook(join(target, "training.ipynb")).cells;
    expect(joined(first.outputs?.[0].text)).to.contain("saved 5");
    expect(last.outputs).to.deep.equal([]);
    await goesOn(state, 1);
  });
});

describe("the processes of a kernel", function () {
  this.timeout(30_000);

  before(function () {
    if (process.platform === "win32") this.skip();
  });

  let folder: string;
  let server: Server;
  let kernel: KernelProcess | undefined;
  let client: KernelClient;
  /** A process that connects here is seen as long as it runs. */
  let door: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "normlab-"));
    door = join(folder, "door");
    server = createServer().listen(door);
    await once(server, "listening");
  });
  afterEach(async () => {
    client.close();
    await kernel?.kill();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function connect(started: KernelProcess): Promise<void> {
    kernel = started;
    client = new KernelClient(started.connection);
    await client.ready();
  }

  /** A child process that ignores SIGTERM; it ends when the other side hangs up. */
  const lasting = `
    process.on("SIGTERM", () => {});
    net.connect(process.argv[1]).on("close", () => process.exit());
  `;

  async function startChild(options: object): Promise<Socket> {
    const connection = once(server, "connection") as Promise<[Socket]>;
    await client.execute(`
      import { spawn } from "node:child_process";
      spawn(process.execPath, ["-e", ${JSON.stringify(lasting)}, ${JSON.stringify(door)}], ${JSON.stringify(options)});
    `);
    return (await connection)[0].resume();
  }

  for (const [how, end] of [
    ["is killed", (running: KernelProcess) => running.process.kill("SIGKILL")],
    ["is shut down", () => client.send("shutdown_request", {}, "control")],
  ] as const)
    it(`that its cells started end when it ${how}; detached ones stay`, async () => {
      const running = await KernelProcess.start();
      await connect(running);
      const gone = await startChild({ stdio: "ignore" });
      // In the place of one that ended by itself: its number may be another process's by then.
      await client.execute('await new Promise((resolve) => spawn("true").on("close", resolve));');
      const child = await startChild({ stdio: "inherit" });
      const detached = await startChild({ stdio: "ignore", detached: true });
      const closed = [gone, child].map((socket) => once(socket, "close"));
      end(running);
      await Promise.all([...closed, running.exit()]);
      expect(detached.closed).to.equal(false);
      detached.destroy();
    });

  it("lives on when it was started as independent, whatever becomes of what started it", async () => {
    const env = { ...process.env, JPY_PARENT_PID: undefined };
    const starter =
      "const [program, ...args] = process.argv.slice(1);" +
      "child_process.spawn(program, args, { stdio: 'ignore', detached: true }); setInterval(() => {}, 1000);";
    const prepared = await KernelProcess.prepare();
    const started = prepared.start({
      argv: [process.execPath, "-e", starter, "--", ...kernelArgv],
      cwd: folder,
      env,
    });
    await connect(started);
    started.process.kill("SIGKILL");
    await started.exit();
    // Twice as long as it takes one that is not independent to notice.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect((await client.execute("1 + 1")).reply.status).to.equal("ok");
    await client.request("shutdown_request", {}, "control");
  });

  it("that a cell waits for end with a kernel that is killed", async () => {
    await connect(await KernelProcess.start());
    const connection = once(server, "connection") as Promise<[Socket]>;
    client.sendCell(`
      import { execFileSync } from "node:child_process";
      execFileSync(process.execPath, ["-e", ${JSON.stringify(lasting)}, ${JSON.stringify(door)}]);
    `);
    const closed = once((await connection)[0].resume(), "close");
    kernel?.process.kill("SIGKILL");
    await closed;
  });

  for (const [state, code] of [
    ["waits for a cell", "1"],
    ["runs a loop", 'console.log("started"); for (;;);'],
  ] as const)
    it(`and the kernel itself, which ${state}, end when what started it was killed`, async () => {
      const starter =
        "const [program, ...args] = process.argv.slice(1); const env = { ...process.env, JPY_PARENT_PID: process.pid };" +
        "child_process.spawn(program, args, { stdio: 'inherit', env });";
      const prepared = await KernelProcess.prepare();
      // It holds the pipes of its starter, too, so that these close when both are gone; and its folder is not to be
      // the one that goes with the starter, or its threads could not begin.
      const argv = [process.execPath, "-e", starter, "--", ...kernelArgv];
      const started = prepared.start({ argv, cwd: folder });
      await connect(started);
      // Until its control thread runs there is nobody to see it.
      await client.request("kernel_info_request", {}, "control");
      const child = await startChild({ stdio: "ignore" });
      const id = client.sendCell(code);
      await client.publication(
        ({ parentHeader, content }) => parentHeader.msg_id === id && content.execution_state === "busy",
      );
      const closed = [once(started.process, "close"), once(child, "close")];
      started.process.kill("SIGKILL");
      await Promise.all(closed);
    });
});
