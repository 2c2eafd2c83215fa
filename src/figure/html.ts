import { host } from "#host";
import { escapeHtml } from "../base/escape-html.js";
import type { FigureJson } from "./schema.js";

/** JSON that a script element can hold: no `<` that could end it or open a comment. */
function scriptJson(value: unknown): string {
  return JSON.stringify(value)
    .replace(/</g, "\\u003c")
    .replace(/\u2028/g, "\\u2028")
    .replace(/\u2029/g, "\\u2029");
}

/** A page that shows one figure: Plotly inside, nothing fetched, the picture where scripts do not run. */
export function pageOf(figure: FigureJson, alt: string, svg: string): string {
  const plotly = host.plotly().source.replace(/<\/script/gi, "<\\/script");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(alt)}</title>
</head>
<body>
<div id="figure" role="img" aria-label="${escapeHtml(alt)}"></div>
<noscript>${svg}</noscript>
<script>${plotly}</script>
<script>
const figure = ${scriptJson(figure)};
Plotly.newPlot("figure", figure);
</script>
</body>
</html>
`;
}
