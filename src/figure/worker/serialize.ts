import type { Element, Node } from "happy-dom";
import { escapeHtml } from "../../base/escape-html.js";

/** What a static picture may hold; all else that Plotly or a hostile label brings is left out with its content. */
const allowedElements = new Set(
  (
    "svg g defs clipPath mask pattern linearGradient radialGradient stop rect path circle ellipse line polyline polygon " +
    "text tspan textPath a image use title desc"
  ).split(" "),
);

const allowedAttributes = new Set(
  (
    "id class style transform d x y x1 y1 x2 y2 cx cy r rx ry dx dy fx fy width height points viewBox role " +
    "preserveAspectRatio offset stop-color stop-opacity gradientUnits gradientTransform patternUnits " +
    "patternContentUnits patternTransform clipPathUnits clip-path mask fill fill-opacity fill-rule stroke stroke-width " +
    "stroke-opacity stroke-dasharray stroke-linecap stroke-linejoin stroke-miterlimit opacity display visibility " +
    "shape-rendering text-anchor font-family font-size font-style font-weight startOffset href aria-labelledby"
  ).split(" "),
);

/** Declarations without effect on a picture. */
const dropped = new Set(["pointer-events", "cursor", "vector-effect", "-webkit-user-select", "user-select"]);

/** Properties that children inherit and Plotly repeats on each text. */
const inherited = new Set(["font-family", "white-space"]);

const numeric = new Set(
  "transform d x y x1 y1 x2 y2 cx cy r rx ry dx dy width height points offset".split(" "),
);

const links = /^(?:https?|mailto):/i;
const pictures = /^data:image\/(?:png|jpeg|gif|webp);base64,[a-z0-9+/=\s]*$/i;
const localReference = /^#[\w:.-]+$/;

/** Thousandths of a pixel: hides the last bits, in which engines may differ, and keeps pictures small. */
function shorten(text: string): string {
  return text.replace(/-?\d*\.\d{4,}(?:e-?\d+)?|-?\d(?:\.\d*)?e-?\d+/gi, (number) =>
    String(Math.round(Number(number) * 1000) / 1000),
  );
}

// Characters that XML 1.0 cannot hold, not even as entities.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones meant
const notXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

const escapeContent = (text: string): string => escapeHtml(text.replace(notXml, "\ufffd"), "");
const escapeAttribute = (text: string): string => escapeHtml(text.replace(notXml, "\ufffd"), '"');

/** Plotly's snapshot writes a word for the quotes of a font's name, which a style has then in quotes of its own. */
const withQuotes = (style: string): string => style.replace(/"?TOBESTRIPPED"?/g, "'");

/** Classes without the one that holds a random id. */
function classes(text: string): string | null {
  const kept = text.split(/\s+/).filter((name) => name !== "" && !/^trace[0-9a-f]{6}$/.test(name));
  return kept.length === 0 ? null : escapeAttribute(kept.join(" "));
}

export interface PictureText {
  title: string;
  description: string;
}

/** Writes the picture that Plotly drew: only what a static picture needs, with ids of its own. */
export class Serializer {
  private readonly ids = new Map<string, string>();

  /**
   * @param prefix begins every id, so that pictures on one page share none
   * @param ready content that is already written, in place of an element's own
   */
  constructor(
    private readonly prefix: string,
    private readonly ready: ReadonlyMap<Element, string> = new Map(),
  ) {}

  picture(svg: Element, { title, description }: PictureText): string {
    const [titleId, descriptionId] = [`${this.prefix}-title`, `${this.prefix}-description`];
    const family = mostFrequentFamily(svg);
    const style = family === "" ? "" : ` style="font-family:${escapeAttribute(family)}"`;
    const size = ["width", "height"].map((name) => shorten(svg.getAttribute(name) ?? "0"));
    const context = new Map([["font-family", family]]);
    const content = this.children(svg, context);
    return (
      `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" class="main-svg" ` +
      `width="${size[0]}" height="${size[1]}" viewBox="0 0 ${size[0]} ${size[1]}" role="img" ` +
      `aria-labelledby="${titleId} ${descriptionId}"${style}>` +
      `<title id="${titleId}">${escapeContent(title)}</title>` +
      `<desc id="${descriptionId}">${escapeContent(description)}</desc>${content}</svg>\n`
    );
  }

