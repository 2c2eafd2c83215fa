import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { OptionError, ShapeError, ValueError } from "../../../src/base/errors.js";
import {
  blobs,
  csv,
  DataError,
  dataset,
  digits,
  idx,
  moons,
  type Split,
  spirals,
  standardize,
} from "../../../src/data/index.js";
import { tensor } from "../../../src/tensor/tensor.js";

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "normlab-data-"));
});
after(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
const standardDeviation = (values: ArrayLike<number>) => {
  const center = mean(values);
  return Math.sqrt(mean(Array.from(values, (value) => (value - center) ** 2)));
};

/** One text for each example, so that sets of examples can be compared. */
const examplesOf = ({ inputs, labels, size }: Split) => {
  const width = inputs.size / size;
  return Array.from(
    { length: size },
    (_, row) => `${labels[row]}:${inputs.data.slice(row * width, (row + 1) * width).join(" ")}`,
  );
};

describe("digits", () => {
  it("gives 1000, 397 and 400 of the 1797 images, each image once", () => {
    const { train, validation, test, classes } = digits({ seed: 1 });
    expect([train.size, validation.size, test.size, classes]).deep.equal([1000, 397, 400, 10]);
    expect(train.inputs.shape).deep.equal([1000, 64]);
    expect(train.inputs.dtype).equal("float32");
    const all = [train, validation, test].flatMap(examplesOf);
    const inOrder = digits({ seed: 2, split: {} }).train;
    expect(all.sort()).deep.equal(examplesOf(inOrder).sort());
    expect(new Set(all).size).equal(1797);
  });

  it("draws the same parts for the same seed, others for another", () => {
    expect(examplesOf(digits({ seed: 3 }).test)).deep.equal(examplesOf(digits({ seed: 3 }).test));
    expect(examplesOf(digits({ seed: 3 }).test)).not.deep.equal(examplesOf(digits({ seed: 4 }).test));
  });

  it("holds the images of scikit-learn's load_digits", () => {
    const all = digits({ scale: "raw", split: {}, dtype: "float64" }).train;
    const counts = new Array(10).fill(0);
    for (const label of all.labels) counts[label]++;
    // numpy: np.bincount(digits.target), digits.data.sum(), (digits.data * np.arange(64)).sum()
    expect(counts).deep.equal([178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
    const data = Array.from(all.inputs.data);
    expect(data.reduce((sum, value) => sum + value, 0)).equal(561718);
    expect(data.reduce((sum, value, index) => sum + value * (index % 64), 0)).equal(17660653);
  });

  it("is shifted and scaled by one number each: mean 0, standard deviation 1; or to 0…1; or raw", () => {
    const standard = digits({ split: {}, dtype: "float64" }).train.inputs.data;
    expect(mean(standard)).closeTo(0, 1e-12);
    expect(standardDeviation(standard)).closeTo(1, 1e-5);
    const unit = digits({ split: {}, scale: "unit" }).train.inputs.data;
    expect([Math.min(...unit.slice(0, 6400)), Math.max(...unit.slice(0, 6400))]).deep.equal([0, 1]);
    expect(Math.max(...digits({ scale: "raw" }).test.inputs.data)).equal(16);
  });

  it("keeps rows and columns for convolutions when asked", () => {
    expect(digits({ flatten: false }).test.inputs.shape).deep.equal([400, 1, 8, 8]);
  });

  it("names an unknown option", () => {
    expect(() => digits({ sed: 1 } as object)).throw(OptionError, '"seed"');
  });
});

describe("idx", () => {
  const header = (type: number, ...sizes: number[]) => {
    const bytes = Buffer.alloc(4 + 4 * sizes.length);
    bytes[2] = type;
    bytes[3] = sizes.length;
    for (const [index, size] of sizes.entries()) bytes.writeUInt32BE(size, 4 + 4 * index);
    return bytes;
  };
  const images = Buffer.concat([header(8, 2, 1, 3), Buffer.from([0, 1, 2, 253, 254, 255])]);
  const labels = Buffer.concat([header(8, 2), Buffer.from([1, 0])]);

  it("reads plain and gzipped files", () => {
    for (const wrap of [(bytes: Buffer) => bytes, gzipSync]) {
      const split = idx(file("images", wrap(images)), file("labels", wrap(labels)));
      expect(split.inputs.shape).deep.equal([2, 3]);
      expect([...split.inputs.data]).deep.equal([0, 1, 2, 253, 254, 255]);
      expect([...split.labels]).deep.equal([1, 0]);
      expect(split.classes).equal(2);
    }
  });

  it("reads all six value types", () => {
    const one: [number, Buffer][] = [
      [0x08, Buffer.from([200])],
      [0x09, Buffer.from([0xff])],
      [0x0b, Buffer.from([0xff, 0xfe])],
      [0x0c, Buffer.from([0, 1, 0, 0])],
      [0x0d, Buffer.from([0x3f, 0x80, 0, 0])],
      [0x0e, Buffer.from([0x40, 0, 0, 0, 0, 0, 0, 0])],
    ];
    const label = file("label", Buffer.concat([header(8, 1), Buffer.from([0])]));
    const read = one.map(([type, value]) => {
      const path = file("typed", Buffer.concat([header(type, 1, 1), value]));
      return idx(path, label).inputs.data[0];
    });
    expect(read).deep.equal([200, -1, -2, 65536, 1, 2]);
  });

  it("names file and byte of a damaged file", () => {
    const good = file("labels", labels);
    const cases: [string, Uint8Array, RegExp][] = [
      ["empty", Buffer.alloc(0), /^empty: it has 0 bytes/],
      [
        "short",
        images.subarray(0, 20),
        /^short, byte 20: the header promises 2 × 1 × 3 values .* 22 bytes in all, but the file has 20/,
      ],
      ["long", Buffer.concat([images, Buffer.from([1])]), /^long, byte 22: .*but the file has 23/],
      ["text", Buffer.from("hello, world"), /^text, byte 0: no IDX file: it starts with 68 65 6c 6c/],
      ["headless", images.subarray(0, 9), /^headless, byte 3: the header names 3 dimensions/],
      ["cut.gz", gzipSync(images).subarray(0, 24), /^cut.gz: the gzip file is damaged/],
      [
        "nan",
        Buffer.concat([header(0x0d, 2, 1), Buffer.from([0, 0, 0, 0, 0x7f, 0xc0, 0, 0])]),
        /^nan, byte 16: the value is NaN/,
      ],
    ];
    for (const [name, bytes, message] of cases)
      expect(() => idx(file(name, bytes), good)).throw(DataError, message);
    expect(() => idx(join(folder, "nowhere"), good)).throw(DataError, "there is no such file");
  });

  it("refuses files that don't belong together", () => {
    const three = file("three", Buffer.concat([header(8, 3), Buffer.from([0, 1, 2])]));
    expect(() => idx(file("images", images), three)).throw(
      DataError,
      "it has 3 labels, but images has 2 images",
    );
    expect(() => idx(file("labels", labels), file("images", images))).throw(DataError, "swapped");
  });
});

describe("csv", () => {
  it("reads numbers, names and text labels; quotes, CRLF and a byte order mark are fine", () => {
    const split = csv(
      file(
        "flowers.csv",
        '\ufefflength,width,"kind"\r\n1,2.5,"setosa, wild"\r\n-3e-1,4,iris\r\n\r\n5,6,iris\r\n',
      ),
    );
    expect(split.inputs.shape).deep.equal([3, 2]);
    expect(split.inputs.toNested()).deep.equal([
      [1, 2.5],
      [Math.fround(-0.3), 4],
      [5, 6],
    ]);
    expect(split.classNames).deep.equal(["iris", "setosa, wild"]);
    expect([...split.labels]).deep.equal([1, 0, 0]);
    expect(split.featureNames).deep.equal(["length", "width"]);
  });

  it("takes columns by name or index, files without header, other delimiters", () => {
    const path = file("plain.csv", "10;1;7\n9;2;8\n");
    const split = csv(path, { label: 0, delimiter: ";" });
    expect(split.classNames).deep.equal(["9", "10"]);
    expect(split.inputs.toNested()).deep.equal([
      [1, 7],
      [2, 8],
    ]);
    expect(csv(path, { label: 0, features: [2], delimiter: ";" }).inputs.toNested()).deep.equal([[7], [8]]);
  });

  it("names file, line and column of what it can't use", () => {
    const cases: [string, string, RegExp][] = [
      ["empty.csv", "", /empty\.csv: it is empty/],
      ["header.csv", "a,b\n", /header\.csv, line 1: there is a header, but no examples/],
      ["ragged.csv", "a,b,c\n1,2,0\n\n1,0\n", /ragged\.csv, line 4, column 3: 2 fields, but line 1 has 3/],
      ["text.csv", "a,b,c\n1,2,0\n1,two,0\n", /text\.csv, line 3, column 2 \("b"\): "two" is no number/],
      ["hole.csv", "a,b,c\n1,2,0\n,3,0\n", /hole\.csv, line 3, column 1 \("a"\): the field is empty/],
      ["nan.csv", "a,c\nNaN,0\n", /nan\.csv, line 2, column 1 \("a"\): "NaN" is no number/],
      ["huge.csv", "a,c\n1e999,0\n", /huge\.csv, line 2, column 1 \("a"\): "1e999" is no number/],
      ["label.csv", "a,c\n1,\n", /label\.csv, line 2, column 2 \("c"\): the label is empty/],
      ["quote.csv", 'a,c\n1,"0\n', /quote\.csv, line \d, column 2: Quote Not Closed/],
    ];
    for (const [name, text, message] of cases) expect(() => csv(file(name, text))).throw(DataError, message);
    expect(() => csv(file("x.csv", "a,b\n1,2\n"), { label: "c" })).throw(
      DataError,
      'no column "c". Its columns: a, b',
    );
    expect(() => csv(join(folder, "nowhere.csv"))).throw(DataError, "there is no such file");
  });
});

describe("dataset and Split", () => {
  const inputs = tensor([
    [1, 2],
    [3, 4],
    [5, 6],
    [7, 8],
  ]);

  it("splits by counts and by fractions; what is not asked for goes to train", () => {
    const split = dataset(inputs, [0, 1, 0, 1]);
    const byCount = split.split({ validation: 1, test: 1, seed: 5 });
    expect([byCount.train.size, byCount.validation.size, byCount.test.size]).deep.equal([2, 1, 1]);
    const byFraction = split.split({ train: 0.5, validation: 0.25, test: 0.25 });
    expect([byFraction.train.size, byFraction.validation.size, byFraction.test.size]).deep.equal([2, 1, 1]);
    const odd = dataset(tensor(new Float32Array(5), [5, 1]), [0, 0, 0, 0, 0]).split({
      train: 0.5,
      test: 0.5,
    });
    expect(odd.train.size + odd.test.size).equal(5);
    expect(() => split.split({ train: 3, test: 2 })).throw(OptionError, "there are only 4");
    expect(() => split.split({ train: -1 })).throw(OptionError, "train must be");
  });

  it("shuffles examples and labels together", () => {
    const split = dataset(inputs, [1, 3, 5, 7], { classes: 8 });
    const shuffled = split.shuffle(2);
    expect(examplesOf(shuffled).sort()).deep.equal(examplesOf(split).sort());
    expect(Array.from(shuffled.labels)).deep.equal(
      Array.from(shuffled.inputs.data).filter((_, i) => i % 2 === 0),
    );
  });

  it("takes and picks examples", () => {
    const split = dataset(inputs, [0, 1, 2, 3]);
    expect([...split.take(2).labels]).deep.equal([0, 1]);
    expect([...split.subset([3, 3, 0]).labels]).deep.equal([3, 3, 0]);
    expect(() => split.subset([4])).throw(ValueError, "no example 4");
  });

  it("refuses labels that are no classes, inputs that are no numbers, and unequal lengths", () => {
    expect(() => dataset(inputs, [0, 1, 2])).throw(ShapeError, "4 inputs and 3 labels");
    expect(() => dataset(inputs, [0, 1, 2, 0.5])).throw(ValueError, "label of example 3 is 0.5");
    expect(() => dataset(inputs, [0, 1, 2, 3], { classes: 3 })).throw(ValueError, "label of example 3 is 3");
    expect(() => dataset(tensor([[1], [Number.NaN]]), [0, 1])).throw(
      ValueError,
      "Example 1 holds NaN in feature 0",
    );
    expect(() => dataset(tensor([1, 2]), [0, 1])).throw(ShapeError, "Reshape");
  });

  it("standardizes all parts by the mean and standard deviation of train", () => {
    const { train, test } = standardize(blobs({ seed: 3, dtype: "float64" }));
    for (const column of [0, 1]) {
      const ofTrain = Array.from(train.inputs.data).filter((_, i) => i % 2 === column);
      expect(mean(ofTrain)).closeTo(0, 1e-12);
      expect(standardDeviation(ofTrain)).closeTo(1, 1e-3);
      const ofTest = Array.from(test.inputs.data).filter((_, i) => i % 2 === column);
      expect(Math.abs(mean(ofTest))).greaterThan(1e-9);
    }
    const constant = standardize(dataset(tensor([[5], [5]]), [0, 1]));
    expect([...constant.inputs.data]).deep.equal([0, 0]);
  });
});

describe("moons, spirals and blobs", () => {
  it("lie where their formulas say when there is no noise", () => {
    const { train } = moons({ size: 6, noise: 0, split: {}, dtype: "float64" });
    const points = examplesOf(train).map((text) =>
      text.split(/[: ]/).map((number) => Math.round(Number(number) * 1e6) / 1e6),
    );
    expect(points.sort((a, b) => a[0] - b[0] || a[1] - b[1])).deep.equal([
      [0, -1, 0],
      [0, 0, 1],
      [0, 1, 0],
      [1, 0, 0.5],
      [1, 1, -0.5],
      [1, 2, 0.5],
    ]);
    for (const row of spirals({ size: 99, noise: 0, dtype: "float64" }).train.inputs.toNested() as number[][])
      expect(Math.hypot(...row)).most(1 + 1e-12);
  });

  it("have as many points and classes as asked, in parts of 60, 20 and 20 %", () => {
    for (const made of [
      moons({ size: 100 }),
      spirals({ size: 100, classes: 4 }),
      blobs({ size: 100, features: 5 }),
    ]) {
      expect([made.train.size, made.validation.size, made.test.size]).deep.equal([60, 20, 20]);
    }
    expect(blobs({ features: 5 }).train.inputs.shape).deep.equal([900, 5]);
    expect(spirals({ classes: 4 }).classes).equal(4);
    expect(() => moons({ noise: -1 })).throw(OptionError, "noise must be");
  });
});
