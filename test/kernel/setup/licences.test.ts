// Every dependency may be used as normlab uses it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { repository, setupModule } from "./modules.js";

interface Dependency {
  name: string;
  version: string;
  licence: string | undefined;
}

interface Licences {
  licencesOfLock(lock: unknown): Dependency[];
  licencesOfPython(): Promise<Dependency[]>;
  notPermitted(packages: readonly Dependency[]): Promise<Dependency[]>;
}

describe("the licences of the dependencies", () => {
  let licences: Licences;
  before(async () => {
    licences = await setupModule<Licences>("licences.js");
  });

  it("of npm's lock file are permissive", async () => {
    const lock: unknown = JSON.parse(readFileSync(join(repository, "package-lock.json"), "utf8"));
    const packages = licences.licencesOfLock(lock);
    assert.includeMembers(
      packages.map(({ name }) => name),
      ["tslab", "zeromq", "@resvg/resvg-wasm"],
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
