import { expect } from "chai";
import type { RenderRequest } from "../../../src/figure/protocol.js";
import { Renderer } from "../../../src/figure/renderer.js";
import type { Json, JsonObject } from "../../../src/figure/schema.js";

function request(trace: JsonObject, layout: JsonObject = {}): RenderRequest {
  const figure = { data: [trace], layout, config: {} };
  return { format: "svg", figure, title: "Title", description: "Description", scale: 1 };
}

const small = request({ y: [1, 3, 2] });
const points = (count: number): Json[] => Array.from({ length: count }, (_, i) => (i * 7919) % count);
/** Each marker an element of its own: many seconds of work. */
const slow = request({ y: points(100_000), mode: "markers", cliponaxis: false });

/** The same, of some seconds' work. */
const long = request({ y: points(20_000), mode: "markers", cliponaxis: false });

describe("Renderer", () => {
  let renderer: Renderer;
  beforeEach(() => {
    renderer = new Renderer();
  });
  afterEach(() => renderer.close());

  it("gives the same bytes for a figure whatever was drawn before", async () => {
    const alone = await renderer.render(small);
    const other = new Renderer();
    try {
      await other.render(request({ type: "violin", y: [1, 2, 3, 4] }, { title: { text: "other" } }));
      await other.render(request({ type: "heatmap", z: [[1, 2]] }));
      expect(await other.render(small)).to.equal(alone);
    } finally {
      other.close();
    }
  });

  it("answers requests in their order, and a blocking one between them", async () => {
    const order: string[] = [];
    const first = renderer.render(small).then(() => order.push("first"));
    const second = renderer.render(request({ y: [2] })).then(() => order.push("second"));
    expect(renderer.renderSync(small)).to.equal(renderer.renderSync(small));
    await Promise.all([first, second]);
    expect(order).to.deep.equal(["first", "second"]);
  });

  it("ends a drawing that takes too long, says so, and draws the next one", async () => {
    renderer.close();
    renderer = new Renderer({ timeLimit: 3000 });
    await renderer.render(small);
    const [late, next] = await Promise.allSettled([renderer.render(slow), renderer.render(small)]);
    expect(late.status === "rejected" && String(late.reason)).to.contain(
      "took longer than 3 s. Draw fewer points",
    );
    expect(next.status).to.equal("fulfilled");
  });

  it("ends a blocking drawing that takes too long", () => {
    renderer.close();
    renderer = new Renderer({ timeLimit: 3000 });
    renderer.renderSync(small);
    expect(() => renderer.renderSync(slow)).to.throw("took longer than 3 s");
    expect(renderer.renderSync(small)).to.match(/^<svg /);
  });

  it("counts the thread's time, not that of a process too busy to take the answer", async () => {
    renderer.close();
    renderer = new Renderer({ timeLimit: 3000 });
    await renderer.render(small);
    const picture = renderer.render(request({ y: [5, 4] }));
    // A training loop that blocks for longer than the limit, begun where the event loop looks at timers next.
    await new Promise((resolve) => setImmediate(resolve));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3500);
    expect(await picture).to.match(/^<svg /);
  });

  it("gives a thread its time on a machine that hardly lets it work", async () => {
    renderer.close();
    renderer = new Renderer({ timeLimit: 1000 });
    await renderer.render(small);
    const { cpuUsage } = process;
    // As on such a machine: whatever the clock says, the program has not worked yet.
    process.cpuUsage = () => ({ user: 0, system: 0 });
    try {
      const begun = performance.now();
      expect(await renderer.render(long)).to.match(/^<svg /);
      expect(performance.now() - begun).to.be.above(1000);
    } finally {
      process.cpuUsage = cpuUsage;
    }
    expect((await Promise.allSettled([renderer.render(long)]))[0].status).to.equal("rejected");
  }).timeout(120_000);

  it("draws 10 000 points, each of them, with few elements or few characters", async () => {
    const svg = String(
      await renderer.render(request({ x: points(10_000), y: points(10_000), mode: "markers" })),
    );
    expect(svg.match(/h0"/g)).to.have.length(10_000);
    expect(svg.length).to.be.below(300_000);
  });
});
