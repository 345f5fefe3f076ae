"""The font that prints, and small fonts cut from it that hold only what one sheet says.

Reads what `infra.fonts` makes: TrueType outlines of 1,000 units per em, without hints or composites, one character
map. fontTools could cut it here too, at a quarter of Lambda's package and a fifth of a second for each sheet; the tests
hold the cut fonts to its reading. Tables: https://learn.microsoft.com/en-us/typography/opentype/spec/
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parents[2] / "kernel" / "fonts" / "NotoSansSC-Medium-subset.ttf"
MISSING = "〓"
"""Stands for a character that the font doesn't have, as printers have it."""


@dataclass(frozen=True, slots=True)
class CutFont:
    """A font of a few glyphs, numbered in the order of their characters; 0 is what is drawn for none."""

    file: bytes
    glyphs: dict[str, int]
    widths: list[int]
    """By glyph, in thousandths of the font size."""

    def encoded(self, text: str) -> bytes:
        """The glyphs of a text, two bytes each."""
        return b"".join(struct.pack(">H", self.glyphs[one]) for one in text)


class Font:
    """A TrueType font of 1,000 units per em."""

    def __init__(self, file: bytes) -> None:
        self._file = file
        (count,) = struct.unpack_from(">H", file, 4)
        records = struct.iter_unpack(">4sIII", file[12 : 12 + 16 * count])
        self._tables = {tag.decode(): (offset, length) for tag, _, offset, length in records}
        (self._glyph_count,) = struct.unpack_from(">H", self._table("maxp"), 4)
        self._places = struct.unpack(f">{self._glyph_count + 1}I", self._table("loca"))
        (self._metrics,) = struct.unpack_from(">H", self._table("hhea"), 34)
        self._glyphs = dict(self._characters())

    def writable(self, text: str) -> str:
        """The text, `MISSING` in the place of every character that isn't there."""
        return "".join(one if one in self._glyphs else MISSING for one in text)

    def width(self, text: str) -> float:
        """How wide a writable text is, in units of its font size."""
        return sum(self._metric(self._glyphs[one])[0] for one in text) / 1000

    def cut(self, characters: Iterable[str]) -> CutFont:
        """A font of these characters, all of them writable, alone."""
        kept = sorted(set(characters))
        chosen = [0, *(self._glyphs[one] for one in kept)]
        outlines = [self._outline(glyph) for glyph in chosen]
        places = [sum(map(len, outlines[:end])) for end in range(len(outlines) + 1)]
        metrics = [self._metric(glyph) for glyph in chosen]
        tables = {
            "glyf": b"".join(outlines),
            "head": self._table("head"),
            "hhea": _with(self._table("hhea"), 34, len(chosen)),
            "hmtx": b"".join(struct.pack(">Hh", *metric) for metric in metrics),
            "loca": struct.pack(f">{len(places)}I", *places),
            "maxp": _with(self._table("maxp"), 4, len(chosen)),
        }
        glyphs = {one: number for number, one in enumerate(kept, 1)}
        return CutFont(_assembled(tables), glyphs, [advance for advance, _ in metrics])

    def _table(self, tag: str) -> bytes:
        offset, length = self._tables[tag]
        return self._file[offset : offset + length]

    def _outline(self, glyph: int) -> bytes:
        start = self._tables["glyf"][0]
        outline = self._file[start + self._places[glyph] : start + self._places[glyph + 1]]
        return outline + bytes(-len(outline) % 4)

    def _metric(self, glyph: int) -> tuple[int, int]:
        """Advance and left bearing; the last advance is that of all later glyphs."""
        start, last = self._tables["hmtx"][0], self._metrics - 1
        (advance,) = struct.unpack_from(">H", self._file, start + 4 * min(glyph, last))
        at = 4 * glyph + 2 if glyph <= last else 4 * self._metrics + 2 * (glyph - last - 1)
        (bearing,) = struct.unpack_from(">h", self._file, start + at)
        return advance, bearing

    def _characters(self) -> Iterable[tuple[str, int]]:
        """Characters and their glyphs, from the one table of the map, format 12."""
        table = self._table("cmap")
        (offset,) = struct.unpack_from(">I", table, 8)
        (groups,) = struct.unpack_from(">I", table, offset + 12)
        for first, last, glyph in struct.iter_unpack(">III", table[offset + 16 : offset + 16 + 12 * groups]):
            yield from ((chr(code), glyph + code - first) for code in range(first, last + 1))


@cache
def font() -> Font:
    """The font, read at its first use."""
    return Font(_FILE.read_bytes())


def _with(table: bytes, at: int, number: int) -> bytes:
    return table[:at] + struct.pack(">H", number) + table[at + 2 :]


def _assembled(tables: dict[str, bytes]) -> bytes:
    """The tables as one file. The checksums stay empty: who draws a font out of a PDF minds none."""
    power = 1 << (len(tables).bit_length() - 1)
    start = struct.pack(
        ">IHHHH", 0x00010000, len(tables), power * 16, power.bit_length() - 1, 16 * (len(tables) - power)
    )
    directory, body, offset = b"", b"", 12 + 16 * len(tables)
    for tag, table in sorted(tables.items()):
        directory += struct.pack(">4sIII", tag.encode(), 0, offset + len(body), len(table))
        body += table + bytes(-len(table) % 4)
    return start + directory + body
