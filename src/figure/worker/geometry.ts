import type { Element, Window } from "happy-dom";
import { flatPath } from "./path.js";
import { number, ownStyle, textBox, textLength } from "./text-layout.js";
import { Box, identity, type Matrix, multiply, parseTransform } from "./transform.js";

const svgNamespace = "http://www.w3.org/2000/svg";
const boxless = new Set(["defs", "clipPath", "title", "desc", "style"]);

function rectangle(element: Element): Box {
  const box = new Box();
  const [x, y] = [number(element.getAttribute("x")), number(element.getAttribute("y"))];
  box.add(x, y);
  box.add(x + number(element.getAttribute("width")), y + number(element.getAttribute("height")));
  return box;
}

function circle(element: Element): Box {
  const box = new Box();
  const [x, y] = [number(element.getAttribute("cx")), number(element.getAttribute("cy"))];
  const r = number(element.getAttribute("r"));
  box.add(x - r, y - r);
  box.add(x + r, y + r);
  return box;
}

function pathData(element: Element): string {
  if (element.localName !== "line") return element.getAttribute("d") ?? "";
  const [x1, y1, x2, y2] = ["x1", "y1", "x2", "y2"].map((name) => number(element.getAttribute(name)));
  return `M${x1},${y1}L${x2},${y2}`;
}

/** The box of an element in its own coordinates, without strokes: SVG 2, section 8.10. */
function localBox(element: Element): Box {
  const name = element.localName;
  if (boxless.has(name)) return new Box();
  if (name === "text" || name === "tspan") return textBox(element);
  if (name === "rect" || name === "image" || name === "foreignObject") return rectangle(element);
  if (name === "circle") return circle(element);
  if (name === "path" || name === "line") return flatPath(pathData(element)).box();
  const box = new Box();
  for (const child of element.children) {
    if (ownStyle(child, "display") === "none") continue;
    box.addBox(localBox(child), parseTransform(child.getAttribute("transform")));
  }
  return box;
}

/** The transform from an element's coordinates to those of its picture. */
function currentTransform(element: Element): Matrix {
  let result = identity;
  for (let at: Element | null = element; at?.namespaceURI === svgNamespace; at = at.parentElement) {
    result = multiply(parseTransform(at.getAttribute("transform")), result);
    if (at.localName === "svg") {
      const [x, y] = [number(at.getAttribute("x")), number(at.getAttribute("y"))];
      result = multiply([1, 0, 0, 1, x, y], result);
    }
  }
  return result;
}

function clientBox(element: Element): Box {
  const [width, height] = [number(element.getAttribute("width")), number(element.getAttribute("height"))];
  const box = new Box();
  if (element.localName === "svg" && width > 0 && height > 0) {
    box.add(0, 0);
    box.add(width, height);
  } else {
    box.addBox(localBox(element), currentTransform(element));
  }
  return box;
}

/**
 * Gives a DOM without layout the geometry of SVG that Plotly asks for: boxes of texts and shapes, and points along
 * paths.
 */
export function installGeometry(window: Window): void {
  const methods: Record<string, (this: Element, distance?: number) => unknown> = {
    getBBox() {
      return localBox(this).toRect();
    },
    getBoundingClientRect() {
      return clientBox(this).toRect();
    },
    getComputedTextLength() {
      return textLength(this);
    },
    getTotalLength() {
      return flatPath(pathData(this)).length;
    },
    getPointAtLength(distance = 0) {
      return flatPath(pathData(this)).at(distance);
    },
    getScreenCTM() {
      const [a, b, c, d, e, f] = currentTransform(this);
      return { a, b, c, d, e, f, inverse: () => ({ a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 }) };
    },
  };
  const elements = [
    window.SVGElement,
    window.SVGGraphicsElement,
    window.SVGGeometryElement,
    window.SVGTextElement,
    window.SVGTSpanElement,
    window.SVGPathElement,
    window.SVGSVGElement,
  ];
  for (const [name, method] of Object.entries(methods)) {
    for (const type of elements) {
      // Own methods of a subclass would hide the ones of SVGElement.
      if (type === window.SVGElement || Object.hasOwn(type.prototype, name)) {
        Object.defineProperty(type.prototype, name, { value: method, configurable: true, writable: true });
      }
    }
  }
}
