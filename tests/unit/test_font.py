"""The font that prints: what it can write, and that what is cut from it draws the same."""

import io
from pathlib import Path

import pytest
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont

from chalicelib.links.gateways.font import MISSING, font
from infra import fonts as making

FOLDER = Path(making.TARGET)
TEXT = "网民网络安全感受公益调查（演示）广东省青禾会 ABCxyz-012 學會協·—"


@pytest.fixture(scope="module")
def full() -> TTFont:
    """The whole font, as a library reads it."""
    return TTFont(FOLDER / "NotoSansSC-Medium-subset.ttf")


def outline(file: TTFont, glyph: str) -> object:
    """How a glyph is drawn."""
    pen = RecordingPen()
    file.getGlyphSet()[glyph].draw(pen)
    return pen.value


def test_a_cut_font_draws_as_the_whole(full: TTFont) -> None:
    """Outlines, widths and bearings of every glyph are the whole font's."""
    cut = font().cut(TEXT)
    small, names = TTFont(io.BytesIO(cut.file)), full.getBestCmap()

    assert set(cut.glyphs) == set(TEXT)
    for character, glyph in cut.glyphs.items():
        name = f"glyph{glyph:05d}"
        assert outline(small, name) == outline(full, names[ord(character)]), character
        assert small["hmtx"][name] == full["hmtx"][names[ord(character)]], character
        assert cut.widths[glyph] == small["hmtx"][name][0]
    assert small["maxp"].numGlyphs == len(set(TEXT)) + 1
    assert len(cut.file) < 20_000


def test_a_width_is_the_sum_of_the_glyphs(full: TTFont) -> None:
    """In units of the font size."""
    names = full.getBestCmap()

    assert font().width(TEXT) * 1000 == sum(full["hmtx"][names[ord(one)]][0] for one in TEXT)


def test_what_chinese_names_are_written_with_is_there() -> None:
    """GB 2312, the divisions, rarer characters of names, traditional ones of organisations."""
    wanted = making.characters() - {"\xad"}

    lacking = {one for one in wanted if font().writable(one) != one}

    assert len(wanted) > 7_000
    assert len(lacking) < 40
    assert not any("\u4e00" <= one <= "\u9fff" for one in lacking)


def test_what_is_not_there_is_marked() -> None:
    """As printers do; never an error."""
    assert font().writable("a𠮷\u202e") == f"a{MISSING}{MISSING}"


def test_the_licence_lies_beside_the_font() -> None:
    """The Open Font License asks for it, and for the copyright to stay in the font."""
    assert "SIL OPEN FONT LICENSE" in (FOLDER / "OFL.txt").read_text("utf-8").upper()
    assert (FOLDER / "NotoSansSC-Medium-subset.ttf").stat().st_size < 2_500_000
