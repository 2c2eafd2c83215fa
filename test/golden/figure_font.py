"""Makes src/figure/files: the font of static figures and the table of its widths.

    python figure_font.py FOLDER_OF_LIBERATION_SANS_2 OUTPUT_FOLDER      (needs fonttools and uharfbuzz)

Liberation Sans 2.1.5 (SIL Open Font License 1.1) has Arial's widths. A subset is a modified version, which may not
carry the reserved name "Liberation", so the family is renamed to "Normlab Sans".
"""

import io
import json
import sys
from pathlib import Path

import uharfbuzz
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

STYLES = {"Regular": "regular", "Bold": "bold", "Italic": "italic", "BoldItalic": "bold-italic"}
RANGES = [
    (0x20, 0x7E), (0xA0, 0x17F), (0x2C6, 0x2DD), (0x370, 0x3FF), (0x400, 0x45F), (0x2010, 0x2044), (0x2070, 0x209F),
    (0x20AC, 0x20AC), (0x2113, 0x2126), (0x2190, 0x21A8), (0x2200, 0x2265), (0x25A0, 0x25E6),
]  # fmt: skip
KERNED = range(0x20, 0x7F)


def subset(path: Path, style: str) -> bytes:
    font = TTFont(path)
    options = Options()
    options.hinting = False
    options.layout_features = ["kern"]
    options.name_IDs = [0, 1, 2, 4, 6, 13, 14]
    options.recalc_timestamp = False
    options.drop_tables += ["FFTM", "DSIG"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
    subsetter.subset(font)
    for record in font["name"].names:
        if record.nameID in (1, 4, 6):
            name = {1: "Normlab Sans", 4: f"Normlab Sans {style}", 6: f"NormlabSans-{style}"}[record.nameID]
            record.string = name
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def widths(data: bytes) -> dict:
    font = TTFont(io.BytesIO(data))
    cmap, metrics, outlines = font.getBestCmap(), font["hmtx"].metrics, font["glyf"]
    table, ink = {}, {}
    for first, last in RANGES:
        names = [cmap.get(code) for code in range(first, last + 1)]
        glyphs = [outlines[name] if name else None for name in names]
        table[str(first)] = [metrics[name][0] if name else 0 for name in names]
        ink[str(first)] = [
            [glyph.xMin, glyph.xMax] if glyph and glyph.numberOfContours else 0 for glyph in glyphs
        ]
    shaper = uharfbuzz.Font(uharfbuzz.Face(data))

    def advance(text: str) -> int:
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        uharfbuzz.shape(shaper, buffer)
        return sum(position.x_advance for position in buffer.glyph_positions)

    alone = {code: advance(chr(code)) for code in KERNED}
    kerning = {}
    for left in KERNED:
        for right in KERNED:
            shift = advance(chr(left) + chr(right)) - alone[left] - alone[right]
            if shift:
                kerning[chr(left) + chr(right)] = shift
    return {"widths": table, "ink": ink, "kerning": kerning}


source, target = Path(sys.argv[1]), Path(sys.argv[2])
measures = {}
for style, name in STYLES.items():
    data = subset(source / f"LiberationSans-{style}.ttf", style)
    (target / f"normlab-sans-{name}.ttf").write_bytes(data)
    measures[name] = widths(data)
    font = TTFont(io.BytesIO(data))
    head, hhea = font["head"], font["hhea"]
units = {"unitsPerEm": head.unitsPerEm, "ascent": hhea.ascent, "descent": -hhea.descent, "styles": measures}
(target / "normlab-sans.json").write_text(json.dumps(units, ensure_ascii=False, separators=(",", ":")) + "\n")
