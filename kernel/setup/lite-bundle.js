// JupyterLab as three scripts. JupyterLite comes as some 300 small ones, of which a page that opens a notebook loads 80, one
// wave after the other as each names the next: here those are in the page's first scripts, and found as loaded.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { asciiScript } from "./ascii.js";
import { hashOf } from "./files.js";

/** The chunks that a page with a notebook loads: test/browser/site/start.test.ts shows those that are missing. */
const chunks = `
  jlab_core
  114 137 256 290 723 953 981 1104 1164 1459 1495 1664 2368 2436 2585 2762 2819 3003 3058 3429 3594
  3703 3732 3776 3805 3826 3896 4117 4121 4164 4191 4228 4275 4286 4641 4837 4858 5017 5058 5079 5244
  5283 5353 5538 5593 5655 5751 5754 5876 6136 6355 6656 6757 6920 7006 7051 7242 7387 7766 8037 8068
  8070 8150 8179 8198 8262 8470 8522 8985 8994 9128 9203 9283 9641 9713 9784 9855 9924 9987
`;

/** A chunk only announces its modules; some are strict as a whole, and others must not be. */
const wrapped = (code) => `(function(){${code}\n})();\n`;

const withoutMap = (code) => code.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "");

/** @param what what the place does, for who changes the version of JupyterLite */
function changed(code, place, by, what) {
  if (code.split(place).length !== 2)
    throw new Error(
      `JupyterLite ${what} in another way: kernel/setup/lite-bundle.js is for another version.`,
    );
  return code.replace(place, () => by);
}

/** The app loads an extension's script before it asks for its modules: ours is in the same file. */
function withExtension(code, extension) {
  const loads = 'await new Promise((r,t)=>{let n=document.createElement("script");';
  return (
    withoutMap(extension) + changed(code, loads, `window._JUPYTERLAB?.[r]||${loads}`, "loads extensions")
  );
}

/**
 * FAST's buttons and toolbars compute a palette of 94 shades from each colour of the theme, and do so anew for each element
 * that asks: 160 times while a page starts, a twentieth of the scripts' time. A palette depends on its colour alone.
 */
function withPalettesKept(parts) {
  const makes = "return!1;return!0}(e)?ec.from(I.create(e.r,e.g,e.b)):ec.from(e)}";
  const keeps =
    "return!1;return!0}(e)?ec.from(I.create(e.r,e.g,e.b)):(en.kept[[e.r,e.g,e.b]]??=ec.from(e))},kept:{}";
  const at = parts.findIndex((part) => part.includes(makes));
  return parts.with(at, changed(parts[at] ?? "", makes, keeps, "makes palettes"));
}

/** The schemas of settings, which kernel/browser/lite/storage.ts reads. */
function schemas(build) {
  const all = ["all.json", "all_federated.json"].flatMap((name) =>
    JSON.parse(readFileSync(join(build, "schemas", name), "utf8")),
  );
  return `self.normlabSchemas=${JSON.stringify(JSON.stringify(all))};\n`;
}

/** How many scripts JupyterLab's chunks are in: browsers read and decode several side by side. */
const scripts = 3;

/** In their order, into texts of about one length. */
function shared(parts) {
  const whole = parts.reduce((length, part) => length + part.length, 0);
  const texts = Array.from({ length: scripts }, () => "");
  let before = 0;
  for (const part of parts) {
    texts[Math.floor((before / whole) * scripts)] += part;
    before += part.length;
  }
  return texts;
}

/**
 * Makes scripts of the chunks, the schemas of settings and the kernel's extension, the last of which ends with the app's own.
 * @returns their addresses below `lite`, in their order
 */
export function bundleLab(lite, extension) {
  const build = join(lite, "build");
  const files = new Map(
    readdirSync(build)
      .filter((name) => /^\w+\.[0-9a-f]+\.js$/.test(name))
      .map((name) => [name.split(".")[0], name]),
  );
  const names = chunks.trim().split(/\s+/);
  const gone = names.filter((name) => !files.has(name));
  if (gone.length > 0)
    throw new Error(
      `JupyterLite has no chunks ${gone.join(", ")}: kernel/setup/lite-bundle.js is for another version.`,
    );
  const own = join(build, "lab", "bundle.js");
  const parts = names.map((name) => wrapped(withoutMap(readFileSync(join(build, files.get(name)), "utf8"))));
  const app = withExtension(withoutMap(readFileSync(own, "utf8")), extension);
  rmSync(own);
  const texts = shared([...withPalettesKept(parts), schemas(build), app]);
  return texts.map((text, at) => {
    const code = asciiScript(text);
    writeFileSync(join(build, "lab", `part-${at + 1}.js`), code);
    return `build/lab/part-${at + 1}.js?_=${hashOf(code).slice(0, 12)}`;
  });
}
