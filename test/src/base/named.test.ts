import { inspect } from "node:util";
import { expect } from "chai";
import { jupyterDisplay } from "../../../src/base/kernel.js";
import { check, math, plot, schedule } from "../../../src/index.js";

describe("plot, check, math and schedule", () => {
  for (const [name, functions] of Object.entries({ plot, check, math, schedule }))
    it(`print the names of their functions: ${name}`, () => {
      const shown = inspect(functions);
      expect(shown.startsWith(`${name}: `)).to.equal(true);
      for (const member of Object.keys(functions)) expect(shown).to.match(new RegExp(`\\b${member}\\b`));
      const { [jupyterDisplay]: display } = functions as unknown as Record<symbol, () => object>;
      expect(display()).to.deep.equal({ "text/plain": shown });
    });
});
