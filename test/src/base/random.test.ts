import { expect } from "chai";
import { Random } from "../../../src/base/random.js";

const draw = (random: Random, count: number) => Array.from({ length: count }, () => random.uniform());

describe("Random", () => {
  it("gives the same numbers for the same seed, others for another", () => {
    expect(draw(new Random(1), 5)).deep.equal(draw(new Random(1), 5));
    expect(draw(new Random(1), 5)).not.deep.equal(draw(new Random(2), 5));
  });

  it("gives these numbers for seed 1, in every version", () => {
    const random = new Random(1);
    expect([random.uniform(), random.normal(), random.normal(), random.integer(1000)]).deep.equal([
      0.2235651001700042, 0.9495758200937501, -1.5387041753904938, 18,
    ]);
  });

  it("has streams that depend on seed and name only", () => {
    const fresh = new Random(3);
    const used = new Random(3);
    draw(used, 17);
    expect(draw(fresh.stream("batches"), 5)).deep.equal(draw(used.stream("batches"), 5));
    expect(draw(fresh.stream("batches"), 5)).not.deep.equal(draw(fresh.stream("dropout"), 5));
    expect(draw(fresh.stream("a").stream("b"), 2)).not.deep.equal(draw(fresh.stream("b").stream("a"), 2));
  });

  it("goes on after its state was saved as JSON, a kept normal number included", () => {
    const random = new Random(5).stream("noise");
    random.normal();
    const copy = Random.fromState(JSON.parse(JSON.stringify(random.state())));
    expect([copy.normal(), copy.uniform(), copy.normal()]).deep.equal([
      random.normal(),
      random.uniform(),
      random.normal(),
    ]);
    expect(draw(copy.stream("x"), 2)).deep.equal(draw(random.stream("x"), 2));
  });

  it("has uniform numbers with mean 1/2 and variance 1/12, normal ones with 0 and 1", () => {
    const random = new Random(11);
    const count = 40000;
    const moments = (next: () => number) => {
      const values = Array.from({ length: count }, next);
      const mean = values.reduce((sum, value) => sum + value, 0) / count;
      return [mean, values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count];
    };
    const [uniformMean, uniformVariance] = moments(() => random.uniform());
    expect(uniformMean).closeTo(0.5, 0.006);
    expect(uniformVariance).closeTo(1 / 12, 0.002);
    const [normalMean, normalVariance] = moments(() => random.normal());
    expect(normalMean).closeTo(0, 0.02);
    expect(normalVariance).closeTo(1, 0.03);
  });

  it("permutes: each index once, each place equally likely", () => {
    const random = new Random(2);
    const firstPlace = new Array(5).fill(0);
    for (let i = 0; i < 5000; i++) {
      const order = random.permutation(5);
      expect([...order].sort()).deep.equal([0, 1, 2, 3, 4]);
      firstPlace[order[0]]++;
    }
    for (const count of firstPlace) expect(count).within(880, 1120);
    expect(random.permutation(0)).deep.equal(new Int32Array(0));
  });

  it("refuses seeds, counts and states that are none", () => {
    expect(() => new Random(0.5)).throw(RangeError, "A seed is an integer");
    expect(() => new Random(1).integer(0)).throw(RangeError, "at least 1");
    expect(() => new Random(1).permutation(-1)).throw(RangeError, "at least 0");
    expect(() => Random.fromState({ path: "1", words: [1, 2], spareNormal: null })).throw(
      TypeError,
      "no state",
    );
  });
});
