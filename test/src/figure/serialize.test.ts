import { expect } from "chai";
import { Window } from "happy-dom";
import { Serializer } from "../../../src/figure/worker/serialize.js";

/** The picture that is written of SVG markup, should Plotly ever let it through. */
function written(content: string): string {
  const window = new Window({ settings: { enableJavaScriptEvaluation: false } });
  window.document.body.innerHTML = `<svg width="10" height="10">${content}</svg>`;
  const svg = window.document.querySelector("svg");
  if (!svg) throw new Error("no SVG was parsed");
  const picture = new Serializer("f0").picture(svg as never, { title: "t", description: "d" });
  return picture.slice(picture.indexOf("</desc>") + "</desc>".length, picture.lastIndexOf("</svg>"));
}

describe("What is written of a picture", () => {
  const cases: [what: string, content: string, expected: string][] = [
    ["no script", "<rect/><script>alert(1)</script>", "<rect/>"],
    ["no foreign content", "<foreignObject><b>x</b></foreignObject>", ""],
    ["no handler", '<rect onload="alert(1)" x="1"/>', '<rect x="1"/>'],
    ["no script in a link", '<a href="javascript:alert(1)"><text>x</text></a>', "<a><text>x</text></a>"],
    [
      "a link to a page",
      '<a href="https://example.org/"><text>x</text></a>',
      '<a xlink:href="https://example.org/"><text>x</text></a>',
    ],
    ["no picture from a server", '<image href="https://example.org/a.png"/>', "<image/>"],
    ["no picture that could hold a script", '<image href="data:image/svg+xml,%3Csvg/%3E"/>', "<image/>"],
    [
      "no style from a server",
      '<rect style="fill: url(https://example.org/a#b)"/>',
      '<rect style="fill:none"/>',
    ],
    [
      "references inside, renamed with their targets",
      '<g clip-path="url(#c)"><rect/></g><clipPath id="c"><rect/></clipPath>',
      '<g clip-path="url(#f0-0)"><rect/></g><clipPath id="f0-0"><rect/></clipPath>',
    ],
    ["thousandths of pixels", '<path d="M0.123456,1e-9L2,3"/>', '<path d="M0.123,0L2,3"/>'],
  ];
  for (const [what, content, expected] of cases) {
    it(what, () => expect(written(content)).to.equal(expected));
  }
});
