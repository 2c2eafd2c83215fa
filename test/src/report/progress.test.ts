import { expect } from "chai";
import {
  LogProgress,
  NotebookProgress,
  newProgress,
  Progress,
  type ProgressPlace,
  TerminalProgress,
} from "../../../src/report/progress.js";

/** A clock that the test moves, so that no test waits. */
function run(
  place: ProgressPlace,
  steps: number,
  millisecondsAStep: number,
  loss = (step: number) => 1 / step,
) {
  let now = 0;
  const progress = new Progress(place, () => now);
  progress.start(steps, "Training");
  for (let step = 1; step <= steps; step++) {
    now += millisecondsAStep;
    progress.report(step, { loss: loss(step) });
  }
  progress.finish();
}

function collect(): { texts: string[]; write(text: string): void } {
  const texts: string[] = [];
  return { texts, write: (text) => texts.push(text) };
}

describe("progress", () => {
  it("draws at most five times a second, however often it is told", () => {
    let drawings = 0;
    run(new NotebookProgress(() => drawings++), 10_000, 1);
    // 10 s of work: the start, 50 drawings and the summary.
    expect(drawings).to.equal(52);
  });

  it("shows the rate, the time left, the loss and its course while it runs", () => {
    const shown: Record<string, string>[] = [];
    run(new NotebookProgress((bundle) => shown.push(bundle)), 100, 100);
    const middle = shown[25];
    expect(middle["text/plain"]).to.match(
      /^Training █{10}░{10} · 50 % · 50 of 100 · 10\/s · 5 s left · loss 0\.02000 █/,
    );
    expect(middle["text/html"]).to.contain("width: 50%").and.contain("<svg").and.contain("5 s left");
  });

  it("leaves the same bytes whatever the machine's speed", () => {
    const last = (millisecondsAStep: number) => {
      let bundle = {};
      run(new NotebookProgress((shown) => (bundle = shown)), 1000, millisecondsAStep);
      return bundle;
    };
    expect(last(0.01)).to.deep.equal(last(37));
    expect(JSON.stringify(last(1)))
      .to.contain("Training: 1000 of 1000, loss 0.001000")
      .and.not.match(/left|\/s\b/);
  });

  it("interrupts the sparkline where the loss is not finite, and shows it in words", () => {
    let bundle: Record<string, string> = {};
    run(new NotebookProgress((shown) => (bundle = shown)), 20, 100, (step) =>
      step < 10 ? step : Number.NaN,
    );
    expect(bundle["text/plain"]).to.contain("loss NaN");
    expect(bundle["text/html"])
      .to.contain("<svg")
      .and.not.match(/points="[^"]*NaN/);
  });

  it("rewrites one line in a terminal, never wider than it", () => {
    const { texts, write } = collect();
    run(new TerminalProgress({ write, columns: 40 }), 50, 100);
    expect(texts.length).to.be.greaterThan(10);
    for (const text of texts.slice(0, -1)) {
      expect(text.startsWith("\r\u001b[K")).to.equal(true);
      expect(text.length).to.be.at.most(4 + 39);
    }
    expect(texts[texts.length - 1].startsWith("\r\u001b[KTraining: 50 of 50")).to.equal(true);
    expect(texts[texts.length - 1].endsWith("\n")).to.equal(true);
  });

  it("writes one line a tenth to a log", () => {
    const { texts, write } = collect();
    run(new LogProgress({ write }), 1000, 100);
    expect(texts).to.have.length(11);
    expect(texts[0]).to.match(/^Training · 10 % · 100 of 1000 · 10\/s/);
    expect(texts[10]).to.equal("Training: 1000 of 1000, loss 0.001000\n");
  });

  it("escapes a label", () => {
    let bundle: Record<string, string> = {};
    const progress = new Progress(new NotebookProgress((shown) => (bundle = shown)));
    progress.start(2, "<img src=x onerror=alert(1)>");
    expect(bundle["text/html"]).to.contain("&lt;img").and.not.contain("<img");
    progress.finish();
    expect(bundle["text/html"]).to.contain("&lt;img").and.not.contain("<img");
  });

  it("goes to one output of the kernel where there is one", () => {
    const bridge = Symbol.for("normlab.kernel");
    const globals = globalThis as Record<symbol, unknown>;
    const calls: unknown[][] = [];
    globals[bridge] = {
      display: (_bundle: unknown, options: { id: string }) => calls.push(["display", options.id]),
      update: (id: string, bundle: Record<string, string>) =>
        calls.push(["update", id, bundle["text/plain"]]),
    };
    try {
      const progress = newProgress();
      progress.start(2, "Training");
      progress.finish();
    } finally {
      delete globals[bridge];
    }
    const id = calls[0][1];
    expect(calls).to.deep.equal([
      ["display", id],
      ["update", id, "Training: 0 of 2"],
    ]);
  });

  it("keeps the summary of work without steps", () => {
    let bundle: Record<string, string> = {};
    const progress = new Progress(new NotebookProgress((shown) => (bundle = shown)));
    progress.start(0, "Sweep");
    progress.report(0);
    progress.finish("nothing to do");
    expect(bundle["text/plain"]).to.equal("nothing to do");
  });
});
