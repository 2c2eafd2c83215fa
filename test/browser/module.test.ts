/** The module's build for browsers: what it trains in headless Chromium has the bits that Node gives. */
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { readSpecFile } from "../../src/experiments/spec-file.js";
import { type ExperimentSpec, grid, runExperiment } from "../../src/index.js";
import { listen, startChromium } from "./chromium.js";

const root = new URL("../../../", import.meta.url);
const types: Record<string, string> = {
  ".js": "text/javascript",
  ".wasm": "application/wasm",
  ".json": "application/json",
  ".html": "text/html",
};

const inBuild = (pathname: string) => new URL(`dist/browser/${pathname.replace(/^\/module\//, "")}`, root);

/** The package has the images of Fashion-MNIST beside its sources alone. */
function inPackage(pathname: string): URL {
  if (/dist\/browser\/fashion-/.test(pathname)) throw new Error("The package has no such file.");
  return new URL(pathname.replace("/installed/", ""), root);
}

/** Files that a page asks for, without a header that isolates it: as any static host gives them. */
function serve(): Promise<Server> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    if (pathname === "/") {
      response.setHeader("content-type", "text/html");
      response.end("<!DOCTYPE html><title>normlab</title><link rel=icon href=data:,>");
      return;
    }
    if (pathname === "/worker.js") {
      response.setHeader("content-type", "text/javascript");
      response.end(`
        import { runExperiment, sweep } from "/module/index.js";
        const calls = { runExperiment: (specs) => Promise.all(specs.map((spec) => runExperiment(spec))), sweep: (specs) => sweep(specs, { workers: 2, progress: false }) };
        onmessage = ({ data: [name, specs] }) => calls[name](specs).then((results) => postMessage({ results }), (error) => postMessage({ error: String(error) }));
      `);
      return;
    }
    try {
      const file = pathname.startsWith("/installed/") ? inPackage(pathname) : inBuild(pathname);
      response.setHeader("content-type", types[extname(pathname)] ?? "application/octet-stream");
      response.end(readFileSync(file));
    } catch {
      response.statusCode = 404;
      response.end();
    }
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

/** One short training of each kind that the course's sweeps hold: all networks, norms, optimizers and probes that there are. */
function specsOfTheCourse(): ExperimentSpec[] {
  const folder = fileURLToPath(new URL("notebooks/results/", root));
  return readdirSync(folder)
    .filter((name) => name.endsWith(".spec.json"))
    .sort()
    .flatMap((name) => {
      const { runs } = readSpecFile(folder + name);
      return (Array.isArray(runs) ? runs : [runs]).flatMap((entry) => {
        const specs = grid(entry.spec ?? entry, { ...entry.grid, seed: [3] });
        // The first of a grid's values and the last, whose norms and rates differ most.
        return [specs[0], specs[specs.length - 1]].map((spec) => ({
          ...spec,
          steps: Math.min(spec.steps ?? 40, 40),
        }));
      });
    });
}

/** Networks of images on both sets of them. */
const specsOfImages: ExperimentSpec[] = [
  {
    data: { set: "fashion", split: { train: 300, validation: 50, test: 50 } },
    network: {
      kind: "cnn",
      channels: [4, 6],
      norm: "batch",
      dropout: 0.1,
      augmentation: { shift: 1, flip: true },
    },
    optimizer: { kind: "sgd", learningRate: 0.1, momentum: 0.9 },
    steps: 8,
  },
  {
    data: { set: "digits" },
    network: { kind: "resnet", channels: [4, 6], blocks: 3, norm: "batch", scale: 0 },
    optimizer: { kind: "adam", learningRate: 0.01 },
    batchSize: 30,
    steps: 12,
    probes: ["gammaBeta", "gradientNorms"],
  },
];

/** Called with a function in a page, whose globals Node's types do not have. */
declare const Worker: new (
  url: string,
  options: object,
) => {
  onmessage: (event: { data: { results?: unknown; error?: string } }) => void;
  onerror: (event: { message: string }) => void;
  postMessage(message: unknown): void;
  terminate(): void;
};

