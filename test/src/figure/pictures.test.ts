import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { expect } from "chai";
import { allPictures, pictureFile } from "./pictures.js";

const update = process.env.NORMLAB_UPDATE_PICTURES === "1";

function keep(file: string, svg: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, svg);
  renameSync(`${file}.new`, file);
}

const pictures = await allPictures();

describe("picture of", () => {
  for (const [name, draw] of Object.entries(pictures)) {
    it(name, async () => {
      const svg = await draw().toSVG();
      const file = pictureFile(name);
      if (update) keep(file, svg);
      if (!existsSync(file))
        expect.fail(`No picture is kept. Look at it, after NORMLAB_UPDATE_PICTURES=1 npm test.`);
      // A difference of two long texts tells less than the pictures themselves.
      if (svg !== readFileSync(file, "utf8")) {
        keep(file.replace(/\.svg$/, ".actual.svg"), svg);
        expect.fail(`The picture differs from ${file}; the new one is beside it, ending in .actual.svg.`);
      }
    });
  }
});
