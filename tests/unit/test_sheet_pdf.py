"""The printed sheet: its code is read with the mark in the middle, its words can be copied."""

from pathlib import Path

import pytest

from chalicelib.links.gateways import qr
from chalicelib.links.gateways.sheet_pdf import CODE_SIDE, MARK_SHARE, SheetText, sheet_pdf
from tests.chance import link_codes
from tests.scanning import drawn, scan, text_of

WORDS = SheetText("网民网络安全感受公益调查", "广东省青禾网络文明促进会", "海报 · 服务大厅", "公众网民版")
LONG = SheetText("很长的题目" * 24, "<script>&\"' 𠮷名 " + "长" * 60, "入口" * 20 + " · " + "点" * 40, "从业人员版")


@pytest.mark.parametrize("dpi", [300, 100, 36])
@pytest.mark.parametrize("words", [WORDS, LONG], ids=["usual", "longest"])
def test_the_code_is_read_from_print_and_thumbnail(dpi: int, words: SheetText, tmp_path: Path) -> None:
    """300 dpi as printed, 36 dpi for a picture 298 pixels wide."""
    [code] = link_codes(1, f"sheet-{dpi}-{words.title}")

    assert scan(drawn(sheet_pdf(code, words), dpi, tmp_path), tmp_path) == [qr.qr_url(code)]


def test_every_code_is_read_under_the_mark(tmp_path: Path) -> None:
    """Whichever modules the mark covers."""
    for code in link_codes(12, "under-the-mark"):
        assert scan(drawn(sheet_pdf(code, WORDS), 72, tmp_path), tmp_path) == [qr.qr_url(code)]


def test_the_words_can_be_searched_and_copied(tmp_path: Path) -> None:
    """Title, unit, collecting point and code are text, not pictures."""
    text = text_of(sheet_pdf("ABCD2345", WORDS), tmp_path)

    for words in (WORDS.title, WORDS.unit, WORDS.place, WORDS.edition, "ABCD-2345", "127.0.0.1:8000/s/ABCD2345"):
        assert words in text


def test_the_code_is_large_and_the_mark_small() -> None:
    """At least 8 cm, at level H; the mark at most a quarter of the side."""
    assert CODE_SIDE / 72 * 2.54 >= 8
    assert MARK_SHARE <= 0.25
    assert qr.symbol("ABCD2345", "h").error == "H"


def test_a_sheet_is_small_and_the_same_each_time() -> None:
    """It carries only the glyphs that it shows."""
    first = sheet_pdf("ABCD2345", WORDS)

    assert sheet_pdf("ABCD2345", WORDS) == first
    assert len(first) < 25_000
