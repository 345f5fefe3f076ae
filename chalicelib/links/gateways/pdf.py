"""One printed page as PDF: rectangles, and text in the font that prints, which can be searched and copied.

Text is kept as ISO 32000-1, 9.7 has it for fonts of many characters: glyph numbers, their widths, and what they mean.
"""

import io
from dataclasses import dataclass

import pydyf

from chalicelib.links.gateways.font import CutFont, font

A4 = (595.276, 841.89)
"""Width and height, in points: 1/72 inch."""
_FONT_NAME = "/AAAAAA+NotoSansSC-Medium"
_SYMBOLIC = 4
_MEANING = """/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
{entries}
endcmap CMapName currentdict /CMap defineresource pop end end"""
_MOST_ENTRIES = 100
"""Of one block of a map of characters."""


@dataclass(frozen=True, slots=True)
class Colour:
    """Red, green and blue, 0 to 1."""

    red: float
    green: float
    blue: float


@dataclass(frozen=True, slots=True)
class _Text:
    x: float
    y: float
    size: float
    words: str
    colour: Colour


@dataclass(frozen=True, slots=True)
class _Box:
    x: float
    y: float
    width: float
    height: float
    colour: Colour


class Page:
    """A page of A4, drawn from its top left corner in points, one thing over the other."""

    def __init__(self) -> None:
        self._drawn: list[_Text | _Box] = []

    def box(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """A filled rectangle."""
        self._drawn.append(_Box(x, A4[1] - y - height, width, height, colour))

    def text(self, middle: float, y: float, size: float, words: str, colour: Colour) -> None:
        """One line, centred around `middle`, standing on `y`."""
        words = font().writable(words)
        self._drawn.append(_Text(middle - font().width(words) * size / 2, A4[1] - y, size, words, colour))

    def pdf(self, title: str) -> bytes:
        """The page as a document of its own; the same page gives the same bytes."""
        document = pydyf.PDF()
        cut = font().cut("".join(drawn.words for drawn in self._drawn if isinstance(drawn, _Text)))
        contents = self._contents(cut)
        document.add_object(contents)
        fonts = pydyf.Dictionary({"F": _font(document, cut).reference})
        document.add_page(
            pydyf.Dictionary(
                {
                    "Type": "/Page",
                    "Parent": document.pages.reference,
                    "MediaBox": pydyf.Array([0, 0, *A4]),
                    "Contents": contents.reference,
                    "Resources": pydyf.Dictionary({"Font": fonts}),
                }
            )
        )
        document.info["Title"] = pydyf.String(title)
        document.catalog["Lang"] = pydyf.String("zh-Hans")
        out = io.BytesIO()
        document.write(out, compress=True)
        return out.getvalue()

    def _contents(self, cut: CutFont) -> pydyf.Stream:
        stream = pydyf.Stream(compress=True)
        for drawn in self._drawn:
            stream.set_color_rgb(drawn.colour.red, drawn.colour.green, drawn.colour.blue)
            if isinstance(drawn, _Box):
                stream.rectangle(drawn.x, drawn.y, drawn.width, drawn.height)
                stream.fill()
            else:
                stream.begin_text()
                stream.set_font_size("F", drawn.size)
                stream.move_text_to(drawn.x, drawn.y)
                stream.show_text(f"<{cut.encoded(drawn.words).hex()}>".encode())
                stream.end_text()
        return stream


def _font(document: pydyf.PDF, cut: CutFont) -> pydyf.Dictionary:
    """The font as a page names it; its parts are put into the document."""
    file = pydyf.Stream([cut.file], {"Length1": len(cut.file)}, compress=True)
    meaning = pydyf.Stream([_meaning(cut)], compress=True)
    descriptor, glyphs = _descriptor(), _glyphs(cut)
    named = pydyf.Dictionary({"Type": "/Font", "Subtype": "/Type0", "BaseFont": _FONT_NAME, "Encoding": "/Identity-H"})
    for part in (file, meaning, descriptor, glyphs, named):
        document.add_object(part)
    descriptor["FontFile2"] = file.reference
    glyphs["FontDescriptor"] = descriptor.reference
    named["DescendantFonts"] = pydyf.Array([glyphs.reference])
    named["ToUnicode"] = meaning.reference
    return named


def _descriptor() -> pydyf.Dictionary:
    return pydyf.Dictionary(
        {
            "Type": "/FontDescriptor",
            "FontName": _FONT_NAME,
            "Flags": _SYMBOLIC,
            "FontBBox": pydyf.Array([-1000, -300, 2000, 1100]),
            "ItalicAngle": 0,
            "Ascent": 880,
            "Descent": -120,
            "CapHeight": 733,
            "StemV": 100,
        }
    )


def _glyphs(cut: CutFont) -> pydyf.Dictionary:
    return pydyf.Dictionary(
        {
            "Type": "/Font",
            "Subtype": "/CIDFontType2",
            "BaseFont": _FONT_NAME,
            "CIDSystemInfo": "<</Registry (Adobe) /Ordering (Identity) /Supplement 0>>",
            "CIDToGIDMap": "/Identity",
            "DW": 1000,
            "W": pydyf.Array([0, pydyf.Array(cut.widths)]),
        }
    )


def _meaning(cut: CutFont) -> bytes:
    """Which characters the glyphs stand for, so that the text can be searched and copied."""
    entries = [f"<{glyph:04x}> <{one.encode('utf-16-be').hex()}>" for one, glyph in cut.glyphs.items()]
    blocks = (entries[start : start + _MOST_ENTRIES] for start in range(0, len(entries), _MOST_ENTRIES))
    return _MEANING.format(
        entries="\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    ).encode()
