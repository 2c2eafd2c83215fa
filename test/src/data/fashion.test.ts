import { createHash } from "node:crypto";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { expect } from "chai";
import { DataError, fashion, type Split } from "../../../src/index.js";

const files = fileURLToPath(new URL("../../../../src/data/files/", import.meta.url));

const counts = ({ labels }: Split) => {
  const found = new Array(10).fill(0);
  for (const label of labels) found[label]++;
  return found;
};

describe("fashion", function () {
  this.timeout(30_000);

  it("ships the content whose SHA-256 its attribution says, each class as often", () => {
    const attribution = readFileSync(join(files, "ATTRIBUTION.md"), "utf8");
    const rows = [...attribution.matchAll(/^\| `(fashion-.*)` \| (\d+) \| `([0-9a-f]{64})` \|$/gm)];
    expect(rows.length).to.equal(4);
    for (const [, file, bytes, digest] of rows) {
      const packed = readFileSync(join(files, file));
      expect(packed.length, file).to.equal(Number(bytes));
      expect(createHash("sha256").update(gunzipSync(packed)).digest("hex"), file).to.equal(digest);
      if (!file.includes("labels")) continue;
      const labels = gunzipSync(packed).subarray(8);
      for (let label = 0; label < 10; label++)
        expect(labels.filter((each) => each === label).length).to.equal(labels.length / 10);
    }
  });

  it("gives images of mean 0 and deviation 1, with the test images the same for every seed", () => {
    const { train, validation, test, classes } = fashion({ seed: 1 });
    expect([train, validation, test].map(({ inputs }) => inputs.shape)).to.deep.equal([
      [8000, 1, 28, 28],
      [2000, 1, 28, 28],
      [2000, 1, 28, 28],
    ]);
    expect(classes).to.equal(10);
    expect(test.classNames?.[9]).to.equal("ankle boot");
    expect(counts(test)).to.deep.equal(new Array(10).fill(200));
    const both = counts(train).map((count, label) => count + counts(validation)[label]);
    expect(both).to.deep.equal(new Array(10).fill(1000));
    const mean = train.inputs.data.reduce((sum, value) => sum + value, 0) / train.inputs.size;
    expect(mean).to.be.closeTo(0, 0.01);
    const again = fashion({ seed: 2 });
    expect(again.test.inputs.data).to.deep.equal(test.inputs.data);
    expect(again.train.labels).not.to.deep.equal(train.labels);
  });

  it("takes sizes, scales and shapes", () => {
    const { train, validation, test } = fashion({
      split: { train: 100, validation: 50, test: 0.01 },
      scale: "raw",
      flatten: true,
      dtype: "float64",
    });
    expect([train, validation, test].map(({ inputs }) => inputs.shape)).to.deep.equal([
      [100, 784],
      [50, 784],
      [20, 784],
    ]);
    expect(Math.max(...train.inputs.data)).to.equal(255);
    expect(() => fashion({ split: { train: 9000, validation: 2000 } })).to.throw("there are only 10000");
    expect(() => fashion({ scale: "unity" as "unit" })).to.throw('fashion: scale must be one of "standard"');
    expect(() => fashion({ split: { tests: 3 } as object })).to.throw('Did you mean "test"?');
  });

  it("reads the full set's files from a folder, gzipped or not, and says which is missing", () => {
    const folder = mkdtempSync(join(tmpdir(), "fashion-"));
    try {
      // The shipped files under the names of the full ones.
      for (const [own, name] of [
        ["train-images-idx3", "train-images-idx3"],
        ["train-labels-idx1", "train-labels-idx1"],
        ["test-images-idx3", "t10k-images-idx3"],
      ])
        copyFileSync(join(files, `fashion-${own}-ubyte.gz`), join(folder, `${name}-ubyte.gz`));
      expect(() => fashion({ folder })).to.throw(DataError, "t10k-labels-idx1-ubyte: there is no such file");
      const labels = gunzipSync(readFileSync(join(files, "fashion-test-labels-idx1-ubyte.gz")));
      writeFileSync(join(folder, "t10k-labels-idx1-ubyte"), labels);
      const [shipped, read] = [fashion({ seed: 3 }), fashion({ seed: 3, folder })];
      expect(read.train.inputs.data).to.deep.equal(shipped.train.inputs.data);
      expect(read.test.inputs.data).to.deep.equal(shipped.test.inputs.data);
      const others = Buffer.concat([Buffer.from([0, 0, 8, 2, 0, 0, 7, 208, 0, 0, 0, 1]), Buffer.alloc(2000)]);
      writeFileSync(join(folder, "t10k-images-idx3-ubyte.gz"), gzipSync(others));
      expect(() => fashion({ folder })).to.throw("images of Fashion-MNIST have 28 × 28 pixels");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
