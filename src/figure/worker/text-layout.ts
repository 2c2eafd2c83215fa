import type { Element, Node } from "happy-dom";
import { ascent, descent, type FontStyle, type TextExtent, textExtent } from "../fonts.js";
import { Box } from "./transform.js";

/** What an element sets itself, in its `style` or as an attribute. */
export function ownStyle(element: Element, property: string): string | null {
  const style = element.getAttribute("style");
  if (style) {
    for (const declaration of style.split(";")) {
      const colon = declaration.indexOf(":");
      if (colon > 0 && declaration.slice(0, colon).trim() === property)
        return declaration.slice(colon + 1).trim();
    }
  }
  return element.getAttribute(property);
}

function ancestors(element: Element): Element[] {
  const path: Element[] = [];
  for (let at: Element | null = element; at; at = at.parentElement) path.push(at);
  return path;
}

function inheritedStyle(element: Element, property: string): string {
  for (const at of ancestors(element)) {
    const value = ownStyle(at, property);
    if (value) return value;
  }
  return "";
}

/** A number of SVG or CSS; what is not one counts as 0. */
export function number(text: string | null): number {
  return Number.parseFloat(text ?? "") || 0;
}

const defaultSize = 12;

function fontSize(element: Element): number {
  let factor = 1;
  for (const at of ancestors(element)) {
    const value = ownStyle(at, "font-size");
    if (!value) continue;
    if (value.endsWith("%")) factor *= number(value) / 100;
    else if (value.endsWith("em")) factor *= number(value);
    else return number(value) * factor;
  }
  return defaultSize * factor;
}

function fontStyle(element: Element): FontStyle {
  const weight = inheritedStyle(element, "font-weight");
  const bold = weight.startsWith("bold") || number(weight) >= 600;
  const italic = /italic|oblique/.test(inheritedStyle(element, "font-style"));
  if (bold) return italic ? "bold-italic" : "bold";
  return italic ? "italic" : "regular";
}

function length(text: string | null, size: number): number {
  return text?.endsWith("em") ? number(text) * size : number(text);
}

interface Run {
  x: number;
  y: number;
  extent: TextExtent;
  size: number;
}

/** A stretch of text that its `text-anchor` moves as one: it starts wherever x or y is set. */
interface Chunk {
  start: number;
  end: number;
  anchor: string;
  runs: Run[];
}

const elementNode = 1;
const textNode = 3;

/** Where the pieces of a `text` element lie, before its own transform. */
function chunksOf(text: Element): Chunk[] {
  const chunks: Chunk[] = [];
  let [x, y] = [0, 0];
  const walk = (element: Element): void => {
    const size = fontSize(element);
    const [absoluteX, absoluteY] = [element.getAttribute("x"), element.getAttribute("y")];
    if (absoluteX) x = length(absoluteX, size);
    if (absoluteY) y = length(absoluteY, size);
    x += length(element.getAttribute("dx"), size);
    y += length(element.getAttribute("dy"), size);
    if (absoluteX || absoluteY || chunks.length === 0) {
      chunks.push({ start: x, end: x, anchor: inheritedStyle(element, "text-anchor"), runs: [] });
    }
    for (const child of element.childNodes as Iterable<Node>) {
      if (child.nodeType === textNode) {
        const content = (child.textContent ?? "").replace(/[\n\r]/g, "").replace(/\t/g, " ");
        if (content === "") continue;
        const family = inheritedStyle(element, "font-family");
        const extent = textExtent(content, size, fontStyle(element), family);
        const chunk = chunks[chunks.length - 1];
        chunk.runs.push({ x, y, extent, size });
        x += extent.advance;
        chunk.end = x;
      } else if (child.nodeType === elementNode) {
        const inner = child as Element;
        if (inner.localName === "tspan" || inner.localName === "a") walk(inner);
      }
    }
  };
  walk(text);
  return chunks;
}

/** The box of a text, as `getBBox` gives it. */
export function textBox(text: Element): Box {
  const box = new Box();
  for (const { start, end, anchor, runs } of chunksOf(text)) {
    const share = anchor === "middle" ? 0.5 : anchor === "end" ? 1 : 0;
    const shift = share * (start - end);
    for (const run of runs) {
      box.add(run.x + shift + run.extent.left, run.y - ascent(run.size));
      box.add(run.x + shift + run.extent.right, run.y + descent(run.size));
    }
  }
  return box;
}

/** The length of a text, as `getComputedTextLength` gives it. */
export function textLength(text: Element): number {
  let total = 0;
  for (const { runs } of chunksOf(text)) for (const run of runs) total += run.extent.advance;
  return total;
}
