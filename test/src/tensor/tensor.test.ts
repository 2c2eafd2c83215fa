import { inspect } from "node:util";
import { expect } from "chai";
import { type DType, Tensor, type TensorValues, tensor, zeros } from "../../../src/index.js";

describe("tensor", () => {
  it("reads its shape off nested numbers, row by row", () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(x.shape).to.deep.equal([2, 3]);
    expect(x.dtype).to.equal("float32");
    expect(x.data).to.deep.equal(Float32Array.of(1, 2, 3, 4, 5, 6));
    expect(x.at(1, 0)).to.equal(4);
    expect(tensor(7).shape).to.deep.equal([]);
    expect(tensor([]).shape).to.deep.equal([0]);
  });

  it("gives nested arrays whose depth the type knows, or is told", () => {
    const matrix: number[][] = tensor([[1, 2]])
      .slice(0, 1)
      .clone()
      .toNested();
    const reshaped: number[][][] = tensor([1, 2], [2, 1]).reshape([1, 2, 1]).toNested();
    const number: number = tensor(7).toNested();
    const list: number[] = tensor(Float32Array.of(1, 2)).toNested();
    const unknown: Tensor = tensor([[1, 2]]);
    const told: number[][] = unknown.toNested(2);
    expect([matrix, reshaped, number, list, told]).to.deep.equal([
      [[1, 2]],
      [[[1], [2]]],
      7,
      [1, 2],
      [[1, 2]],
    ]);
    expect(() => unknown.toNested(3)).to.throw(
      "toNested(3) needs 3 dimensions; this tensor has the shape [1, 2]",
    );
  });

  it("finds the largest along an axis as NumPy does, and no class where one is NaN", () => {
    // numpy.argmax over axes 0, 1 and 2 of the same numbers
    const x = tensor([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8], [2, 3, 2]);
    expect([...x.argmax(0)]).to.deep.equal([0, 1, 1, 1, 0, 0]);
    expect([...x.argmax(1)]).to.deep.equal([2, 2, 1, 2]);
    expect([...x.argmax(2)]).to.deep.equal([0, 0, 1, 1, 0, 1]);
    expect(x.argmax(-1)).to.deep.equal(x.argmax(2));
    expect([
      ...tensor([
        [1, Number.NaN],
        [2, 2],
      ]).argmax(1),
    ]).to.deep.equal([-1, 0]);
    expect(() => x.argmax(3)).to.throw("argmax: a tensor of shape [2, 3, 2] has no axis 3");
    expect(() => zeros([2, 0]).argmax(1)).to.throw("axis 1 of shape [2, 0] has no elements");
  });

  it("takes a shape and a dtype, and copies typed arrays", () => {
    const numbers = Float64Array.of(1, 2, 3, 4);
    const x = tensor(numbers, [2, 2], "float64");
    numbers[0] = 9;
    expect(x.toNested()).to.deep.equal([
      [1, 2],
      [3, 4],
    ]);
    expect(tensor(Uint8Array.of(1, 255)).data).to.deep.equal(Float32Array.of(1, 255));
    expect(tensor([[1], [2]], [1, 2, 1]).toNested()).to.deep.equal([[[1], [2]]]);
  });

  it("says where rows are ragged, or what is no number", () => {
    expect(() => tensor([[1, 2], [3]])).to.throw("2 values are expected at [1]; got 1 values");
    expect(() => tensor([[1, 2], 3])).to.throw("2 values are expected at [1]; got 3");
    expect(() => tensor([1, [2]])).to.throw("a number is expected at [1]; got an array");
    expect(() => tensor([1, "2"] as unknown as TensorValues)).to.throw('"2" at [1] is not a number');
    expect(() => tensor([1, undefined] as unknown as TensorValues)).to.throw(
      "undefined at [1] is not a number",
    );
    expect(() => tensor([1, 2, 3], [2, 2])).to.throw("shape [2, 2] needs 4 numbers; got 3 in [3]");
    expect(() => tensor([1], [-1])).to.throw("A shape is an array of whole numbers such as [2, 3]; got [-1]");
    expect(() => tensor([1], [1], "float16" as DType)).to.throw(
      'dtype must be "float32" or "float64"; got "float16"',
    );
  });
});

describe("Tensor", () => {
  const x = tensor(
    Array.from({ length: 24 }, (_, i) => i),
    [4, 3, 2],
    "float64",
  );

  it("reshapes without a copy, one length worked out", () => {
    const y = x.reshape([-1, 6]);
    expect(y.shape).to.deep.equal([4, 6]);
    expect(y.data).to.equal(x.data);
    expect(() => x.reshape([5, -1])).to.throw("Can't reshape [4, 3, 2] (24 elements) to [5, -1]");
    expect(() => x.reshape([-1, -1])).to.throw("Can't reshape");
  });

  it("slices rows into a copy, from the end too", () => {
    const rows = x.slice(1, 3);
    expect(rows.shape).to.deep.equal([2, 3, 2]);
    expect(rows.at(0, 0, 0)).to.equal(6);
    rows.data[0] = -1;
    expect(x.at(1, 0, 0)).to.equal(6);
    expect(x.slice(-1).toNested()).to.deep.equal([
      [
        [18, 19],
        [20, 21],
        [22, 23],
      ],
    ]);
    expect(x.slice(3, 99).shape).to.deep.equal([1, 3, 2]);
  });

  it("checks indices", () => {
    expect(() => x.at(0, 3, 0)).to.throw("No element (0, 3, 0) in a tensor of shape [4, 3, 2]");
    expect(() => x.at(0)).to.throw("No element (0)");
  });

  it("clones to the other dtype", () => {
    expect(tensor([0.1], undefined, "float64").clone("float32").data).to.deep.equal(Float32Array.of(0.1));
  });

  it("prints as a table, cut in the middle when large", () => {
    const small = tensor(
      [
        [1, -0.123456],
        [20000, Number.NaN],
      ],
      undefined,
      "float64",
    );
    expect(inspect(small)).to.equal("Tensor [2, 2] float64\n    1  -0.12346\n20000       NaN");
    const large = inspect(zeros([100, 20])).split("\n");
    expect(large).to.have.length(12);
    expect(large[6]).to.equal(Array(11).fill("…").join("  "));
    expect(inspect(tensor(3))).to.equal("Tensor [] float32\n3");
    expect(inspect(zeros([0, 3]))).to.equal("Tensor [0, 3] float32");
  });

  it("shows itself in a notebook as an HTML table and as text", () => {
    const show = (tensor([[1, 2]]) as unknown as Record<symbol, () => Record<string, string>>)[
      Symbol.for("Jupyter.display")
    ];
    const bundle = show.call(tensor([[1, 2]]));
    expect(bundle["text/plain"]).to.equal("Tensor [1, 2] float32\n1  2");
    expect(bundle["text/html"]).to.match(
      /^<table><caption>Tensor \[1, 2\] float32<\/caption>.*<td[^>]*>2<\/td>/,
    );
  });

  it("says what was asked for when there is no memory for it", () => {
    expect(() => zeros([2 ** 20, 2 ** 20])).to.throw("1099511627776 float32 numbers, which take 4.10e+3 GiB");
  });

  it("refuses data that does not fill the shape", () => {
    expect(() => new Tensor(new Float64Array(3), [2, 2])).to.throw("has 4 elements; got 3 numbers");
  });
});
