// The figures that the browser tests show, by the name of the cell that holds each.
import { type Bundle, hostile, hostileLink } from "./fixtures.js";

const steps = Array.from({ length: 20 }, (_, step) => step);

function bundle(text: string, figure: object): Bundle {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="700" height="360"><text x="9" y="40">${escaped}</text></svg>`;
  return { "application/vnd.plotly.v1+json": figure, "image/svg+xml": svg, "text/plain": text };
}

export async function figureBundles(): Promise<Record<string, Bundle>> {
  const y = steps.map((step) => (step * step) % 7);
  const line = { data: [{ x: steps, y, mode: "lines+markers" }], layout: { title: { text: "A line" } } };
  const heatmap = { data: [{ type: "heatmap", z: [y, y] }], layout: {} };
  const slider = {
    data: [{ x: steps, y }],
    layout: {
      sliders: [
        {
          active: 0,
          steps: [0, 1, 2].map((step) => ({
            label: String(step),
            method: "animate",
            args: [
              [String(step)],
              { mode: "immediate", frame: { duration: 0 }, transition: { duration: 0 } },
            ],
          })),
        },
      ],
    },
    frames: [0, 1, 2].map((step) => ({
      name: String(step),
      data: [{ x: steps, y: y.map((value) => value * (step + 1)) }],
    })),
  };
  const bad = {
    data: [{ x: [hostile], y: [1], text: [hostile + hostileLink], name: hostile, mode: "markers+text" }],
    layout: {
      title: { text: hostile + hostileLink },
      xaxis: { title: { text: hostileLink } },
      showlegend: true,
    },
  };
  return {
    line: bundle("A line. Line chart.", line),
    heatmap: bundle("A heatmap.", heatmap),
    slider: bundle("A line that moves.", slider),
    hostile: bundle(hostile, bad),
  };
}
