// What pages of notebooks have in common: addresses, and a policy of what may run.
import { createHash } from "node:crypto";
import { sep } from "node:path";
import { escapeHtml } from "../../display/html.js";

/** A path, of this system or with slashes, as a page links to it. */
export const address = (path: string) =>
  path.split(sep).join("/").split("/").map(encodeURIComponent).join("/");

/** By this a page of ours is known from another's, which is not overwritten. */
export const generator = '<meta name="generator" content="normlab">';

/** Only these scripts run, and `ofSite` those of the page's own site, whatever a notebook's outputs hold; nothing else is fetched. */
export function policy(scripts: readonly string[], { ofSite = false } = {}): string {
  const hashes = scripts.map((code) => `'sha256-${createHash("sha256").update(code).digest("base64")}'`);
  const rules = [
    "default-src 'none'",
    `script-src ${[...(ofSite ? ["'self'"] : []), ...hashes].join(" ") || "'none'"}`,
    "style-src 'unsafe-inline'",
    "img-src data: blob:",
    "font-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return `<meta http-equiv="Content-Security-Policy" content="${rules.join("; ")}">\n${generator}`;
}

/** What a search engine or a link's preview says of a page; nothing where there is nothing to say. */
export const description = (text: string): string =>
  text === "" ? "" : `\n<meta name="description" content="${escapeHtml(text)}">`;
