"""A poster with a unit's own code in the place that was marked for it."""

import io
from base64 import b64encode

from chalicelib.kernel.errors import FieldError, RequestInvalid
from chalicelib.links.gateways import qr
from chalicelib.materials.material import MEDIA_TYPES, FileFormat, Spot

LEAST_PIXELS = 3
"""To a module of the code: what phones still read from a print of the picture."""
LEAST_POINTS = 1.1
"""To a module on paper, 0.4 mm."""


def poster_with_code(content: bytes, kind: FileFormat, size: tuple[float, float], spot: Spot, code: str) -> bytes:
    """The poster as PNG, or as PDF where it is one. Raises `RequestInvalid` where it can't carry a code there."""
    if not spot.fits(*size):
        raise RequestInvalid([FieldError("/spot", "spot_outside")])
    side = spot.box(*size)[2]
    least = (LEAST_POINTS if kind is FileFormat.PDF else LEAST_PIXELS) * qr.symbol(code).symbol_size(border=qr.QUIET)[0]
    if side < least:
        raise RequestInvalid([FieldError("/spot", "spot_small", least=100 * least / size[0])])
    try:
        drawn = (
            _on_pdf(content, size, spot, code)
            if kind is FileFormat.PDF
            else _on_picture(content, kind, size, spot, code)
        )
    except Exception as broken:  # whatever a damaged file does to the libraries that draw it
        raise RequestInvalid([FieldError("/file", "poster_undrawable")]) from broken
    return drawn


def _on_picture(content: bytes, kind: FileFormat, size: tuple[float, float], spot: Spot, code: str) -> bytes:
    from resvg_py import svg_to_bytes  # noqa: PLC0415 - three megabytes, loaded only where a picture is drawn

    width, height = size
    left, top, side = spot.box(width, height)
    made = qr.symbol(code)
    modules = made.symbol_size(border=qr.QUIET)[0]
    # Whole pixels to a module, so that edges stay sharp; what is left over is more quiet zone.
    step = int(side / modules)
    edge = (side - step * modules) / 2
    path = "".join(f"M{x + qr.QUIET} {y + qr.QUIET}h{length}v1h-{length}z" for x, y, length in qr.runs(made))
    data = f"data:{MEDIA_TYPES[kind]};base64,{b64encode(content).decode()}"
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}">'
        f'<image href="{data}" width="{width:.0f}" height="{height:.0f}" preserveAspectRatio="none" '
        'image-rendering="optimizeSpeed"/>'
        f'<rect x="{left:.2f}" y="{top:.2f}" width="{side:.2f}" height="{side:.2f}" fill="#fff"/>'
        f'<path transform="translate({round(left + edge)} {round(top + edge)}) scale({step})" '
        f'shape-rendering="crispEdges" d="{path}"/></svg>'
    )
    return bytes(svg_to_bytes(svg_string=picture, skip_system_fonts=True))


def _on_pdf(content: bytes, size: tuple[float, float], spot: Spot, code: str) -> bytes:
    from pypdf import PdfReader, PdfWriter, Transformation  # noqa: PLC0415 - loaded only where a PDF is drawn on

    writer = PdfWriter(clone_from=io.BytesIO(content))
    page = writer.pages[0]
    page.transfer_rotation_to_content()
    left, top, side = spot.box(*size)
    square = PdfReader(io.BytesIO(_square(code, side))).pages[0]
    move = Transformation().translate(
        float(page.cropbox.left) + left, float(page.cropbox.bottom) + size[1] - top - side
    )
    page.merge_transformed_page(square, move)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _square(code: str, side: float) -> bytes:
    """A page that is the code on its white ground, `side` points each way."""
    import pydyf  # noqa: PLC0415 - likewise

    made = qr.symbol(code)
    step = side / made.symbol_size(border=qr.QUIET)[0]
    document, drawn = pydyf.PDF(), pydyf.Stream(compress=True)
    drawn.set_color_rgb(1, 1, 1)
    drawn.rectangle(0, 0, side, side)
    drawn.fill()
    drawn.set_color_rgb(0, 0, 0)
    for x, y, length in qr.runs(made):
        drawn.rectangle((x + qr.QUIET) * step, side - (y + qr.QUIET + 1) * step, length * step, step)
    drawn.fill()
    document.add_object(drawn)
    page = {"Type": "/Page", "Parent": document.pages.reference, "MediaBox": pydyf.Array([0, 0, side, side])}
    document.add_page(pydyf.Dictionary(page | {"Contents": drawn.reference, "Resources": pydyf.Dictionary()}))
    out = io.BytesIO()
    document.write(out, compress=True)
    return out.getvalue()
