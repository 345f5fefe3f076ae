"""QR codes of links: SVG for print, PNG for screens."""

import io
from html import escape

import segno

from chalicelib.settings import settings

QUIET = 4
"""Light modules around the code, as ISO/IEC 18004 asks."""
_LABEL_UNITS = 5
"""Height of the line under the code, in modules."""


def link_url(code: str) -> str:
    """A link's address, as it is shown and sent."""
    return f"{settings().public_url}/s/{code}"


def qr_url(code: str) -> str:
    """A link's address as its QR code holds it: in capitals, which take a third less room, where the host has no path
    that could mind."""
    scheme, _, rest = settings().public_url.partition("://")
    return f"{scheme}://{rest}/S/{code}".upper() if "/" not in rest else link_url(code)


def svg(code: str, caption: str) -> str:
    """A link's QR code with the unit's name under it; scales to any size."""
    qr = _make(code)
    side = qr.symbol_size(border=QUIET)[0]
    path = io.BytesIO()
    qr.save(path, kind="svg", border=QUIET, xmldecl=False, svgns=False, nl=False, omitsize=True)
    name = escape(caption)
    size = _LABEL_UNITS * 0.5 if len(caption) * 2.5 <= side else side / len(caption)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side + _LABEL_UNITS}" role="img">'
        f"<title>{name} {code}</title>"
        f'<rect width="{side}" height="{side + _LABEL_UNITS}" fill="#fff"/>{path.getvalue().decode()}'
        f'<text x="{side / 2}" y="{side + 1}" font-size="{size:.2f}" text-anchor="middle" font-family="sans-serif">'
        f"{name}</text></svg>"
    )


def png(code: str, scale: int) -> bytes:
    """A link's QR code, `scale` pixels to a module."""
    out = io.BytesIO()
    _make(code).save(out, kind="png", scale=scale, border=QUIET)
    return out.getvalue()


def _make(code: str) -> segno.QRCode:
    return segno.make_qr(qr_url(code), error="q", boost_error=True)