  private children(element: Element, context: ReadonlyMap<string, string>): string {
    let text = "";
    for (const child of element.childNodes as Iterable<Node>) {
      if (child.nodeType === 3) text += escapeContent(child.textContent ?? "");
      else if (child.nodeType === 1) text += this.element(child as Element, context);
    }
    return text;
  }

  private element(element: Element, context: ReadonlyMap<string, string>): string {
    const name = element.localName;
    if (!allowedElements.has(name)) return "";
    let attributes = "";
    const inner = new Map(context);
    for (const { name: qualified, value } of element.attributes) {
      const attribute = qualified === "xlink:href" ? "href" : qualified;
      if (!allowedAttributes.has(attribute)) continue;
      const written = this.attribute(name, attribute, value ?? "", inner);
      // xlink:href too, which older viewers ask for.
      if (written !== null) attributes += ` ${attribute === "href" ? "xlink:href" : attribute}="${written}"`;
    }
    // Plotly's style sheet, which a picture has not, draws these by whole pixels.
    if (element.classList.contains("crisp")) attributes += ' shape-rendering="crispEdges"';
    const content = this.ready.get(element) ?? this.children(element, inner);
    if (content !== "") return `<${name}${attributes}>${content}</${name}>`;
    // A group or path without content draws nothing, unless something refers to it.
    const needless = name === "g" || name === "defs" || (name === "path" && !element.getAttribute("d"));
    return needless && !element.id ? "" : `<${name}${attributes}/>`;
  }

  private attribute(
    element: string,
    name: string,
    value: string,
    context: Map<string, string>,
  ): string | null {
    if (name === "id") return this.id(value);
    if (name === "class") return element === "g" ? classes(value) : null;
    if (name === "style") return this.style(withQuotes(value), context);
    if (name === "href") return this.reference(element, value);
    if (name === "font-family") context.set(name, value);
    const text = numeric.has(name) ? shorten(value) : value;
    return text === "" ? null : this.local(escapeAttribute(text));
  }

  private reference(element: string, value: string): string | null {
    if (localReference.test(value)) return `#${this.id(value.slice(1))}`;
    const allowed = element === "a" ? links.test(value) : element === "image" && pictures.test(value);
    return allowed ? escapeAttribute(value) : null;
  }

  private style(value: string, context: Map<string, string>): string | null {
    const kept: string[] = [];
    for (const [property, setting] of declarations(value)) {
      if (dropped.has(property) || (property === "opacity" && setting === "1")) continue;
      if (inherited.has(property)) {
        if (context.get(property) === setting) continue;
        context.set(property, setting);
      }
      kept.push(`${property}:${setting.replace(/,\s+/g, ",")}`);
    }
    return kept.length === 0 ? null : this.local(escapeAttribute(kept.join(";")));
  }

  /** Only references inside the picture: another `url(…)` would be fetched. */
  private local(text: string): string {
    return text.replace(/url\((?:&quot;|['"])?([^)]*?)(?:&quot;|['"])?\)/gi, (_, target: string) => {
      const hash = target.indexOf("#");
      return hash === 0 ? `url(#${this.id(target.slice(1))})` : "none";
    });
  }

  private id(original: string): string {
    let id = this.ids.get(original);
    if (id === undefined) {
      id = `${this.prefix}-${this.ids.size}`;
      this.ids.set(original, id);
    }
    return id;
  }
}

/** The declarations of a `style` attribute; semicolons in quotes and parentheses do not end one. */
export function declarations(style: string): [property: string, setting: string][] {
  const result: [string, string][] = [];
  for (const [part] of style.matchAll(/(?:[^;"'(]|"[^"]*"|'[^']*'|\([^)]*\))+/g)) {
    const colon = part.indexOf(":");
    if (colon > 0) result.push([part.slice(0, colon).trim(), part.slice(colon + 1).trim()]);
  }
  return result;
}

function mostFrequentFamily(svg: Element): string {
  const counts = new Map<string, number>();
  for (const text of svg.querySelectorAll("text")) {
    for (const [property, setting] of declarations(withQuotes(text.getAttribute("style") ?? ""))) {
      if (property === "font-family") counts.set(setting, (counts.get(setting) ?? 0) + 1);
    }
  }
  let best = "";
  for (const [family, count] of counts) if (count > (counts.get(best) ?? 0)) best = family;
  return best;
}
