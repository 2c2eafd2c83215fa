import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { kernelspec } from "../../../kernel/spec/kernelspec.js";

const packageRoot = fileURLToPath(new URL("../../../../", import.meta.url));

describe("kernelspec", () => {
  it("starts the built kernel with this Node, and clears options meant for another one", () => {
    const spec = kernelspec({ packageRoot });
    expect(spec.argv).to.include(process.execPath);
    expect(spec.argv.at(-1)).to.equal("{connection_file}");
    const program = spec.argv.find((arg) => /main\.js$|start\.sh$/.test(arg));
    expect(existsSync(program ?? "")).to.equal(true);
    expect(spec.env).to.deep.equal({ NODE_OPTIONS: "" });
  });

  it("is named as Jupyter lists it, and takes interrupts as messages", () => {
    expect(kernelspec({ packageRoot, node: "node" })).to.include({
      display_name: "TypeScript (normlab)",
      language: "typescript",
      interrupt_mode: "message",
    });
  });
});
