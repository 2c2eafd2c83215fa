// Every dependency may be used as normlab uses it.
import { assert } from "chai";
import { setupModule } from "./modules.js";

interface Dependency {
  name: string;
  version: string;
  licence: string | undefined;
}

interface Licences {
  licencesOfLock(lock: unknown): Dependency[];
  licencesOfNpm(): Dependency[];
  licencesOfPython(): Promise<Dependency[]>;
  notPermitted(packages: readonly Dependency[]): Promise<Dependency[]>;
}

describe("the licences of the dependencies", () => {
  let licences: Licences;
  before(async () => {
    licences = await setupModule<Licences>("licences.js");
  });

  it("of npm's lock files are permissive", async () => {
    const packages = licences.licencesOfNpm();
    assert.includeMembers(
      packages.map(({ name }) => name),
      ["tslab", "zeromq", "@resvg/resvg-wasm", "typedoc"],
    );
    assert.deepEqual(await licences.notPermitted(packages), []);
  });

  it("of the Python packages in .venv are permissive", async () => {
    const packages = await licences.licencesOfPython();
    assert.includeMembers(
      packages.map(({ name }) => name),
      ["jupyterlab", "nbconvert"],
    );
    assert.deepEqual(await licences.notPermitted(packages), []);
  });

  it("that are not permissive, or not stated, are found", async () => {
    const lock = {
      packages: {
        "": { version: "1.0.0" },
        "node_modules/free": { version: "1.0.0", license: "(MIT OR GPL-3.0-only)" },
        "node_modules/both": { version: "1.0.0", license: "MIT AND GPL-3.0-only" },
        "node_modules/free/node_modules/@a/copyleft": { version: "2.0.0", license: "AGPL-3.0-or-later" },
        "node_modules/silent": { version: "1.0.0" },
        "node_modules/odd": { version: "1.0.0", license: "SEE LICENSE IN ours.txt" },
      },
    };
    const wrong = await licences.notPermitted(licences.licencesOfLock(lock));
    assert.deepEqual(
      wrong.map(({ name }) => name),
      ["both", "@a/copyleft", "silent", "odd"],
    );
  });
});
