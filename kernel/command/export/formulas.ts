// Formulas, drawn by KaTeX into the page itself: whoever opens it needs no script for them.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import katex from "katex";

/** KaTeX's own folder. */
export const katexFolder = dirname(createRequire(import.meta.url).resolve("katex/package.json"));

export interface Formula {
  readonly tex: string;
  /** On a line of its own. */
  readonly display: boolean;
}

/** KaTeX's style sheet with its fonts inside, in the one format that every browser with KaTeX's features reads. */
export function formulaStyles(): string {
  const css = readFileSync(join(katexFolder, "dist", "katex.min.css"), "utf8").replace(
    /url\(fonts\/([\w-]+\.woff2)\) format\("woff2"\)(?:,url\([^)]*\) format\("[a-z]+"\))*/g,
    (_all, font: string) =>
      `url(data:font/woff2;base64,${readFileSync(join(katexFolder, "dist", "fonts", font)).toString("base64")}) format("woff2")`,
  );
  return `<style>${css}</style>`;
}

/** Draws a formula; one that KaTeX cannot read stays as text, in red, and is told. */
export function drawFormula({ tex, display }: Formula, complain: (message: string) => void): string {
  const options = { displayMode: display, strict: "ignore", trust: false } as const;
  try {
    return katex.renderToString(tex, options);
  } catch (error) {
    complain(`the formula ${tex.trim()} cannot be drawn: ${(error as Error).message}`);
    return katex.renderToString(tex, { ...options, throwOnError: false });
  }
}
