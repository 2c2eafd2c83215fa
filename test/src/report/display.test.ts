import { expect } from "chai";
import { jupyterDisplay, type MimeBundle } from "../../../src/base/kernel.js";
import { display } from "../../../src/report/display.js";

const bridge = Symbol.for("normlab.kernel");
type Call = { call: string; id?: string; bundle: MimeBundle | Promise<MimeBundle> };

/** Runs `work` with a kernel that notes what it is asked to show. */
function inKernel(work: () => void): Call[] {
  const calls: Call[] = [];
  const globals = globalThis as Record<symbol, unknown>;
  globals[bridge] = {
    display: (bundle: MimeBundle, options?: { id?: string }) =>
      calls.push({ call: "display", id: options?.id, bundle }),
    update: (id: string, bundle: MimeBundle) => calls.push({ call: "update", id, bundle }),
  };
  try {
    work();
  } finally {
    delete globals[bridge];
  }
  return calls;
}

/** The lines that `work` prints to the console. */
function printed(work: () => void): string[] {
  const lines: string[] = [];
  const log = console.log;
  console.log = (line: unknown) => lines.push(String(line));
  try {
    work();
  } finally {
    console.log = log;
  }
  return lines;
}

describe("display", () => {
  it("shows once and then updates the same place", () => {
    const calls = inKernel(() => {
      const handle = display("first", { id: "place" });
      handle.update("second");
    });
    expect(calls).to.deep.equal([
      { call: "display", id: "place", bundle: { "text/plain": "first" } },
      { call: "update", id: "place", bundle: { "text/plain": "second" } },
    ]);
  });

  it("gives each place its own id", () => {
    const ids = inKernel(() => [display(1), display(2)]).map((call) => call.id);
    expect(new Set(ids).size).to.equal(2);
  });

  it("hands over the bundle of a value that shows itself, a promised one too", async () => {
    const promised = Promise.resolve({ "image/svg+xml": "<svg/>" });
    const calls = inKernel(() => {
      display({ [jupyterDisplay]: () => ({ "text/html": "<b>x</b>" }) });
      display({ [jupyterDisplay]: () => promised });
    });
    expect(calls[0].bundle).to.deep.equal({ "text/html": "<b>x</b>" });
    expect(calls[1].bundle).to.equal(promised);
  });

  it("shows records as a table and other values as the console does", () => {
    const calls = inKernel(() => {
      display([{ seed: 1, loss: 0.5 }]);
      display(new Map([["a", 1]]));
      display([1, 2]);
      display(undefined);
    });
    expect(calls[0].bundle).to.have.keys("text/html", "text/plain");
    expect(calls.slice(1).map(({ bundle }) => bundle)).to.deep.equal([
      { "text/plain": "Map(1) { 'a' => 1 }" },
      { "text/plain": "[ 1, 2 ]" },
      { "text/plain": "undefined" },
    ]);
  });

  it("prints text outside a kernel, each update too", () => {
    const lines = printed(() => display([{ seed: 1 }]).update("done"));
    expect(lines).to.deep.equal(["seed\n   1", "done"]);
  });

  it("names a slip in an option", () => {
    expect(() => display(1, { ID: "x" } as never)).to.throw('display has no option "ID". Did you mean "id"?');
  });
});
