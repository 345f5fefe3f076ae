"""QR codes of links (ISO/IEC 18004): SVG and PNG, and the modules for who draws them elsewhere."""

import struct
import zlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Literal

from chalicelib.kernel.settings import settings
from chalicelib.links.gateways.text_wrap import fitted, printable

if TYPE_CHECKING:
    import segno

QUIET = 4
"""Light modules around the code, as ISO/IEC 18004 asks."""
_SIZES = (2.4, 2.0, 1.6, 1.2)
"""Font sizes of the name under the code, in modules."""
_LEADING = 1.3
_MOST_LINES = 3

_PNG = b"\x89PNG\r\n\x1a\n"

Level = Literal["q", "h"]
"""How much of a code may be damaged: a quarter, or nearly a third."""


def link_url(code: str) -> str:
    """A link's address, as it is shown and sent."""
    return f"{settings().public_url}/s/{code}"


def qr_url(code: str) -> str:
    """A link's address as its QR code holds it: in capitals, which take a third less room, where the host has no path
    that could mind."""
    scheme, _, rest = settings().public_url.partition("://")
    return f"{scheme}://{rest}/S/{code}".upper() if "/" not in rest else link_url(code)


@lru_cache(maxsize=64)
def symbol(code: str, level: Level = "q") -> "segno.QRCode":
    """A link's QR code, with at least this level of correction, more where that takes no more room."""
    import segno  # noqa: PLC0415 - addresses are asked for more often than codes

    return segno.make_qr(qr_url(code), error=level, boost_error=True)


def runs(made: "segno.QRCode") -> Iterator[tuple[int, int, int]]:
    """The dark modules by rows: column, row and length of each run, without the quiet zone."""
    for y, row in enumerate(made.matrix):
        x = 0
        while x < len(row):
            length = 1
            while x + length < len(row) and row[x + length] == row[x]:
                length += 1
            if row[x]:
                yield x, y, length
            x += length


def svg(code: str, caption: str) -> str:
    """A link's QR code with the unit's name under its quiet zone; scales to any size."""
    made = symbol(code)
    side = made.symbol_size(border=QUIET)[0]
    name = printable(caption)
    size, lines = fitted(name, side - 2, _SIZES, _MOST_LINES)
    height = side + _LEADING * size * len(lines) + 1
    path = "".join(f"M{x + QUIET} {y + QUIET}h{length}v1h-{length}z" for x, y, length in runs(made))
    texts = "".join(
        f'<text x="{side / 2}" y="{side + size * (_LEADING * number + 0.8):.2f}">{escape(line)}</text>'
        for number, line in enumerate(lines)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {height:.2f}" role="img">'
        f"<title>{escape(name)} {code}</title>"
        f'<rect width="{side}" height="{height:.2f}" fill="#fff"/><path shape-rendering="crispEdges" d="{path}"/>'
        f'<g font-size="{size}" text-anchor="middle" font-family="sans-serif">{texts}</g></svg>'
    )


def png(code: str, scale: int) -> bytes:
    """A link's QR code, `scale` pixels to a module, one bit to a pixel.

    Written here, since a kit holds hundreds of them: segno's own takes some 15 ms each.
    """
    made = symbol(code)
    blank = [0] * (len(made.matrix) + 2 * QUIET)
    rows = [*[blank] * QUIET, *([*[0] * QUIET, *row, *[0] * QUIET] for row in made.matrix), *[blank] * QUIET]
    image = zlib.compress(b"".join(_pixels(row, scale) * scale for row in rows))
    head = struct.pack(">IIBBBBB", len(blank) * scale, len(blank) * scale, 1, 0, 0, 0, 0)
    return _PNG + _chunk(b"IHDR", head) + _chunk(b"IDAT", image) + _chunk(b"IEND", b"")


def _pixels(row: Sequence[int], scale: int) -> bytes:
    """A row of pixels, 1 for light, behind the byte that says that no filter was used."""
    bits = "".join(("0" if dark else "1") * scale for dark in row)
    bits += "0" * (-len(bits) % 8)
    return b"\0" + int(bits, 2).to_bytes(len(bits) // 8, "big")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
