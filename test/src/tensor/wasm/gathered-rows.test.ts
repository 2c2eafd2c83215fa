import { expect } from "chai";
import fc from "fast-check";
import { Product } from "../../../../src/tensor/wasm/exports.js";
import { kernelMemory } from "../../../../src/tensor/wasm/memory.js";
import { packedFloats } from "../../../../src/tensor/wasm/packing.js";

const ROWS = 50;

/** Products whose factors are rows of larger matrices, beside the same products of copies. */
describe("a product of rows that lie elsewhere", () => {
  const memory = kernelMemory();

  function bitsOf(values: Float32Array): Uint32Array {
    return new Uint32Array(values.slice().buffer);
  }

  it("has the bits of the product of copies, each factor plain and transposed, over several blocks", () => {
    const size = fc.integer({ min: 1, max: 30 });
    fc.assert(
      fc.property(
        size,
        size,
        fc.oneof(size, fc.integer({ min: 250, max: 700 })),
        fc.boolean(),
        fc.boolean(),
        (m, n, k, transposeA, transposeB) => {
          const arena = memory.arena();
          try {
            const factor = (rows: number, width: number, seed: number) => {
              const all = arena
                .floats(ROWS * width)
                .map((_, at) => (((at + 1) * (7919 + seed)) % 1009) / 504 - 0.999);
              const whole = arena.floats(all.length);
              whole.set(all);
              const places = arena.integers(rows).map((_, row) => (row * 37 + seed) % ROWS);
              const list = arena.integers(rows);
              list.set(places);
              const copy = arena.floats(rows * width);
              places.forEach((from, row) => {
                copy.set(all.subarray(from * width, (from + 1) * width), row * width);
              });
              return { whole: whole.byteOffset, places: list.byteOffset, copy: copy.byteOffset };
            };
            const a = transposeA ? factor(k, m, 1) : factor(m, k, 1);
            const b = transposeB ? factor(n, k, 2) : factor(k, n, 2);
            const packed = packedFloats(m, k);
            const shared = {
              ...{ m, n, k, transposeA, transposeB },
              scratchA: arena.take(4 * packed.a),
              scratchB: arena.take(4 * packed.b),
            };
            const run = (factors: { a: number; b: number; placesA: number; placesB: number }) => {
              const out = arena.floats(m * n);
              const product = arena.descriptor(Product).fill({ ...shared, ...factors, out: out.byteOffset });
              memory.kernels.matmul(product.at);
              return bitsOf(out);
            };
            const expected = run({ a: a.copy, b: b.copy, placesA: 0, placesB: 0 });
            for (const [first, second] of [
              [true, false],
              [false, true],
              [true, true],
            ])
              expect(
                run({
                  ...(first ? { a: a.whole, placesA: a.places } : { a: a.copy, placesA: 0 }),
                  ...(second ? { b: b.whole, placesB: b.places } : { b: b.copy, placesB: 0 }),
                }),
              ).to.deep.equal(expected);
          } finally {
            arena.release();
          }
        },
      ),
      { numRuns: 40, seed: 1 },
    );
  });
});
