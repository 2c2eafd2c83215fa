// Python programs that answer many requests: whatever ends one, its words are told, and the next request has another.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { PythonProgram, runPython } from "../../../kernel/command/scripts.js";
import { python } from "../../notebooks/run.js";

/** Answers with its process and the request; one that is a word is its last. */
const program = `
import json, os, sys
for line in sys.stdin:
    request = json.loads(line)
    print("Not an answer.", flush=True)
    if isinstance(request, str):
        sys.exit(request)
    print(json.dumps([os.getpid(), request]), flush=True)
`;

describe("a Python program of requests and answers", () => {
  let folder: string;
  let script: string;
  let asked: PythonProgram;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "normlab-scripts-"));
    script = join(folder, "program.py");
    writeFileSync(script, program);
  });
  after(() => rmSync(folder, { recursive: true }));
  beforeEach(() => {
    asked = new PythonProgram(python, script);
  });
  afterEach(() => asked.end());

  const answer = async (request: unknown) =>
    (await asked.ask(request)) as [process: number, request: unknown];
  const refusal = (request: unknown) =>
    asked.ask(request).then(
      () => "",
      (error: Error) => `${error.name}: ${error.message}`,
    );

  it("is one process for all, whatever they say", async () => {
    const text = 'größer, "1\n2\r\n", \u2028';
    const [first, echo] = await answer({ text });
    expect(echo).to.deep.equal({ text });
    const large = "ü".repeat(300_000);
    expect(await answer([large])).to.deep.equal([first, [large]]);
  });

  it("says why it has ended, and is started again for the next request", async () => {
    const [first] = await answer(1);
    expect(await refusal("the disk is full")).to.match(
      /^Problem: .*program\.py failed \(exit code 1\)\. Its output:\n\nthe disk is full$/,
    );
    const [second, echo] = await answer(2);
    expect(echo).to.equal(2);
    expect(second).to.not.equal(first);
    expect(await refusal("again")).to.match(/Its output:\n\nagain$/);
  });

  it("that cannot be started is a problem, each time", async () => {
    asked = new PythonProgram(join(folder, "no-python"), script);
    expect(await refusal(1)).to.match(/^Problem: .*no-python could not be started \(.*ENOENT/);
    expect(await refusal(1)).to.match(/^Problem: .*no-python could not be started \(.*ENOENT/);
  });

  it("ends behind the one request that it was made for", async () => {
    const [id] = (await runPython(python, script, 7)) as [number];
    for (;;)
      try {
        process.kill(id, 0);
        await new Promise((resolve) => setTimeout(resolve, 5));
      } catch {
        return;
      }
  });
});
