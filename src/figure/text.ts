import { escapeHtml } from "../base/escape-html.js";
import type { FigureJson, Json, JsonObject } from "./schema.js";

/**
 * Text from data for a label of a figure, so that it shows as it is written.
 *
 * Plotly reads labels as pseudo-HTML (`<b>`, `<i>`, `<sup>`, `<br>`, `<a href>`), formulas (`$…$`) and templates
 * (`%{…}`). Authors of a figure may use those; names that come from files, classes or readers go through this.
 */
export function escapeText(text: string): string {
  return escapeHtml(text, "").replaceAll("$", "&#36;").replaceAll("%{", "&#37;{");
}

const named: Record<string, string> = { amp: "&", lt: "<", gt: ">", nbsp: "\u00a0", quot: '"', apos: "'" };

/** What a reader sees of a label: tags of Plotly's pseudo-HTML removed, entities decoded. */
export function plainText(label: string): string {
  return (
    label
      .replace(/<br\s*\/?>/gi, " ")
      // Without its tag 10⁻³ would read as a difference.
      .replace(/<sup>/gi, "^")
      .replace(/<\/?(?:b|i|u|s|sub|sup|em|strong|span|a)(?:\s[^<>]*)?>/gi, "")
      .replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi, (entity, decimal, hexadecimal, name) => {
        if (name !== undefined) return named[String(name).toLowerCase()] ?? entity;
        const code = decimal === undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal);
        return code <= 0x10ffff ? String.fromCodePoint(code) : entity;
      })
      .replace(/\s+/g, " ")
      .trim()
  );
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Text of a title, which Plotly takes as a string or as `{ text }`. */
function titleText(holder: Json | undefined): string {
  const title = isObject(holder) ? holder.title : undefined;
  const text = isObject(title) ? title.text : title;
  return typeof text === "string" ? plainText(text) : "";
}

const kinds: Record<string, string> = {
  scatter: "line or scatter",
  bar: "bar",
  box: "box",
  contour: "contour",
  heatmap: "heatmap",
  histogram: "histogram",
  image: "image",
  pie: "pie",
  violin: "violin",
};

const namesShown = 8;

/** A sentence that stands for a figure where it cannot be seen: its title, kinds of marks, axes and names. */
export function describeFigure({ data, layout }: FigureJson): string {
  const parts: string[] = [];
  const title = titleText(layout);
  if (title !== "") parts.push(/[.?!]$/.test(title) ? title : `${title}.`);
  const types = [...new Set(data.map((trace) => (typeof trace.type === "string" ? trace.type : "scatter")))];
  const chart = types.map((type) => kinds[type] ?? type).join(" and ");
  parts.push(data.length === 0 ? "Empty chart." : `${chart.charAt(0).toUpperCase()}${chart.slice(1)} chart.`);
  for (const axis of ["x", "y"]) {
    const text = titleText(layout[`${axis}axis`]);
    if (text !== "") parts.push(`${axis}: ${text}.`);
  }
  const names = data.map((trace) => (typeof trace.name === "string" ? plainText(trace.name) : ""));
  const distinct = [...new Set(names.filter((name) => name !== ""))];
  if (distinct.length > 0) {
    const more = distinct.length > namesShown ? ` and ${distinct.length - namesShown} more` : "";
    parts.push(`Shown: ${distinct.slice(0, namesShown).join(", ")}${more}.`);
  }
  return parts.join(" ");
}
