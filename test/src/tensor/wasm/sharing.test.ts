import { expect } from "chai";
import { Sharing } from "../../../../src/tensor/wasm/sharing.js";

/** Which of `calls` were shared, when a shared one costs that much and one alone 1. */
function run(sharing: Sharing, calls: number, costShared: (call: number) => number): boolean[] {
  return Array.from({ length: calls }, (_, call) => {
    const { isShared } = sharing;
    sharing.took(isShared ? costShared(call) : 1);
    return isShared;
  });
}

const shareOf = (calls: boolean[]) => calls.filter((shared) => shared).length / calls.length;

describe("whether sharing pays", () => {
  it("shares where it is faster, and goes on trying the other way now and then", () => {
    const calls = run(new Sharing(), 10_000, () => 0.4);
    expect(shareOf(calls)).within(0.95, 0.999);
  });

  it("does not where it is slower, or hardly faster", () => {
    for (const cost of [1.5, 0.95])
      expect(shareOf(run(new Sharing(), 10_000, () => cost))).within(0.001, 0.06);
  });

  it("notices that it no longer pays, and that it pays again", () => {
    const sharing = new Sharing();
    run(sharing, 2000, () => 0.4);
    run(sharing, 2000, () => 3);
    expect(shareOf(run(sharing, 2000, () => 3))).below(0.06);
    run(sharing, 4000, () => 0.4);
    expect(shareOf(run(sharing, 2000, () => 0.4))).above(0.94);
  });

  it("counts a rare long wait by what it costs", () => {
    expect(shareOf(run(new Sharing(), 20_000, (call) => (call % 40 === 0 ? 50 : 0.4)))).below(0.2);
  });

  it("takes no trial's first calls into account: the threads have to wake up", () => {
    const sharing = new Sharing();
    run(sharing, 2000, () => 3);
    let inARow = 0;
    const calls = Array.from({ length: 5000 }, () => {
      const { isShared } = sharing;
      inARow = isShared ? inARow + 1 : 0;
      sharing.took(isShared ? (inARow <= 4 ? 20 : 0.4) : 1);
      return isShared;
    });
    expect(shareOf(calls.slice(3000))).above(0.94);
  });
});
