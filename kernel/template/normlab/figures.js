// Runs in an exported notebook: draws every figure from the JSON beside it. Where a figure cannot be drawn, its static
// picture, which noscript holds, takes the place.
/* global Plotly */
(() => {
  /** Unpacks plotly.js, which the page holds as base64 of gzip, and runs it. A website's pages share a file, which has run. */
  async function loadPlotly() {
    const script = document.getElementById("plotly");
    if (script.src) return;
    const packed = atob(script.textContent);
    const bytes = Uint8Array.from(packed, (character) => character.charCodeAt(0));
    const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const code = document.createElement("script");
    code.textContent = await new Response(unpacked).text();
    document.head.append(code);
  }

  /** Arrow keys, Home and End move the slider of a focused figure; Plotly's own needs a mouse. */
  function moveByKeys(figure, plot) {
    const moves = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
    figure.addEventListener("keydown", (event) => {
      const slider = plot.layout.sliders[0];
      if (event.target !== figure || !(event.key in moves)) return;
      event.preventDefault();
      const last = slider.steps.length - 1;
      const active = Math.min(last, Math.max(0, (slider.active ?? 0) + moves[event.key]));
      const { method, args } = slider.steps[active];
      Plotly.relayout(plot, "sliders[0].active", active).then(() => Plotly[method](plot, ...args));
    });
    const hint = document.createElement("p");
    hint.textContent = "With the figure in focus, the arrow keys, Home and End move its slider.";
    figure.querySelector("figcaption details").append(hint);
  }

  async function draw(figure, plot) {
    const json = figure.querySelector('script[type="application/json"]').textContent;
    const { data, layout, frames, config } = JSON.parse(json);
    // The button that sends a chart to Plotly's cloud has no place in a page that asks nobody for anything.
    const settings = { ...config, responsive: true, showSendToCloud: false };
    await Plotly.newPlot(plot, { data, layout, frames, config: settings });
    plot.classList.add("drawn");
    // What is folded away has no width to fill until it is opened.
    figure.closest("details.answer")?.addEventListener("toggle", () => Plotly.Plots.resize(plot));
    if (layout?.sliders?.length) moveByKeys(figure, plot);
  }

  /** Paper folds nothing away, and a figure has to be as wide as its paper. */
  function unfoldForPrint() {
    const folded = [...document.querySelectorAll("details.answer:not([open])")];
    for (const answer of folded) answer.open = true;
    for (const plot of document.querySelectorAll(".plot.drawn")) Plotly.Plots.resize(plot);
    addEventListener(
      "afterprint",
      () => {
        for (const answer of folded) answer.open = false;
      },
      { once: true },
    );
  }
  addEventListener("beforeprint", unfoldForPrint);

  const loaded = loadPlotly();
  for (const figure of document.querySelectorAll("figure[id]")) {
    const plot = figure.querySelector(".plot");
    const picture = plot.querySelector("noscript").textContent;
    loaded
      .then(() => draw(figure, plot))
      .catch(() => {
        plot.innerHTML = picture;
      });
  }
})();
