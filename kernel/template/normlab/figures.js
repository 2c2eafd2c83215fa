// Runs in an exported notebook: draws every figure from the JSON beside it. Where a figure cannot be drawn, its static
// picture, which noscript holds, takes the place.
/* global Plotly */
(() => {
  function showPicture(plot) {
    const picture = plot.querySelector("noscript");
    if (picture) plot.innerHTML = picture.textContent;
  }

  /** Arrow keys, Home and End move the slider of a focused figure; Plotly's own needs a mouse. */
  function moveByKeys(figure, plot) {
    const moves = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
    figure.addEventListener("keydown", (event) => {
      const slider = plot.layout?.sliders?.[0];
      if (event.target !== figure || !slider || !(event.key in moves)) return;
      event.preventDefault();
      const steps = slider.steps.length;
      const active = Math.min(steps - 1, Math.max(0, (slider.active ?? 0) + moves[event.key]));
      const step = slider.steps[active];
      Plotly.relayout(plot, "sliders[0].active", active).then(() =>
        step.method === "skip" ? undefined : Plotly[step.method](plot, ...step.args),
      );
    });
    const hint = document.createElement("p");
    hint.textContent = "With the figure in focus, the arrow keys, Home and End move its slider.";
    figure.querySelector("figcaption details").append(hint);
  }

  for (const figure of document.querySelectorAll("figure[id]")) {
    const plot = figure.querySelector(".plot");
    try {
      const { data, layout, frames, config } = JSON.parse(
        figure.querySelector('script[type="application/json"]').textContent,
      );
      const settings = { ...config, responsive: true, displaylogo: false };
      const noscript = plot.querySelector("noscript");
      Plotly.newPlot(plot, { data, layout, frames, config: settings }).then(
        () => {
          plot.classList.add("drawn");
          if (layout?.sliders?.length) moveByKeys(figure, plot);
        },
        () => {
          plot.replaceChildren(noscript);
          showPicture(plot);
        },
      );
    } catch {
      showPicture(plot);
    }
  }
})();
