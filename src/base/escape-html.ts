const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Text as it must stand in HTML or SVG, in content and in quoted attributes.
 *
 * @param quotes which quotes are escaped: both by default; content needs neither, an attribute those that stand around it
 */
export function escapeHtml(text: string, quotes: "" | '"' | "both" = "both"): string {
  return text.replace(escaped[quotes], (character) => entities[character]);
}

const escaped = { "": /[&<>]/g, '"': /[&<>"]/g, both: /[&<>"']/g };
