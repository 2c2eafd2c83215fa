import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { setupModule } from "./modules.js";

interface Prerequisites {
  checkNode(version: string): void;
  findPython(environment: Record<string, string>): { version: number[] };
}

describe("prerequisites", () => {
  let folder: string;
  let prerequisites: Prerequisites;

  /** A program that answers as a Python of some version would; `whole` is 1 where venv is there. */
  const pythonThatPrints = (answer: string) => {
    const program = join(folder, "python3");
    writeFileSync(program, `#!/bin/sh\necho ${answer}\n`);
    chmodSync(program, 0o755);
    return { NORMLAB_PYTHON: program };
  };

  before(async () => {
    prerequisites = await setupModule<Prerequisites>("prerequisites.js");
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "normlab-python-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("takes Node 20.19 and newer, and says which is needed otherwise", () => {
    for (const version of ["20.19.0", "22.1.0", "24.0.0"]) prerequisites.checkNode(version);
    for (const version of ["18.20.0", "20.18.3"])
      expect(() => prerequisites.checkNode(version)).to.throw(
        new RegExp(`needs Node 20.19 or newer and this is Node ${version}: install`),
      );
  });

  it("takes the Python that is here", () => {
    expect(prerequisites.findPython({}).version[0]).to.equal(3);
  });

  it("says what to install when Python is too old, lacks venv, or is not there", () => {
    expect(() => prerequisites.findPython(pythonThatPrints("3 9 1"))).to.throw(
      /needs Python 3.10 or newer for Jupyter and found 3.9: install a newer one/,
    );
    expect(() => prerequisites.findPython(pythonThatPrints("3 12 0"))).to.throw(
      /Python 3.12 is here, but without its venv module: install it/,
    );
    expect(() => prerequisites.findPython({ NORMLAB_PYTHON: join(folder, "none") })).to.throw(
      /NORMLAB_PYTHON names .*none, and no Python answers there/,
    );
  });
});
