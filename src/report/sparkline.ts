/** A line as small as a word: the course of a loss beside its last value. */

const blocks = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
const width = 120;
const height = 20;

/** The values as Unicode blocks, lowest to highest; a value that is not finite leaves a space. */
export function textSparkline(values: readonly number[], characters = 24): string {
  const { low, span } = range(values);
  return thin(values, characters)
    .map((value) => (Number.isFinite(value) ? blocks[Math.round(((value - low) / span) * 7)] : " "))
    .join("");
}

/** The values as an inline SVG polyline without ids or scripts; a value that is not finite interrupts it. */
export function svgSparkline(values: readonly number[], color: string): string {
  const { low, span } = range(values);
  const step = (width - 2) / Math.max(1, values.length - 1);
  const runs: string[][] = [[]];
  values.forEach((value, index) => {
    if (!Number.isFinite(value)) {
      runs.push([]);
      return;
    }
    const x = 1 + index * step;
    const y = height - 2 - ((value - low) / span) * (height - 4);
    runs[runs.length - 1].push(`${x.toFixed(1)},${y.toFixed(1)}`);
  });
  const lines = runs
    .filter((run) => run.length > 0)
    // A single point gets a round cap only from a line of some length.
    .map((run) => (run.length === 1 ? [run[0], run[0]] : run))
    .map(
      (run) =>
        `<polyline points="${run.join(" ")}" fill="none" stroke="${color}" stroke-width="1.5" stroke-linecap="round"/>`,
    );
  return (
    `<svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" aria-hidden="true" ` +
    `style="vertical-align: middle">${lines.join("")}</svg>`
  );
}

function range(values: readonly number[]): { low: number; span: number } {
  const finite = values.filter(Number.isFinite);
  const low = Math.min(...finite);
  const span = Math.max(...finite) - low;
  return { low, span: span > 0 ? span : 1 };
}

/** At most `count` of the values, evenly spaced, the first and the last among them. */
function thin(values: readonly number[], count: number): readonly number[] {
  if (values.length <= count) return values;
  return Array.from(
    { length: count },
    (_, index) => values[Math.round((index * (values.length - 1)) / (count - 1))],
  );
}
