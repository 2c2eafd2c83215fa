import { expect } from "chai";
import { InProcessKernel } from "../in-process.js";
import type { Message } from "../messages.js";

describe("tslab's module in a cell", () => {
  let kernel: InProcessKernel;
  before(async () => {
    kernel = new InProcessKernel();
    await kernel.execute('import * as tslab from "tslab";');
  });
  after(() => kernel.close());

  const shown = async (code: string): Promise<Message[]> => {
    const { reply, messages } = await kernel.execute(code);
    expect(reply.status, JSON.stringify(reply)).to.equal("ok");
    return messages.filter(({ header }) => /display_data|execute_result/.test(header.msg_type));
  };

  it("shows what it is given, as each type", async () => {
    const text = ["html", "markdown", "latex", "svg", "javascript", "text"] as const;
    const types = [
      "text/html",
      "text/markdown",
      "text/latex",
      "image/svg+xml",
      "text/javascript",
      "text/plain",
    ];
    for (const [index, name] of text.entries()) {
      const [message, ...more] = await shown(`tslab.display.${name}("<b>x</b>")`);
      expect(message.content.data).to.deep.equal({ [types[index]]: "<b>x</b>" });
      expect(more).to.deep.equal([]);
    }
    for (const [name, type] of [
      ["png", "image/png"],
      ["jpeg", "image/jpeg"],
      ["gif", "image/gif"],
      ["pdf", "application/pdf"],
    ]) {
      const [message] = await shown(`tslab.display.${name}(new Uint8Array([1, 2, 3]))`);
      expect(message.content.data).to.deep.equal({ [type]: "AQID" });
    }
    const [raw] = await shown('tslab.display.raw("application/x-own", "own")');
    expect(raw.content.data).to.deep.equal({ "application/x-own": "own" });
  });

  it("replaces what a display of its own showed", async () => {
    const messages = await shown(
      'const place = tslab.newDisplay();\nplace.text("1");\nplace.html("<b>2</b>");\ntslab.newDisplay().text("other");',
    );
    expect(messages.map(({ header }) => header.msg_type)).to.deep.equal([
      "display_data",
      "update_display_data",
      "display_data",
    ]);
    const ids = messages.map(({ content }) => (content.transient as { display_id: string }).display_id);
    expect(ids[0]).to.equal(ids[1]);
    expect(ids[2]).not.to.equal(ids[0]);
    const [late] = await shown('place.text("3")');
    expect(late.header.msg_type).to.equal("update_display_data");
  });

  it("has its versions and its types, and is there for require and for import()", async () => {
    const [versions] = await shown("Object.keys(tslab.versions).sort().join()");
    expect(versions.content.data).to.deep.equal({ "text/plain": "'node,tslab,typescript'" });
    const { reply } = await kernel.execute("tslab.display.html(3)");
    expect(reply.evalue).to.contain("TS2345");
    const [same] = await shown(
      'import { display as shows } from "tslab";\n[(await import("tslab")).display === shows, typeof require("tslab").newDisplay]',
    );
    expect(same.content.data).to.deep.equal({ "text/plain": "[ true, 'function' ]" });
  });
});
