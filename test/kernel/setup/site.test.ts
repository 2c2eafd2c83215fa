// npm run site -- --serve: the site is there until the program is stopped.
import { expect } from "chai";
import { builtSite } from "../../browser/site/built.js";
import { freePort, Served } from "./served.js";

describe("npm run site -- --serve", function () {
  this.timeout(120_000);

  it("serves the site on this machine until it is stopped", async () => {
    const output = await builtSite();
    const port = await freePort();
    const served = new Served("site.js", ["--output", output, "--serve", String(port)]);
    const address = `http://127.0.0.1:${port}/`;
    try {
      expect(await (await served.answer(address)).text()).to.contain("batch norm");
      for (const path of [
        "lite/lab/index.html",
        "lite/service-worker.js",
        "lite/files/01-normalization.ipynb",
      ]) {
        const { status } = await fetch(address + path);
        expect(status, path).to.equal(200);
      }
    } finally {
      await served.stop();
    }
    expect(
      await fetch(address).then(
        () => "served",
        () => "gone",
      ),
    ).to.equal("gone");
  });
});
