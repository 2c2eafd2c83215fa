import { expect } from "chai";
import { Window } from "happy-dom";
import { Figure, type FigureOptions } from "../../../src/figure/figure.js";
import { escapeText } from "../../../src/figure/text.js";

const hostile = [
  "</script><script>alert(1)</script>",
  '<img src=x onerror="alert(1)">',
  '<a href="javascript:alert(1)">click</a>',
  '<a href="  JaVaScRiPt:alert(1)">click</a>',
  '"><svg onload=alert(1)>',
  "]]><script>alert(1)</script>",
  '<span style="background:url(http://example.org/x)">styled</span>',
  "&lt;script&gt;alert(1)&lt;/script&gt;",
  "a \u0000\u0008\ud800 b",
];

/** The same text wherever a figure shows one. */
function everywhere(text: string): FigureOptions {
  return {
    data: [
      { x: [text, "b"], y: [1, 2], text: [text, text], mode: "markers+text", name: text },
      { type: "bar", x: [text, "b"], y: [2, 1], text: [text, text] },
    ],
    layout: {
      title: { text },
      xaxis: { title: { text } },
      yaxis: { title: { text } },
      annotations: [{ text, x: 0, y: 1 }],
      legend: { title: { text } },
    },
  };
}

/** What an attacker could reach in a picture: elements, attributes and addresses that do something. */
function dangers(svg: string): string[] {
  const window = new Window({ settings: { enableJavaScriptEvaluation: false } });
  const { documentElement } = new window.DOMParser().parseFromString(svg, "image/svg+xml");
  const found: string[] = [];
  for (const element of documentElement.querySelectorAll("*")) {
    if (
      /^(?:script|iframe|object|embed|foreignObject|img|style|animate|set|handler)$/i.test(element.localName)
    ) {
      found.push(element.localName);
    }
    for (const { name, value } of element.attributes) {
      if (/^on/i.test(name)) found.push(name);
      if (/javascript:|url\((?!#)/i.test(value ?? "")) found.push(`${name}=${value}`);
      if (/href$/.test(name) && !/^(?:#|data:image\/png|https?:|mailto:)/.test(value ?? ""))
        found.push(`${name}=${value}`);
    }
  }
  return found;
}

describe("Hostile text in a figure", () => {
  for (const text of hostile) {
    it(`does nothing: ${JSON.stringify(text)}`, async () => {
      const figure = new Figure(everywhere(text));
      expect(dangers(await figure.toSVG())).to.deep.equal([]);
      expect(String((await figure.toHTML()).match(/<noscript>[\s\S]*<\/noscript>/))).to.not.match(
        /<script|<img/i,
      );
    });

    it(`shows as it is written when it is data: ${JSON.stringify(text)}`, async () => {
      const figure = new Figure({ data: [{ y: [1, 2] }], layout: { title: { text: escapeText(text) } } });
      const window = new Window();
      const parsed = new window.DOMParser().parseFromString(await figure.toSVG(), "image/svg+xml");
      const shown = [...parsed.querySelectorAll("text")].map((element) => element.textContent);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: XML cannot hold these
      expect(shown).to.include(text.replace(/[\u0000\u0008\ud800]/g, "\ufffd"));
    });
  }

  it("keeps a hostile alternative text out of the page's markup", async () => {
    const figure = new Figure({ data: [], alt: '"></title><script>alert(1)</script>' });
    const page = await figure.toHTML();
    expect(page).to.not.contain("<script>alert");
    expect(dangers(await figure.toSVG())).to.deep.equal([]);
  });

  it("does not show an author's formula or template where data hold its signs", () => {
    expect(escapeText("costs $5 to $6, %{x}, a<b & c>d")).to.equal(
      "costs &#36;5 to &#36;6, &#37;{x}, a&lt;b &amp; c&gt;d",
    );
  });
});

describe("What no picture can be drawn of", () => {
  for (const type of [
    "scattergl",
    "surface",
    "scatter3d",
    "mesh3d",
    "parcoords",
    "splom",
    "heatmapgl",
    "pointcloud",
  ]) {
    it(`is refused with the alternative named: ${type}`, async () => {
      const error = await new Figure({ data: [{ type }] }).toSVG().catch(String);
      expect(error).to.match(/FigureError: data\[0\] has type ".*" ?, which needs WebGL.*(?:Use|Draw) /);
    });
  }

  for (const type of ["scattergeo", "choropleth", "scattermap", "densitymap"]) {
    it(`is refused because it asks a server: ${type}`, async () => {
      expect(await new Figure({ data: [{ type }] }).toSVG().catch(String)).to.contain("from a server");
    });
  }

  it("is refused when only a browser could decode it", async () => {
    const source = "data:image/png;base64,iVBORw0KGgo=";
    expect(await new Figure({ data: [{ type: "image", source }] }).toSVG().catch(String)).to.contain("Use z");
  });

  it("is refused when a picture inside has an address", async () => {
    const images = [{ source: "https://example.org/a.png", x: 0, y: 1, sizex: 1, sizey: 1 }];
    expect(await new Figure({ data: [], layout: { images } }).toSVG().catch(String)).to.contain(
      "layout.images[0].source",
    );
  });
});

describe("Two pictures on one page", () => {
  const ids = (svg: string): string[] => [...svg.matchAll(/ id="([^"]*)"/g)].map((match) => match[1]);

  it("share no id, and each refers to its own", async () => {
    const [a, b] = await Promise.all(
      [
        [1, 2],
        [2, 1],
      ].map((y) => new Figure({ data: [{ y }] }).toSVG()),
    );
    expect(ids(a)).to.have.length.above(3);
    expect(ids(a).filter((id) => ids(b).includes(id))).to.deep.equal([]);
    for (const [, id] of a.matchAll(/url\(#([^)]*)\)/g)) expect(ids(a)).to.include(id);
  });
});
