import { expect } from "chai";
import fc from "fast-check";
import { NonzerosProduct, Product } from "../../../../src/tensor/wasm/exports.js";
import { kernelMemory } from "../../../../src/tensor/wasm/memory.js";
import { packedFloats } from "../../../../src/tensor/wasm/packing.js";
import { multiplyNonzeros, teamThreads } from "../../../../src/tensor/wasm/team.js";

// Before the first large product of this process, wherever it is: a machine with one processor has a team here, too.
process.env.NORMLAB_THREADS = "2";

/** Rows of the larger matrix that X may be picked from. */
const ROWS = 300;

interface Case {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly overRows: boolean;
  readonly isPicked: boolean;
}

/** The product by what is not zero beside the whole product of the same numbers. */
describe("a product by what is not zero", () => {
  const memory = kernelMemory();

  /** `x` and `b` give the value at a place of X and of the other factor. */
  function both(
    { m, n, k, overRows, isPicked }: Case,
    x: (row: number, column: number) => number,
    b: (at: number) => number,
  ) {
    const arena = memory.arena();
    try {
      const rows = isPicked ? ROWS : m;
      const places = arena.integers(m);
      for (let row = 0; row < m; row++) places[row] = isPicked ? (row * 37 + 11) % ROWS : row;
      const inputs = arena.floats(rows * k);
      for (let row = 0; row < m; row++)
        for (let column = 0; column < k; column++) inputs[places[row] * k + column] = x(row, column);
      const other = arena.floats(n * (overRows ? m : k)).map((_, at) => b(at));
      const factor = arena.floats(other.length);
      factor.set(other);
      const [whole, some] = [1, 2].map(() => arena.floats(n * (overRows ? k : m)).fill(123));
      const size = overRows ? { m: n, n: k, k: m } : { m, n, k };
      const packed = packedFloats(size.m, size.k);
      const picked = isPicked ? places.byteOffset : 0;
      const [ofX, ofB] = [inputs.byteOffset, factor.byteOffset];
      const product = arena.descriptor(Product).fill({
        ...size,
        ...(overRows
          ? { a: ofB, b: ofX, transposeA: true, transposeB: false, placesA: 0, placesB: picked }
          : { a: ofX, b: ofB, transposeA: false, transposeB: true, placesA: picked, placesB: 0 }),
        out: whole.byteOffset,
        scratchA: arena.take(4 * packed.a),
        scratchB: arena.take(4 * packed.b),
      });
      memory.kernels.matmul(product.at);
      const listed = arena.descriptor(NonzerosProduct).fill({
        ...{ x: ofX, places: picked, b: ofB, out: some.byteOffset, m, n, k, overRows },
        room: arena.take(4 * memory.kernels.nonzerosFloats(m, k)),
      });
      const isDone = multiplyNonzeros(memory, listed.at, { m, n, k });
      return { isDone, whole: bitsOf(whole), some: bitsOf(some) };
    } finally {
      arena.release();
    }
  }

  const bitsOf = (values: Float32Array) => new Uint32Array(values.slice().buffer);

  /** Numbers from −1 to 1, none of them 0. */
  const value = (at: number, seed: number) => (((at + seed) * 7919) % 1009) / 504 - 0.999;

  /** Whether the place is one of those that are not 0: about `share` of them. */
  const isKept = (at: number, share: number) => ((at * 2654435761) >>> 0) / 2 ** 32 < share;

  const size = fc.integer({ min: 1, max: 40 });
  const cases = fc.record({
    m: fc.oneof(size, fc.integer({ min: 100, max: 256 })),
    n: fc.oneof(size, fc.integer({ min: 60, max: 200 })),
    k: fc.oneof(size, fc.integer({ min: 100, max: 300 })),
    overRows: fc.boolean(),
    isPicked: fc.boolean(),
  });

  it("has the bits of the whole product, also of rows that lie elsewhere, and is done for ordinary numbers", () => {
    fc.assert(
      fc.property(cases, fc.constantFrom(0, 0.05, 0.3, 0.6, 1), (sizes, share) => {
        const { isDone, whole, some } = both(
          sizes,
          (row, column) => {
            const at = row * sizes.k + column;
            return isKept(at, share) ? value(at, 1) : 0;
          },
          (at) => value(at, 2),
        );
        expect(isDone).to.equal(true);
        expect(some).to.deep.equal(whole);
      }),
      { numRuns: 120, seed: 1 },
    );
  });

  it("has them for zeros of both signs, numbers too small to multiply, rows and columns of zeros, or is not done", () => {
    const special = [0, 0, 0, 0, -0, 1e-30, -1e-30, 1e-45, 1, -1, 3e38];
    let done = 0;
    fc.assert(
      fc.property(
        fc.record({ ...{ m: size, n: size, k: size }, overRows: fc.boolean(), isPicked: fc.constant(false) }),
        fc.integer({ min: 1, max: 1000 }),
        fc.boolean(),
        (sizes, seed, isOneSign) => {
          const pick = (at: number) => special[((at * 2654435761 + seed * 40503) >>> 8) % special.length];
          const { isDone, whole, some } = both(
            sizes,
            (row, column) => (row % 5 === 2 || column % 7 === 3 ? 0 : pick(row * sizes.k + column)),
            (at) => (isOneSign ? -Math.abs(pick(at + 1)) : pick(at + 1)),
          );
          if (isDone) expect(some).to.deep.equal(whole);
          if (isDone) done++;
        },
      ),
      { numRuns: 300, seed: 2 },
    );
    expect(done).to.be.greaterThan(20);
  });

  for (const overRows of [false, true]) {
    const sizes: Case = { m: 9, n: 70, k: 30, overRows, isPicked: false };
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      it(`is not done where the other factor holds ${wrong}${overRows ? ", over rows" : ""}`, () => {
        const last = sizes.n * (overRows ? sizes.m : sizes.k) - 1;
        for (const place of [0, 17, last]) {
          const { isDone } = both(
            sizes,
            (row, column) => (isKept(row * 30 + column, 0.3) ? 1 : 0),
            (at) => (at === place ? wrong : value(at, 2)),
          );
          expect(isDone).to.equal(false);
        }
      });

      it(`is not done where X holds ${wrong}${overRows ? ", over rows" : ""}`, () => {
        const { isDone } = both(
          sizes,
          (row, column) => (row === 8 && column === 29 ? wrong : 0),
          (at) => value(at, 2),
        );
        expect(isDone).to.equal(false);
      });
    }
  }

  it("has them on two threads, and says there too that it is not done", async () => {
    const sizes: Case = { m: 130, n: 517, k: 201, overRows: false, isPicked: true };
    const run = (overRows: boolean, wrong: number) =>
      both(
        { ...sizes, overRows },
        (row, column) => (isKept(row * sizes.k + column, 0.3) ? value(row + column, 1) : 0),
        (at) => (at === wrong ? Number.NaN : value(at, 2)),
      );
    while (teamThreads() < 2) {
      run(false, -1);
      await new Promise(setImmediate);
    }
    for (const overRows of [false, true]) {
      for (let times = 0; times < 20; times++) {
        const { isDone, whole, some } = run(overRows, -1);
        expect(isDone).to.equal(true);
        expect(some).to.deep.equal(whole);
        expect(run(overRows, 1000 * (times + 1)).isDone).to.equal(false);
      }
    }
  });
});
