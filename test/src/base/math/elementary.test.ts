import { createHash } from "node:crypto";
import { expect } from "chai";
import { cos, exp, expm1, log, pow, sin, tanh } from "../../../../src/base/math/index.js";
import { Random } from "../../../../src/base/random.js";

const random = new Random(1);

/** The largest relative difference from Math's function over `count` arguments in [low, high). */
function worst(
  ours: (x: number) => number,
  theirs: (x: number) => number,
  low: number,
  high: number,
  count = 20000,
): number {
  let largest = 0;
  for (let i = 0; i < count; i++) {
    const x = random.uniform(low, high);
    const expected = theirs(x);
    largest = Math.max(largest, Math.abs(ours(x) - expected) / Math.abs(expected));
  }
  return largest;
}

const FEW_ULP = 1e-15;

describe("elementary functions", () => {
  it("exp agrees with Math.exp", () => {
    expect(worst(exp, Math.exp, -1, 1)).below(FEW_ULP);
    expect(worst(exp, Math.exp, -700, 709)).below(FEW_ULP);
    expect(exp(0)).equal(1);
    expect(exp(710)).equal(Number.POSITIVE_INFINITY);
    expect(exp(-746)).equal(0);
    expect(exp(709.78)).closeTo(Math.exp(709.78), 1e294);
    expect(exp(-744.4)).equal(Number.MIN_VALUE);
    expect(exp(Number.NEGATIVE_INFINITY)).equal(0);
    expect(exp(Number.NaN)).satisfy(Number.isNaN);
  });

  it("expm1 agrees with Math.expm1, near 0 too", () => {
    expect(worst(expm1, Math.expm1, -2, 2)).below(FEW_ULP);
    expect(worst(expm1, Math.expm1, -1e-8, 1e-8)).below(FEW_ULP);
    expect(Object.is(expm1(-0), -0)).equal(true);
  });

  it("log agrees with Math.log", () => {
    expect(worst(log, Math.log, 0, 1)).below(FEW_ULP);
    expect(worst(log, Math.log, 0.99, 1.01)).below(FEW_ULP);
    expect(worst(log, Math.log, 1, 1e300)).below(FEW_ULP);
    expect(worst(log, Math.log, 0, 1e-300)).below(FEW_ULP);
    expect(log(Number.MIN_VALUE)).closeTo(Math.log(Number.MIN_VALUE), 1e-12);
    expect(log(Number.MAX_VALUE)).closeTo(Math.log(Number.MAX_VALUE), 1e-12);
    expect(log(1)).equal(0);
    expect(log(0)).equal(Number.NEGATIVE_INFINITY);
    expect(log(-1)).satisfy(Number.isNaN);
    expect(log(Number.POSITIVE_INFINITY)).equal(Number.POSITIVE_INFINITY);
  });

  it("pow agrees with Math.pow", () => {
    expect(
      worst(
        (x) => pow(x, 0.37),
        (x) => x ** 0.37,
        0,
        1e6,
      ),
    ).below(2 * FEW_ULP);
    expect(
      worst(
        (y) => pow(0.9, y),
        (y) => 0.9 ** y,
        0,
        6000,
      ),
    ).below(1e-14);
    expect(
      worst(
        (y) => pow(10, y),
        (y) => 10 ** y,
        -300,
        300,
      ),
    ).below(1e-14);
    expect(
      worst(
        (x) => pow(x, 3),
        (x) => x ** 3,
        -9,
        9,
      ),
    ).below(2 * FEW_ULP);
    for (const y of [-2, 2, 10, 0.5]) expect(pow(2, y)).closeTo(2 ** y, 2 ** y * 3e-16);
  });

  it("pow has Math.pow's special cases", () => {
    const special = [0, -0, 1, -1, 2, -2, 0.5, 3, -3, Infinity, -Infinity, NaN, 1e300, -1e300];
    for (const x of special)
      for (const y of special) {
        const ours = pow(x, y);
        const theirs = x ** y;
        const same = Object.is(ours, theirs) || Math.abs(ours - theirs) <= 1e-14 * Math.abs(theirs);
        expect(same, `pow(${x}, ${y}) = ${ours}, Math.pow gives ${theirs}`).equal(true);
      }
  });

  it("tanh agrees with Math.tanh", () => {
    expect(worst(tanh, Math.tanh, -1, 1)).below(FEW_ULP);
    expect(worst(tanh, Math.tanh, -25, 25)).below(FEW_ULP);
    expect(worst(tanh, Math.tanh, -1e-5, 1e-5)).below(FEW_ULP);
    expect(tanh(1e9)).equal(1);
    expect(tanh(Number.NEGATIVE_INFINITY)).equal(-1);
    expect(tanh(Number.NaN)).satisfy(Number.isNaN);
  });

  it("sin and cos agree with Math's", () => {
    expect(worst(sin, Math.sin, -7, 7)).below(FEW_ULP);
    expect(worst(cos, Math.cos, -7, 7)).below(FEW_ULP);
    expect(worst(sin, Math.sin, -1e6, 1e6)).below(FEW_ULP);
    expect(worst(cos, Math.cos, -1e6, 1e6)).below(FEW_ULP);
    expect(sin(Math.PI)).closeTo(Math.sin(Math.PI), 1e-31);
    expect(Object.is(sin(-0), -0)).equal(true);
    expect(() => sin(1e7)).throw(RangeError, "up to ±1e6");
  });

  it("give the same bits on every version of Node: the hash of 12,000 results is committed", () => {
    const fixed = new Random(7);
    const values = new Float64Array(12000);
    for (let i = 0; i < values.length; ) {
      const x = fixed.uniform(-20, 20);
      for (const value of [exp(x), log(Math.abs(x)), tanh(x), sin(x), cos(x), pow(Math.abs(x), x)])
        values[i++] = value;
    }
    const hash = createHash("sha256").update(new Uint8Array(values.buffer)).digest("hex");
    expect(hash).equal("f77043289f0d53963955341e7a3f96fb7f925d9ced3c911117437ed9686f146f");
  });
});
