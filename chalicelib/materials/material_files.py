"""What a material's file is, found from its content and never from its name."""

import io
import struct
import unicodedata
from dataclasses import dataclass
from xml.etree.ElementTree import ParseError

from chalicelib.kernel.errors import FieldError, RequestInvalid
from chalicelib.materials.material import MOST_BYTES, MOST_PIXELS, FileFormat

_SVG = "{http://www.w3.org/2000/svg}svg"
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
"""JPEG's markers that begin a frame (ITU-T T.81, table B.1)."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A file's format and size: pixels, points for PDF, 0 where there is none."""

    format: FileFormat
    width: float = 0
    height: float = 0


def look(content: bytes) -> Looked:
    """What this file is. Raises `RequestInvalid` where it is nothing that units could use."""
    if not content or len(content) > MOST_BYTES:
        raise _unfit("file_bytes", most=MOST_BYTES)
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return _picture(FileFormat.PNG, _png_size(content))
    if content.startswith(b"\xff\xd8\xff"):
        return _picture(FileFormat.JPEG, _jpeg_size(content))
    if content.startswith(b"%PDF-"):
        return _pdf(content)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return _svg(content)
    return _text(content)


def _picture(kind: FileFormat, size: tuple[int, int] | None) -> Looked:
    if size is None or not all(size):
        raise _unfit("file_damaged", format=kind)
    if size[0] * size[1] > MOST_PIXELS:
        raise _unfit("file_pixels", most=MOST_PIXELS, width=size[0], height=size[1])
    return Looked(kind, *size)


def _png_size(content: bytes) -> tuple[int, int] | None:
    if len(content) < 24 or content[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 1 if marker == 0xFF else 2 + length
    return None


def _pdf(content: bytes) -> Looked:
    from pypdf import PdfReader  # noqa: PLC0415 - loaded only where materials are put up
    from pypdf.errors import PyPdfError  # noqa: PLC0415 - likewise

    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted or not reader.pages:
            raise _unfit("file_locked")
        page = reader.pages[0]
        sideways = page.rotation % 180 != 0
        width, height = float(page.cropbox.width), float(page.cropbox.height)
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise _unfit("file_damaged", format="PDF") from None
    if not (width > 0 and height > 0):
        raise _unfit("file_damaged", format="PDF")
    return Looked(FileFormat.PDF, height, width) if sideways else Looked(FileFormat.PDF, width, height)


def _svg(content: bytes) -> Looked:
    """It is only ever shown as an image or downloaded, where no script runs; see `web.unit.materials`."""
    from defusedxml import DefusedXmlException  # noqa: PLC0415 - likewise
    from defusedxml.ElementTree import fromstring  # noqa: PLC0415 - likewise

    try:
        root = fromstring(content, forbid_dtd=False)
    except (ParseError, DefusedXmlException, ValueError):
        raise _unfit("file_svg") from None
    if root.tag != _SVG:
        raise _unfit("file_kind")
    return Looked(FileFormat.SVG)


def _text(content: bytes) -> Looked:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _unfit("file_kind") from None
    if not text.strip() or any(unicodedata.category(one) == "Cc" and one not in "\r\n\t" for one in text):
        raise _unfit("file_kind")
    return Looked(FileFormat.TEXT)


def _unfit(reason: str, **figures: object) -> RequestInvalid:
    return RequestInvalid([FieldError("/file", reason, **figures)])
