import { expect } from "chai";
import { jupyterDisplay } from "../../../src/base/kernel.js";
import { predict } from "../../../src/course/index.js";
import { predictMimeType } from "../../../src/course/predict.js";

describe("predict", () => {
  const question = { ask: "How many steps?", unit: "steps" };

  it("shows no result before there is an answer, and does not even measure it", async () => {
    let measured = 0;
    const card = await predict.number({ ...question, answer: null, result: () => ++measured });
    expect(measured).to.equal(0);
    expect(card.toString()).to.equal(
      "? How many steps?\n  Your answer (steps): write a number in place of null, and run the cell again.",
    );
    expect(card[jupyterDisplay]()[predictMimeType]).to.deep.equal({
      ask: "How many steps?",
      answer: null,
      result: null,
    });
  });

  it("shows the answer and the result beside it", async () => {
    const card = await predict.number({ ...question, answer: 300, result: async () => 120 });
    expect(card.toString().split("\n").slice(1)).to.deep.equal([
      "  You said: 300 steps",
      "  Measured: 120 steps",
    ]);
  });

  it("takes one of several", async () => {
    const which = { ask: "Which?", choices: ["plain", "batch <norm>"], result: "plain" };
    expect((await predict.choice({ ...which, answer: null })).toString()).to.contain(
      '"plain", "batch <norm>"',
    );
    const card = await predict.choice({ ...which, answer: "batch <norm>" });
    expect(card.record).to.deep.equal({ ask: "Which?", answer: "batch <norm>", result: "plain" });
    expect(card[jupyterDisplay]()["text/html"]).to.contain("batch &lt;norm&gt;");
  });

  it("says what an answer may be", async () => {
    const messageOf = (promise: Promise<unknown>) =>
      promise.then(
        () => "none",
        (error: Error) => error.message,
      );
    expect(await messageOf(predict.number({ ...question, answer: "300" as never, result: 1 }))).to.contain(
      "answer must be a number, or null",
    );
    expect(
      await messageOf(predict.choice({ ask: "Which?", choices: ["a", "b"], answer: "c", result: "a" })),
    ).to.contain('one of "a", "b"');
    expect(
      await messageOf(predict.choice({ ask: "Which?", choices: ["a", "b"], answer: "a", result: "c" })),
    ).to.contain("none of the choices");
  });
});
