// What a reader sees of Node's own values in a cell is what plain Node shows.
import { spawnSync } from "node:child_process";
import { expect } from "chai";
import { printed, startKernel } from "../client.js";

/** Each prints something of Node's that the kernel has a hand in. */
const prints = [
  "Promise.resolve(5)",
  "[Promise.resolve({ inner: new Promise(() => {}) })]",
  "(async () => { await 1; return [2]; })()",
  "Object.getOwnPropertyDescriptors(Promise.resolve()).length",
  "Object.keys(setTimeout(function named() {}, 1))",
  "setTimeout(function named() {}, 1)._onTimeout",
  "setImmediate(function named() {})._onImmediate",
  "[setTimeout, setInterval, setImmediate, fs.writeSync, fs.write, fs.writeFileSync]",
  "[String(setTimeout), String(fs.writeSync), String(process.stdout.write)]",
  "[childProcess.execSync, childProcess.spawnSync, Reflect.get(childProcess.ChildProcess.prototype, 'spawn')]",
  "[setTimeout.length, fs.writeSync.length, fs.writeSync.name]",
  "Object.keys(globalThis)",
  "Object.keys(fs).length",
  "process.listenerCount('warning')",
];

describe("what a cell prints of Node's own", () => {
  let kernel: Awaited<ReturnType<typeof startKernel>>;
  before(async () => {
    kernel = await startKernel();
    await kernel.client.execute('import fs from "node:fs"; import childProcess from "node:child_process";');
  });
  after(() => kernel.stop());

  for (const code of prints)
    it(`is as in plain Node: ${code}`, async () => {
      const plain = `import fs from "node:fs"; import childProcess from "node:child_process"; console.log(${code});`;
      const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", plain], {
        encoding: "utf8",
      });
      const { messages } = await kernel.client.execute(`console.log(${code} as any);`);
      expect(printed(messages)).to.equal(stdout);
    });

  it("shows nothing of the kernel in a timer", async () => {
    const { messages } = await kernel.client.execute(
      "console.log(setTimeout(() => {}, 1), setImmediate(() => {}));",
    );
    expect(printed(messages)).not.to.match(/Cell|kResourceStore|AsyncContextFrame|anonymous\) \{/);
    expect(printed(messages)).to.match(/^Timeout \{/);
  });
});
