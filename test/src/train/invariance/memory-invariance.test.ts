// A training gives the bits of a fresh process whatever else is held, freed, interrupted or run beside it; where there is no
// memory for it, it says so and has trained nothing. NORMLAB_FULL=1 tries more of each.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import v8 from "node:v8";
import vm from "node:vm";
import { expect } from "chai";
import { BackendError } from "../../../../src/base/errors.js";
import { Random, tensor, zeros } from "../../../../src/index.js";
import { kernelMemory } from "../../../../src/tensor/wasm/memory.js";
import { caught } from "../../../caught.js";
import { cases, prepared, stateOf } from "./cases.js";

const full = process.env.NORMLAB_FULL === "1";
const program = fileURLToPath(new URL("./cases.js", import.meta.url));
const interruptions = fileURLToPath(new URL("./interrupted.js", import.meta.url));
const names = Object.keys(cases);
const smallNames = names.filter((name) => !name.includes("threads"));

async function linesOf(file: string, args: string[], threads: number): Promise<string[]> {
  const env = { ...process.env, NORMLAB_THREADS: String(threads) };
  const { stdout } = await promisify(execFile)(process.execPath, [file, ...args], { env });
  return stdout.trim().split("\n");
}

/** The most bytes that arenas hold at once, the kernels' scratch included. */
async function mostHeldIn(run: () => Promise<unknown>): Promise<number> {
  const memory = kernelMemory();
  let { held } = memory;
  let most = held;
  Object.defineProperty(memory, "held", {
    get: () => held,
    set(bytes: number) {
      held = bytes;
      most = Math.max(most, bytes);
    },
    configurable: true,
  });
  try {
    await run();
  } finally {
    Object.defineProperty(memory, "held", { value: held, writable: true, configurable: true });
  }
  return most;
}

describe("a training", function () {
  this.timeout(full ? 3_600_000 : 120_000);
  const memory = kernelMemory();
  const expected = new Map<string, string>();

  before("in a fresh process", async () => {
    const hashes = await linesOf(program, names, 1);
    names.forEach((name, at) => {
      expected.set(name, hashes[at]);
    });
  });
  afterEach(() => {
    memory.limit = 2 ** 32;
  });

  for (const name of smallNames) {
    it(`gives these bits or says that there is no room, with any memory left: ${name}`, async () => {
      const { held } = memory;
      const needed = (await mostHeldIn(() => prepared(name).train())) - held;
      let refused = 0;
      let trained = 0;
      for (let left = 0; left <= needed + 32 * 64; left += 64) {
        memory.limit = held + left;
        const { network, train } = prepared(name);
        const before = stateOf(network);
        try {
          expect(await train(), `${left} bytes left`).to.equal(expected.get(name));
          trained++;
        } catch (error) {
          if (!(error instanceof BackendError)) throw error;
          expect(Buffer.compare(stateOf(network), before), `${left} bytes left`).to.equal(0);
          refused++;
        }
        expect(memory.held, `${left} bytes left`).to.equal(held);
      }
      expect(refused).to.be.greaterThan(20);
      expect(trained).to.be.greaterThan(20);
    });
  }

  it("gives these bits whatever is held beside it, and whenever garbage is collected", async () => {
    v8.setFlagsFromString("--expose-gc");
    const collect: () => void = vm.runInNewContext("gc");
    const random = new Random(1);
    for (let round = 0; round < (full ? 200 : 20); round++) {
      const name = smallNames[round % smallNames.length];
      const held: unknown[] = [];
      const disturb = () => {
        if (random.uniform() < 0.3) collect();
        if (random.uniform() < 0.5) held.push(zeros([1 + random.integer(50_000)]));
        if (random.uniform() < 0.5) held.splice(random.integer(held.length + 1), 1);
        if (random.uniform() < 0.2) tensor(Array.from({ length: 100 }, () => 1)).clone();
      };
      disturb();
      // Every other time it has to go on by turns with others.
      const onStep = round % 2 === 0 ? disturb : () => Promise.resolve().then(disturb);
      const beside = round % 3 === 0 ? prepared(names[2]).train({ steps: 2 }) : undefined;
      expect(await prepared(name).train({ onStep }), `round ${round}`).to.equal(expected.get(name));
      await beside;
    }
  });

  it("gives these bits beside arenas of any size, which come and go", async () => {
    const random = new Random(2);
    for (let round = 0; round < (full ? 300 : 30); round++) {
      const arenas = Array.from({ length: random.integer(4) }, () => memory.arena());
      for (const arena of arenas) arena.floats(1 + random.integer(100_000)).fill(Number.NaN);
      const onStep = () => {
        arenas.pop()?.release();
      };
      const name = smallNames[round % smallNames.length];
      expect(await prepared(name).train({ onStep }), `round ${round}`).to.equal(expected.get(name));
      for (const arena of arenas) arena.release();
    }
  });

  for (const threads of [1, 2, 3])
    it(`gives these bits with ${threads} threads`, async () => {
      expect(await linesOf(program, names, threads)).to.deep.equal(names.map((name) => expected.get(name)));
    });

  for (const threads of [1, 3])
    it(`gives these bits after interrupts anywhere in others, with ${threads} threads, and loses no memory to them`, async () => {
      const [interrupted, ...lines] = await linesOf(interruptions, [full ? "600" : "60"], threads);
      expect(Number(interrupted)).to.be.greaterThan(full ? 60 : 6);
      expect(lines).to.deep.equal([...names.map((name) => expected.get(name)), "held 0"]);
    });

  it("that is refused leaves what another one holds as it was", async () => {
    const { held } = memory;
    const other = prepared(smallNames[0]);
    const refusals: unknown[] = [];
    const onStep = async () => {
      memory.limit = memory.held + 64;
      refusals.push(await caught(prepared(smallNames[1]).train()));
      memory.limit = 2 ** 32;
    };
    expect(await other.train({ onStep })).to.equal(expected.get(smallNames[0]));
    expect(refusals).to.have.length(cases[smallNames[0]].fit.steps ?? 0);
    for (const refusal of refusals) expect(refusal).to.be.instanceOf(BackendError);
    expect(memory.held).to.equal(held);
  });
});
