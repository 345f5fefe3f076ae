"""PNG with a palette: what a screenshot of flat colours and letters needs (PNG specification, third edition)."""

import struct
import zlib
from collections.abc import Iterator

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MOST_COLOURS = 256


def shrink(png: bytes) -> bytes:
    """The same picture with at most 256 colours, each channel as fine as that allows; 8 bits a channel go in."""
    width, height, rows = _read(png)
    for bits in range(8, 1, -1):
        mask = 0xFF & (0xFF << (8 - bits))
        table = bytes(round((value & mask) * 255 / mask) for value in range(256))
        coarse = [row.translate(table) for row in rows]
        colours = sorted({row[i : i + 3] for row in set(coarse) for i in range(0, len(row), 3)})
        if len(colours) <= _MOST_COLOURS:
            break
    index = {colour: place for place, colour in enumerate(colours)}
    lines = (bytes([0]) + bytes(index[row[i : i + 3]] for i in range(0, len(row), 3)) for row in coarse)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = [
        (b"IHDR", header),
        (b"PLTE", b"".join(colours)),
        (b"IDAT", zlib.compress(b"".join(lines), 9)),
        (b"IEND", b""),
    ]
    return _SIGNATURE + b"".join(_chunk(kind, data) for kind, data in parts)


def _read(png: bytes) -> tuple[int, int, list[bytes]]:
    """Width, height, and the rows as RGB."""
    chunks = list(_chunks(png))
    width, height, depth, colour = struct.unpack(">IIBB", chunks[0][1][:10])
    assert depth == 8
    size = {2: 3, 6: 4}[colour]
    raw = zlib.decompress(b"".join(data for kind, data in chunks if kind == b"IDAT"))
    rows, above, stride = [], bytearray(width * size), width * size + 1
    for start in range(0, height * stride, stride):
        above = _unfiltered(raw[start], bytearray(raw[start + 1 : start + stride]), above, size)
        rows.append(bytes(above) if size == 3 else bytes(v for i, v in enumerate(above) if i % 4 != 3))
    return width, height, rows


def _unfiltered(kind: int, row: bytearray, above: bytearray, size: int) -> bytearray:
    if kind == 0:
        return row
    for i, value in enumerate(row):
        left = row[i - size] if i >= size else 0
        corner = above[i - size] if i >= size else 0
        guess = (0, left, above[i], (left + above[i]) // 2, _paeth(left, above[i], corner))[kind]
        row[i] = (value + guess) & 0xFF
    return row


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += 12 + length


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
