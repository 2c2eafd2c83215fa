import { expect } from "chai";
import { ReusedWorkspace } from "../../../src/tensor/workspace.js";

describe("a workspace that is used again", () => {
  const [one, other] = [{}, {}];

  it("keeps the room of the largest result: batches of several sizes take turns in it", () => {
    const workspace = new ReusedWorkspace();
    const { buffer } = workspace.tensor(one, "output", [400, 10], "float32").data;
    for (const rows of [397, 400, 1, 64]) {
      const tensor = workspace.tensor(one, "output", [rows, 10], "float32");
      expect(tensor.shape).to.deep.equal([rows, 10]);
      expect(tensor.data.length).to.equal(rows * 10);
      expect(tensor.data.buffer).to.equal(buffer);
      expect(workspace.tensor(one, "output", [rows, 10], "float32")).to.equal(tensor);
    }
    expect(workspace.tensor(one, "output", [401, 10], "float32").data.buffer).to.not.equal(buffer);
  });

  it("gives each result of each layer, and each dtype, a place of its own", () => {
    const workspace = new ReusedWorkspace();
    const tensors = [
      workspace.tensor(one, "output", [3], "float32"),
      workspace.tensor(one, "gradInput", [3], "float32"),
      workspace.tensor(other, "output", [3], "float32"),
    ];
    expect(new Set(tensors.map(({ data }) => data.buffer)).size).to.equal(3);
    expect(workspace.tensor(one, "output", [3], "float64").dtype).to.equal("float64");
  });
});
