"""The sheet of one link, to be printed and put up: A4, with title, code, unit and collecting point."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.kernel.codes import grouped
from chalicelib.kernel.texts import chinese, said
from chalicelib.links.gateways import qr
from chalicelib.links.gateways.font import font
from chalicelib.links.gateways.pdf import A4, Colour, Page
from chalicelib.links.gateways.text_wrap import fitted, printable

MARK = "民"
"""The mark in the middle of the code."""
MARK_SHARE = 0.25
"""Of the code's side, at most; at level H a third of the side could go."""
CODE_SIDE = 300.0
"""The code without its quiet zone, in points: 10.6 cm."""
_CODE_TOP = 285.0
_ACCENT, _DEEP, _SOFT = Colour(0.043, 0.361, 0.4), Colour(0.031, 0.263, 0.29), Colour(0.298, 0.353, 0.384)
_WHITE, _BLACK = Colour(1, 1, 1), Colour(0, 0, 0)
_BAND = 170.0
_MIDDLE = A4[0] / 2
_MOST_WIDE = A4[0] - 96
_LEADING = 1.35


@dataclass(frozen=True, slots=True)
class SheetText:
    """The text on a sheet."""

    title: str
    unit: str
    place: str
    """Channel and label: where the sheet hangs."""
    edition: str
    dates: str = ""
    """From when until when answers are collected."""


def sheet_pdf(code: str, words: SheetText) -> bytes:
    """A link's sheet."""
    page = Page()
    page.box(0, 0, A4[0], _BAND, _ACCENT)
    _lines(page, words.title, _BAND / 2, (36, 30, 24, 19), 2, _WHITE)
    page.text(_MIDDLE, 216, 26, chinese("kits")("scan"), _DEEP)
    page.text(_MIDDLE, 240, 13, f"{said('kits', 'en', 'scan')} · {words.edition}", _SOFT)
    _code(page, code)
    page.text(_MIDDLE, 630, 20, grouped(code), _BLACK)
    _lines(page, qr.link_url(code), 652, (12, 10, 8), 2, _SOFT)
    page.box(48, 680, _MOST_WIDE, 1, _ACCENT)
    _lines(page, words.unit, 725, (24, 20, 16, 13), 2, _DEEP)
    _lines(page, words.place, 776, (15, 12), 2, _SOFT)
    page.text(_MIDDLE, 822, 12, words.dates, _SOFT)
    return page.pdf(f"{words.title} {code}")


def _code(page: Page, code: str) -> None:
    """The code of level H, and over its middle the mark on its own light ground."""
    made = qr.symbol(code, "h")
    modules = made.symbol_size(border=0)[0]
    step, left = CODE_SIDE / modules, _MIDDLE - CODE_SIDE / 2
    for x, y, length in qr.runs(made):
        page.box(left + x * step, _CODE_TOP + y * step, length * step, step, _BLACK)
    # An odd number of modules, as the code itself has, so that none is half covered.
    covered = _odd(int(modules * MARK_SHARE))
    side, inner = covered * step, (covered - 1) * step
    page.box(_MIDDLE - side / 2, _CODE_TOP + (CODE_SIDE - side) / 2, side, side, _WHITE)
    page.box(_MIDDLE - inner / 2, _CODE_TOP + (CODE_SIDE - inner) / 2, inner, inner, _ACCENT)
    page.text(_MIDDLE, _CODE_TOP + CODE_SIDE / 2 + inner * 0.29, inner * 0.8, MARK, _WHITE)


def _odd(number: int) -> int:
    return number - (number + 1) % 2


def _lines(page: Page, text: str, middle: float, sizes: Sequence[float], most: int, colour: Colour) -> None:
    """A text around the height `middle`, as large as fits into so many lines."""
    size, lines = fitted(font().writable(printable(text)), _MOST_WIDE, sizes, most, font().width)
    first = middle - _LEADING * size * (len(lines) - 1) / 2 + size * 0.35
    for number, line in enumerate(lines):
        page.text(_MIDDLE, first + number * _LEADING * size, size, line, colour)
