/** Draws the samples as a notebook does: imports the module beside a kernel, then asks for picture after picture. */
const later: number[] = [];
const repeats = 4;

// The kernel's side of the bridge: with it there, importing the module loads Plotly in the background.
Object.defineProperty(globalThis, Symbol.for("normlab.kernel"), { value: {} });
const start = performance.now();
await import("../../../src/index.js");
const imported = performance.now() - start;
const { sampleFigures } = await import("./samples.js");
let first = 0;
for (let shift = 0; shift < repeats; shift++) {
  for (const figure of sampleFigures(shift)) {
    const begin = performance.now();
    await figure.toSVG();
    const took = performance.now() - begin;
    if (first === 0) first = took;
    else later.push(took);
  }
}
console.log(JSON.stringify({ imported, first, later }));
