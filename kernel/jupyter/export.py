"""Turns notebooks into HTML through nbconvert. Called by kernel/command/export/pages.ts.

Reads JSON: {"template": FOLDER, "notebooks": [{"file", "folder"}, …]}; `folder` holds the pictures that the notebook shows.
Prints one line of JSON: {"mark": M, "pages": [{"title", "summary", "html", "headings"} or {"refused"}, …]}. In the HTML stand elements
that carry the mark (a number nobody can guess, so no notebook can forge one): slots, and formulas, whose attribute says which and how.
"""

import base64
import json
import logging
import os
import re
import secrets
import sys
import warnings
from html import unescape

import nbformat
from jinja2 import pass_context
from markupsafe import Markup, escape
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments.formatters import HtmlFormatter
from traitlets.config import Config

MARK = secrets.token_hex(16)


def slot(name):
    return Markup(f'<meta data-{MARK}="{name}"/>')


def formula(tex, display):
    request = base64.b64encode(json.dumps({"tex": tex, "display": display}).encode()).decode()
    return f'<span data-{MARK}="{request}">{escape(tex)}</span>'


def formula_of_output(text):
    """A text/latex output: TeX between $ or $$, or an environment."""
    return formula(text.strip().strip("$"), display=True)


class Renderer(IPythonRenderer):
    """Markdown as nbconvert reads it; formulas are left for KaTeX, links to notebooks lead to their pages.

    The headings of sections are kept in `headings`.
    """

    headings = ()

    def heading(self, text, level, **attrs):
        html = super().heading(text, level, **attrs)
        anchor = re.search(r'<h2\b[^>]*\bid="([^"]*)"', html)
        if level == 2 and anchor:
            words = unescape(re.sub(r"<[^>]*>", "", text)).strip()
            self.headings.append({"id": unescape(anchor.group(1)), "text": words})
        return html

    def block_math(self, body):
        return formula(body, display=True)

    def inline_math(self, body):
        return formula(body, display=False)

    def latex_environment(self, name, body):
        return formula(f"\\begin{{{name}}}{body}\\end{{{name}}}", display=True)

    def link(self, text, url, title=None):
        if not re.match(r"[a-z][a-z0-9+.-]*:|//", url, re.IGNORECASE):
            url = re.sub(r"\.ipynb(?=$|#)", ".html", url)
        return super().link(text, url, title)


class PageExporter(HTMLExporter):
    template_name = "normlab"

    @property
    def default_config(self):
        kinds = ["text/html", "text/markdown", "image/svg+xml", "text/latex", "image/png", "image/jpeg", "text/plain"]
        config = Config({"NbConvertBase": {"display_data_priority": ["application/vnd.plotly.v1+json", *kinds]}})
        inherited = super().default_config.copy()
        inherited.merge(config)
        return inherited

    @pass_context
    def markdown2html(self, context, source):
        renderer = Renderer(
            escape=False,
            allow_harmful_protocols=False,
            attachments=context.get("cell", {}).get("attachments", {}),
            embed_images=True,
            path=context["resources"]["metadata"]["path"],
        )
        # Text of an output has headings of its own; they are no sections of the notebook.
        is_text = context["cell"].cell_type == "markdown"
        renderer.headings = context["resources"]["headings"] if is_text else []
        return MarkdownWithMath(renderer=renderer).render(source)


def json_in_script(value):
    """JSON that cannot end the script element it stands in."""
    return Markup(json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"))


def code_colours():
    light = HtmlFormatter(style="default", nobackground=True).get_style_defs(".highlight")
    dark = HtmlFormatter(style="github-dark", nobackground=True).get_style_defs(".highlight")
    return Markup(f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}")


def plain(markdown):
    """A line of Markdown without its signs, for a title."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    return re.sub(r"(?<!\w)[*_`]+|[*_`]+(?!\w)", "", text).strip()


def title_and_summary(notebook, file_name):
    """The first heading of the first level, and the paragraph that follows it."""
    for cell in notebook.cells:
        found = re.search(r"^#\s+(.+)$", cell.source, re.MULTILINE) if cell.cell_type == "markdown" else None
        if found:
            rest = cell.source[found.end() :].strip()
            paragraph = re.split(r"\n\s*\n|\n#", rest, maxsplit=1)[0]
            return plain(found.group(1)), "" if paragraph.startswith("#") else plain(" ".join(paragraph.split()))
    return file_name, ""


PREDICTION = "application/vnd.normlab.predict+json"


def fold_answers(notebook):
    """Marks the cells whose outputs answer a question: those from the question to the next text. The template folds them away."""
    below = False
    for cell in notebook.cells:
        asks = any(PREDICTION in output.get("data", {}) for output in cell.get("outputs", []))
        below = cell.cell_type == "code" and (below or asks)
        if below and not asks:
            cell.metadata["answers"] = True


def read(path):
    """The notebook in nbconvert's format, with an id for each cell: older ones have none, and a damaged one may have any text."""
    with open(path, encoding="utf-8-sig") as file:
        text = file.read()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        notebook = nbformat.reads(text, as_version=4)
    for place, cell in enumerate(notebook.cells, 1):
        own = re.sub(r"[^\w-]", "", str(cell.get("id", "")))
        cell["id"] = own or f"cell-{place}"
    return notebook


def page(exporter, notebook, file_name, folder):
    """FOLDER holds the pictures that the notebook shows."""
    fold_answers(notebook)
    title, summary = title_and_summary(notebook, file_name)
    html, resources = exporter.from_notebook_node(
        notebook,
        {
            "metadata": {"path": folder, "name": file_name},
            "title": title,
            "file_name": file_name,
            "code_colours": code_colours(),
            "slot": slot,
            "headings": [],
        },
    )
    return {"title": title, "summary": summary, "html": html, "headings": resources["headings"]}


def reason(error):
    """Why a file is no notebook, or none that can be shown, in a line."""
    if isinstance(error, (nbformat.reader.NotJSONError, json.JSONDecodeError, UnicodeDecodeError)):
        return "it is not a notebook, which is JSON in UTF-8."
    words = str(error).strip().splitlines() or [type(error).__name__]
    return f"it cannot be read as a notebook ({words[0]}). Open it in Jupyter and save it again."


def main(request):
    exporter = PageExporter(
        extra_template_basedirs=[request["template"]],
        filters={
            "base64": lambda text: base64.b64encode("".join(text).encode()).decode(),
            "formula": formula_of_output,
            "json_in_script": json_in_script,
        },
    )
    pages = []
    for each in request["notebooks"]:
        try:
            notebook = read(each["file"])
            pages.append(page(exporter, notebook, os.path.basename(each["file"]), each["folder"]))
        except Exception as error:  # Whatever a file holds, it is this file that is named.
            pages.append({"refused": reason(error)})
    print(json.dumps({"mark": MARK, "pages": pages}))


if __name__ == "__main__":
    # nbformat tells the reader's faults in its own words, in the middle of what is printed.
    logging.disable(logging.CRITICAL)
    main(json.load(sys.stdin))