async function inWorker(
  page: Page,
  name: "runExperiment" | "sweep",
  specs: ExperimentSpec[],
): Promise<unknown> {
  return page.evaluate(
    ([call, list]) =>
      new Promise((resolve, reject) => {
        const worker = new Worker("/worker.js", { type: "module" });
        worker.onmessage = ({ data }) => {
          worker.terminate();
          if (data.error === undefined) resolve(data.results);
          else reject(new Error(data.error));
        };
        worker.onerror = ({ message }) => reject(new Error(message));
        worker.postMessage([call, list]);
      }),
    [name, specs] as const,
  );
}

describe("the module for browsers", function () {
  this.timeout(120_000);
  let browser: Browser;
  let server: Server;
  let page: Page;
  let heard: ReturnType<typeof listen>;
  const specs = [...specsOfTheCourse(), ...specsOfImages];
  let expected: unknown;

  before(async function () {
    browser = await startChromium(this);
    server = await serve();
    page = await browser.newPage();
    heard = listen(page);
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const results = [];
    for (const spec of specs) results.push(await runExperiment(spec));
    expected = JSON.parse(JSON.stringify(results));
  });

  after(async () => {
    await browser?.close();
    server?.close();
  });

  it("trains in a worker to the bits of Node: losses, evaluations, probes and hashes", async () => {
    expect(await inWorker(page, "runExperiment", specs)).to.deep.equal(expected);
  });

  it("sweeps over nested workers to the same results", async () => {
    expect(await inWorker(page, "sweep", specs)).to.deep.equal(expected);
  });

  it("trains on the page itself to the same bits, in both precisions", async () => {
    const code = `(async () => {
      const { runExperiment, tensor, BatchNorm } = await import("/module/index.js");
      const layer = new BatchNorm(3, { dtype: "float64" });
      const output = layer.forward(tensor([[1, 2, 3], [4, 5, 7], [0, 1, 0.1], [9, 9, 2]], undefined, "float64"));
      return { result: await runExperiment(${JSON.stringify(specs[0])}), output: Array.from(output.data) };
    })()`;
    const { BatchNorm, tensor } = await import("../../src/index.js");
    const rows = [
      [1, 2, 3],
      [4, 5, 7],
      [0, 1, 0.1],
      [9, 9, 2],
    ];
    const output = new BatchNorm(3, { dtype: "float64" }).forward(tensor(rows, undefined, "float64"));
    expect(await page.evaluate(code)).to.deep.equal({
      result: (expected as unknown[])[0],
      output: Array.from(output.data),
    });
  });

  it("finds the images of Fashion-MNIST where the installed package has them", async () => {
    const installed = await browser.newPage();
    await installed.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const shape = await installed.evaluate(
      `import("/installed/dist/browser/index.js").then((m) => m.fashion({ split: { train: 100 } }).test.inputs.shape)`,
    );
    expect(shape).to.deep.equal([2000, 1, 28, 28]);
  });

  it("says what a browser lacks: files, and static pictures", async () => {
    const message = (call: string) =>
      page.evaluate(
        `import("/module/index.js").then(async (m) => { try { await (${call}); return "nothing was thrown"; } catch (error) { return error.message; } })`,
      );
    expect(await message(`m.csv("iris.csv")`)).to.match(/iris\.csv.*a browser has no files/);
    expect(await message(`m.readResults("r.jsonl")`)).to.match(/a browser has no files/);
    expect(await message(`new m.Figure({ data: [] }).toSVG()`)).to.match(
      /No static picture is made in this browser/,
    );
  });

  it("asks for nothing but the module's files, and complains of nothing", () => {
    const elsewhere = heard.requests.filter((url) => !url.startsWith("http://127.0.0.1:"));
    expect(elsewhere).to.deep.equal([]);
    expect(heard.errors).to.deep.equal([]);
  });
});
