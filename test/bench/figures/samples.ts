/** The figures of the comparison: what a lesson shows. matplotlib_peer.py draws the same data. */
import { Figure } from "../../../src/index.js";

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const titled = (title: string, x: string, y: string) => ({
  title: { text: title },
  xaxis: { title: { text: x } },
  yaxis: { title: { text: y } },
});

/** Losses, a histogram, a heatmap, four small lines; `shift` makes them differ, so that none is drawn twice. */
export function sampleFigures(shift: number): Figure[] {
  const steps = range(200);
  return [
    new Figure({
      data: ["without", "with batch normalization"].map((name, k) => ({
        x: steps,
        y: steps.map((i) => (2 + k + shift) / (1 + i / 10) + 0.05 * Math.sin(i)),
        name,
      })),
      layout: titled("Training loss", "step", "loss (nats)"),
    }),
    new Figure({
      data: [0, 1].map((k) => ({
        type: "histogram",
        x: range(500).map((i) => Math.sin(i * i) + k + shift),
        opacity: 0.6,
        name: `layer ${k}`,
      })),
      layout: { barmode: "overlay", ...titled("Activations", "activation", "count") },
    }),
    new Figure({
      data: [
        {
          type: "heatmap",
          z: range(20).map((i) => range(30).map((j) => Math.sin(i / 4 + shift) * Math.cos(j / 5))),
        },
      ],
      layout: titled("Accuracy", "learning rate", "initialization"),
    }),
    new Figure({
      data: range(4).map((k) => ({
        x: range(50),
        y: range(50).map((i) => Math.sin(i / 5 + k + shift)),
        xaxis: k === 0 ? "x" : `x${k + 1}`,
        yaxis: k === 0 ? "y" : `y${k + 1}`,
        name: `layer ${k}`,
      })),
      layout: { title: { text: "Small multiples" }, grid: { rows: 2, columns: 2, pattern: "independent" } },
    }),
  ];
}
