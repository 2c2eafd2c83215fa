import { expect } from "chai";
import fc from "fast-check";
import { OptionError, type Schedule, schedule } from "../../../../src/index.js";
import { checkSchedule } from "../../../../src/nn/schedules/schedule.js";
import { goldenCases } from "../../../golden/golden.js";

describe("schedules", () => {
  for (const golden of goldenCases("schedule"))
    it(`agree with PyTorch: ${golden.name}`, () => {
      const checked = checkSchedule("test", golden.options);
      const factors = golden.output("factors").data;
      for (let step = 0; step < factors.length; step++)
        expect(schedule.at(checked, step)).closeTo(factors[step], 1e-14);
    });

  it("are plain JSON, which gives them back with their defaults", () => {
    const all: Schedule[] = [
      schedule.constant(),
      schedule.step(10),
      schedule.step([3, 5], { factor: 0.5 }),
      schedule.cosine(100),
      schedule.warmup(5),
      schedule.warmup(5, schedule.cosine(20, { least: 0.1 }), { from: 0 }),
    ];
    for (const each of all) expect(checkSchedule("test", JSON.parse(JSON.stringify(each)))).deep.equal(each);
    expect(checkSchedule("test", { kind: "warmup", steps: 4 })).deep.equal(schedule.warmup(4));
    expect(checkSchedule("test", { kind: "step", every: 4 })).deep.equal(schedule.step(4));
  });

  it("stay within their ends, and end where they say", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 500 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (rising, falling, from, least) => {
          const both = schedule.warmup(rising, schedule.cosine(falling, { least }), { from });
          expect(schedule.at(both, 0)).equal(from);
          expect(schedule.at(both, rising)).equal(1);
          expect(schedule.at(both, rising + falling)).equal(least);
          for (let step = 1; step <= rising + falling + 2; step++) {
            const [before, now] = [schedule.at(both, step - 1), schedule.at(both, step)];
            // 1e-15: the rounding of a factor near 1.
            if (step <= rising) expect(now).within(before - 1e-15, 1 + 1e-15);
            else expect(now).within(least - 1e-15, before + 1e-15);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it("move something in the first step of a warm-up", () => {
    expect(schedule.at(schedule.warmup(4), 0)).equal(0.25);
    expect([1, 2, 3, 4, 5].map((step) => schedule.at(schedule.warmup(4), step))).deep.equal([
      0.4375, 0.625, 0.8125, 1, 1,
    ]);
  });

  it("say what is wrong with them", () => {
    const cases: [() => unknown, string][] = [
      [() => schedule.cosine(0), "schedule.cosine: steps must be an integer of at least 1; got 0."],
      [() => schedule.cosine(5, { leest: 0 } as object), 'has no option "leest". Did you mean "least"?'],
      [() => schedule.cosine(5, { least: 2 }), "least must be a number from 0 to 1; got 2."],
      [() => schedule.constant(-1), "factor must be a number of at least 0; got -1."],
      [() => schedule.step([5, 5]), "a list of steps that rise, such as [600, 900]; got [5, 5]"],
      [() => schedule.step([]), "a list of steps that rise"],
      [() => schedule.warmup(3, schedule.warmup(2) as never), "one warm-up after another"],
      [() => checkSchedule("fit", { kind: "cosin" }), 'there is no schedule "cosin". Did you mean "cosine"?'],
      [() => checkSchedule("fit", 0.1), "fit: a schedule is needed, such as schedule.cosine(1000); got 0.1."],
      [() => checkSchedule("fit", { kind: "step" }), "either `every` or `at`"],
      [() => checkSchedule("fit", { kind: "step", every: 2, at: [3] }), "either `every` or `at`"],
      [() => checkSchedule("fit", { kind: "cosine", stepz: 2 }), 'no option "stepz"'],
    ];
    for (const [make, message] of cases) expect(make).throw(OptionError, message);
  });
});
