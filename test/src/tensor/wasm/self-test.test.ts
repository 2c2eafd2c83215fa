// The self-test at load: another build may take the narrow one's place only where all of its bits are the same.
import { expect } from "chai";
import { host } from "../../../../src/host/node/index.js";
import type { KernelExports } from "../../../../src/tensor/wasm/exports.js";
import { instantiate, type SharedMemory } from "../../../../src/tensor/wasm/module.js";
import {
  exerciseAll,
  exerciseTight,
  haveEqualBits,
  SELF_TEST_PAGES,
} from "../../../../src/tensor/wasm/self-test.js";

declare const WebAssembly: {
  Memory: new (size: { initial: number; maximum: number; shared: true }) => SharedMemory;
  Module: {
    new (bytes: Uint8Array): object;
    exports(module: object): { name: string }[];
  };
};

/** Twelve of 1536. */
const ARRAYS_FLOATS = 12 * 1536;

/** What these builds export beside kernels: sizes, and the team, which runs the same products and updates. */
const NO_KERNELS = new Set([
  ...["memory", "heapBase", "firstScratchBytes", "secondScratchBytes"],
  ...["nonzerosColumns", "nonzerosFloats"],
  ...[
    "hasTeamFailed",
    "isTeamDone",
    "isTeamIdle",
    "closeTeam",
    "serveTeam",
    "teamBytes",
    "teamConvolve",
    "teamConvolveBackwardInput",
    "teamConvolveBackwardWeight",
    "teamMatmul",
    "teamNonzeros",
    "teamScratchBytes",
    "teamSGD",
    "teamSleepers",
  ],
]);

describe("the self-test of another build", () => {
  const narrow = new WebAssembly.Module(host.resource("kernels.wasm"));
  const instance = (changed: Partial<KernelExports> = {}) => {
    const memory = new WebAssembly.Memory({
      initial: SELF_TEST_PAGES,
      maximum: SELF_TEST_PAGES,
      shared: true,
    });
    return { kernels: { ...instantiate(narrow, memory), ...changed }, buffer: memory.buffer };
  };

  it("finds equal bits where they are", () => {
    for (const exercise of [exerciseAll, exerciseTight])
      expect(haveEqualBits(instance(), instance(), exercise)).to.equal(true);
  });

  const builds = (["wide", "tight"] as const).flatMap((build) => {
    const module = new WebAssembly.Module(host.resource(`kernels-${build}.wasm`));
    return WebAssembly.Module.exports(module).map(({ name }) => ({ build, name }));
  });
  for (const { build, name } of builds.filter((exported) => !NO_KERNELS.has(exported.name))) {
    it(`sees a bit that the ${build} build's ${name} has otherwise`, () => {
      // One bit is another one where the kernel wrote last in the arrays, which lie in front of what it has for itself.
      const other = instance();
      const page = 65_536;
      const end = page * Math.ceil(other.kernels.heapBase() / page) + 4 * ARRAYS_FLOATS;
      const bytes = new Uint8Array(other.buffer);
      const right = new Map(Object.entries(other.kernels)).get(name);
      if (right === undefined) throw new Error(`The narrow build has no ${name}.`);
      const wrong = (...args: number[]) => {
        const before = bytes.slice();
        const result = Reflect.apply(right, undefined, args);
        let place = end - 1;
        while (place > 0 && bytes[place] === before[place]) place--;
        bytes[place] ^= 1;
        return result;
      };
      const changed = { ...other, kernels: { ...other.kernels, [name]: wrong } };
      const exercise = build === "wide" ? exerciseAll : exerciseTight;
      expect(haveEqualBits(changed, instance(), exercise)).to.equal(false);
    });
  }
});
