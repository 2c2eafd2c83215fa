import { expect } from "chai";
import { Augmentation, cnn, gradientCheck, tensor, zeros } from "../../../../src/index.js";
import { DTYPES } from "../../dtypes.js";
import { randomTensor } from "../../random-tensor.js";

describe("Augmentation", () => {
  it("moves each image as a whole, repeats its edge, and mirrors", () => {
    const rows = [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ];
    const inside = (place: number) => Math.min(Math.max(place, 0), 2);
    /** All that an image may become. */
    const possible = new Set<string>();
    for (let y = -1; y <= 1; y++)
      for (let x = -1; x <= 1; x++)
        for (const isMirrored of [false, true]) {
          const moved = rows.map((_, i) =>
            [0, 1, 2].map((j) => {
              const column = inside(j - x);
              return rows[inside(i - y)][isMirrored ? 2 - column : column];
            }),
          );
          possible.add(moved.flat().join(" "));
        }
    const layer = new Augmentation({ shift: 1, flip: true, random: 1 });
    const images = tensor(Array.from({ length: 400 }, () => [rows]));
    const seen = new Set<string>();
    const { data } = layer.forward(images);
    for (let image = 0; image < 400; image++)
      seen.add(Array.from(data.slice(9 * image, 9 * image + 9)).join(" "));
    expect(seen).to.deep.equal(possible);
  });

  it("draws the same from the same seed, after a resume too, and changes nothing in eval()", () => {
    for (const dtype of DTYPES) {
      const x = randomTensor([5, 2, 6, 7], 1).clone(dtype);
      const make = () => new Augmentation({ shift: 2, flip: true, random: 7 });
      const [one, two] = [make(), make()];
      const first = one.forward(x).data;
      expect(two.forward(x).data).to.deep.equal(first);
      const second = one.forward(x).data;
      expect(second).not.to.deep.equal(first);
      expect(make().loadStateDict(two.stateDict()).forward(x).data).to.deep.equal(second);
      expect(one.eval().forward(x).data).to.deep.equal(x.data);
    }
  });

  it("gives each place the gradients of its copies", () => {
    const layer = new Augmentation({ shift: 2, flip: true, random: 3 });
    expect(gradientCheck(layer, randomTensor([3, 2, 4, 3], 1)).input).to.be.at.most(1e-7);
  });

  it("stands first in networks that ask for it", () => {
    const network = cnn({
      inputs: [1, 4, 4],
      channels: [2],
      classes: 2,
      augmentation: { shift: 1 },
      seed: 1,
    });
    expect(network.layers[0].toString()).to.equal("Augmentation(shift: 1)");
    const plain = cnn({ inputs: [1, 4, 4], channels: [2], classes: 2, seed: 1 });
    const x = zeros([1, 1, 4, 4]);
    expect(network.eval().forward(x).data).to.deep.equal(plain.eval().forward(x).data);
    expect(() => new Augmentation({ shift: -1 })).to.throw("shift must be an integer of at least 0; got -1");
  });
});
