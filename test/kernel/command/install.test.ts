import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { install, type Options, uninstall } from "../../../kernel/command/install.js";
import { packageRoot } from "../../../kernel/command/package.js";
import { choosePlace, kernelFolder, type Place, userDataFolder } from "../../../kernel/command/place.js";
import type { Python } from "../../../kernel/command/python.js";
import { kernelspec } from "../../../kernel/spec/kernelspec.js";

describe("the kernel's place", () => {
  const environment: Python = {
    version: [3, 12, 1],
    executable: "/env/bin/python",
    prefix: "/env",
    isEnvironment: true,
    packages: { jupyter_core: "5.7.2" },
    dataFolder: "/home/me/.local/share/jupyter",
    dataPath: [],
    limits: null,
  };

  it("is the environment of the Python on the PATH when that has Jupyter", () => {
    expect(choosePlace({}, () => environment).dataFolder).to.equal(join("/env", "share", "jupyter"));
  });

  it("is the user's data folder without such an environment, by Jupyter's own word", () => {
    for (const python of [
      { ...environment, isEnvironment: false },
      { ...environment, packages: {} },
    ])
      expect(choosePlace({}, () => python).dataFolder).to.equal(environment.dataFolder);
    expect(choosePlace({}, () => undefined).dataFolder).to.equal(userDataFolder());
  });

  it("is the user's data folder with --user, and P's with --prefix", () => {
    expect(choosePlace({ user: true }, () => environment).dataFolder).to.equal(environment.dataFolder);
    expect(choosePlace({ prefix: "/p" }, () => environment).dataFolder).to.match(
      /[\\/]p[\\/]share[\\/]jupyter$/,
    );
  });

  it("says what --python takes when no Python answers", () => {
    expect(() => choosePlace({ python: join(packageRoot, "package.json") })).to.throw(
      /No Python answers at .*package\.json: give --python the path of the program/,
    );
  });

  it("follows the system's rules where there is no Jupyter to ask", () => {
    expect(userDataFolder({}, "linux", "/h")).to.equal(join("/h", ".local", "share", "jupyter"));
    expect(userDataFolder({ XDG_DATA_HOME: "/x" }, "linux", "/h")).to.equal(join("/x", "jupyter"));
    expect(userDataFolder({}, "darwin", "/h")).to.equal(join("/h", "Library", "Jupyter"));
    expect(userDataFolder({ APPDATA: "/a" }, "win32", "/h")).to.equal(join("/a", "jupyter"));
    expect(userDataFolder({ JUPYTER_DATA_DIR: "/j" }, "darwin", "/h")).to.match(/[\\/]j$/);
  });
});

describe("normlab install and uninstall", () => {
  let folder: string;
  let place: Place;
  let told: string[];
  let options: Options;
  const cacheHome = process.env.XDG_CACHE_HOME;
  const file = () => join(kernelFolder(place), "kernel.json");
  const write = (text: string) => {
    mkdirSync(kernelFolder(place), { recursive: true });
    writeFileSync(file(), text);
  };
  /** A package that has a kernel, for a kernelspec to start. */
  const anotherPackage = () => {
    const root = join(folder, "another ö");
    mkdirSync(join(root, "dist", "kernel"), { recursive: true });
    writeFileSync(join(root, "dist", "kernel", "main.js"), "");
    return root;
  };
  const failure = (action: Promise<void>) =>
    action.then(
      () => undefined,
      (error: Error) => error.message,
    );

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "normlab inställ "));
    process.env.XDG_CACHE_HOME = join(folder, "cache");
    place = {
      dataFolder: join(folder, "env", "share", "jupyter"),
      prefix: join(folder, "env"),
      meaning: "this test",
    };
    told = [];
    options = { packageRoot, force: false, tell: (message) => told.push(message) };
  });
  afterEach(() => {
    if (cacheHome === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = cacheHome;
    rmSync(folder, { recursive: true, force: true });
  });

  it("writes the kernelspec, says so the second time, and removes it with the folders that it made", async () => {
    mkdirSync(place.prefix);
    await install(place, options);
    expect(JSON.parse(readFileSync(file(), "utf8"))).to.deep.equal(kernelspec({ packageRoot }));
    expect(readdirSync(kernelFolder(place))).to.deep.equal(["kernel.json"]);
    await install(place, options);
    expect(told.at(-1)).to.contain("already");
    uninstall(place, options);
    expect(readdirSync(place.prefix)).to.deep.equal([]);
    uninstall(place, options);
    expect(told.at(-1)).to.contain("nothing to remove");
  });

  it("leaves the kernels of others where they are", async () => {
    const other = join(place.dataFolder, "kernels", "python3");
    mkdirSync(other, { recursive: true });
    await install(place, options);
    uninstall(place, options);
    expect(readdirSync(join(place.dataFolder, "kernels"))).to.deep.equal(["python3"]);
  });

  it("refuses to replace or remove another installation's kernel, unless forced", async () => {
    const root = anotherPackage();
    const theirs = JSON.stringify(kernelspec({ packageRoot: root }));
    write(theirs);
    const refusal = `belongs to the normlab in ${root}. It stays as it is; with --force it goes.`;
    expect(await failure(install(place, options))).to.contain(refusal);
    expect(() => uninstall(place, options)).to.throw(refusal);
    expect(readFileSync(file(), "utf8")).to.equal(theirs);
    await install(place, { ...options, force: true });
    expect(readFileSync(file(), "utf8")).to.contain(JSON.stringify(kernelspec({ packageRoot }).argv[1]));
  });

  it("refuses to replace what it did not write", async () => {
    for (const text of ['{ "argv": ["python", "-m", "x"] }', '{ "argv": ', '{ "display_name": 1 }']) {
      write(text);
      expect(await failure(install(place, options))).to.contain(
        "a kernel named normlab that this package did not write",
      );
      expect(readFileSync(file(), "utf8")).to.equal(text);
    }
  });

  it("replaces a kernelspec whose package is gone, and one of this package with another Node", async () => {
    for (const spec of [
      kernelspec({ packageRoot: join(folder, "gone") }),
      kernelspec({ packageRoot, node: "/old/node" }),
    ]) {
      write(JSON.stringify(spec));
      await install(place, options);
      expect(JSON.parse(readFileSync(file(), "utf8"))).to.deep.equal(kernelspec({ packageRoot }));
    }
  });

  it("says where it could not write, and leaves nothing behind", async () => {
    mkdirSync(place.prefix);
    writeFileSync(join(place.prefix, "share"), "a file");
    expect(await failure(install(place, options))).to.match(
      /cannot be put into .*normlab: a part of the path is a file\. Choose another place/,
    );
    expect(readdirSync(place.prefix)).to.deep.equal(["share"]);
  });

  it("says that a folder may not be written to", async function () {
    // To the system's administrator every folder is open.
    if (process.platform === "win32" || process.getuid?.() === 0) this.skip();
    mkdirSync(place.prefix);
    chmodSync(place.prefix, 0o555);
    expect(await failure(install(place, options))).to.contain("you may not write there");
  });

  it("removes the cache of the figures' library", () => {
    mkdirSync(join(folder, "cache", "normlab"), { recursive: true });
    uninstall(place, options);
    expect(existsSync(join(folder, "cache", "normlab"))).to.equal(false);
  });
});
