import { expect } from "chai";
import fc from "fast-check";
import { wasmKernels } from "../../../../src/tensor/wasm/wasm-kernels.js";

const { fround } = Math;

const values = (length: number, seed: number) =>
  Float32Array.from({ length }, (_, at) => (((at + 1) * (7919 + 2 * seed)) % 1009) / 504 - 0.999);

/** One sum an element, over k from front to back. */
function productInOrder(
  a: Float32Array,
  b: Float32Array,
  m: number,
  n: number,
  k: number,
  transposeA: boolean,
  transposeB: boolean,
): Float32Array {
  const out = new Float32Array(m * n);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let l = 0; l < k; l++) {
        const x = a[transposeA ? l * m + i : i * k + l];
        const y = b[transposeB ? j * k + l : l * n + j];
        sum = l === 0 ? fround(x * y) : fround(sum + fround(x * y));
      }
      out[i * n + j] = sum;
    }
  return out;
}

const BLOCK = 64;

/** Mean and variance of a column: rows 0, 4, 8, … and so on in float32, every 64 rows in float64 (assembly/columns.ts). */
function momentsInOrder(x: Float32Array, n: number, c: number, column: number): [number, number] {
  const at = (row: number) => x[row * c + column];
  const blocks = (lanes: number, value: (row: number) => number) => {
    let wide = 0;
    for (let start = 0; start < n; start += BLOCK) {
      const rows = Math.min(BLOCK, n - start);
      const sums = Array<number>(lanes).fill(0);
      for (let row = 0; row < rows; row++) {
        // Rows that fill no turn go to the first sum.
        const lane = row < rows - (rows % lanes) ? row % lanes : 0;
        sums[lane] = fround(sums[lane] + value(start + row));
      }
      wide +=
        lanes === 4
          ? fround(fround(sums[0] + sums[1]) + fround(sums[2] + sums[3]))
          : fround(sums[0] + sums[1]);
    }
    return wide / n;
  };
  const center = fround(blocks(4, at));
  const shift = blocks(2, (row) => fround(at(row) - center));
  const squares = blocks(2, (row) => fround(fround(at(row) - center) ** 2));
  return [fround(center + shift), Math.max(fround(squares - shift * shift), 0)];
}

describe("the order of float32 sums", () => {
  it("of a product is one for each element, whatever its tile", () => {
    const size = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(
        size,
        size,
        fc.oneof(size, fc.integer({ min: 250, max: 1100 })),
        fc.boolean(),
        fc.boolean(),
        (m, n, k, transposeA, transposeB) => {
          const [a, b] = [values(m * k, m), values(k * n, n)];
          const out = new Float32Array(m * n);
          wasmKernels.matmul({ a, b, out, m, n, k, transposeA, transposeB });
          expect(out).to.deep.equal(productInOrder(a, b, m, n, k, transposeA, transposeB));
        },
      ),
      { numRuns: 60, seed: 1 },
    );
  });

  it("of a column is one, however many columns are summed at a time", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 150 }), fc.integer({ min: 1, max: 40 }), (n, c) => {
        const x = values(n * c, n);
        const [mean, variance] = [new Float32Array(c), new Float32Array(c)];
        wasmKernels.channelMoments({ x, mean, variance, n, c, s: 1 });
        for (let column = 0; column < c; column++)
          expect([mean[column], variance[column]]).to.deep.equal(momentsInOrder(x, n, c, column));
      }),
      { numRuns: 60, seed: 1 },
    );
  });
});
