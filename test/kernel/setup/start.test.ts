// npm start: JupyterLab on the reader's copy of the course, until it is stopped.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { repository } from "./modules.js";
import { freePort, Served } from "./served.js";

describe("npm start", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "normlab-start-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("serves JupyterLab on the course, with normlab's kernel first, until it is stopped", async function () {
    if (!existsSync(join(repository, ".venv"))) return this.skip();
    const port = await freePort();
    const served = new Served(
      "start.js",
      ["--no-browser", `--port=${port}`, "--ServerApp.port_retries=0", "--IdentityProvider.token=secret"],
      { JUPYTER_RUNTIME_DIR: join(folder, "runtime"), JUPYTER_CONFIG_DIR: join(folder, "config") },
    );
    const at = (path: string) => `http://127.0.0.1:${port}/${path}?token=secret`;
    try {
      expect((await served.answer(at("api/status"))).status).to.equal(200);
      const specs = (await (await fetch(at("api/kernelspecs"))).json()) as { default: string };
      expect(specs.default).to.equal("normlab");
      const page = await fetch(at(""), { redirect: "follow" });
      expect(new URL(page.url).pathname).to.equal("/lab/tree/README.md");
      const lesson = (await (await fetch(at("api/contents/01-normalization.ipynb"))).json()) as {
        type: string;
      };
      expect(lesson.type).to.equal("notebook");
    } finally {
      await served.stop();
    }
    expect(
      await fetch(at("api/status")).then(
        () => "served",
        () => "gone",
      ),
    ).to.equal("gone");
  });
});
