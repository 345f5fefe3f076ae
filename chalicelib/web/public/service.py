"""What anybody may ask for: statics, health, the description of the API."""

from chalice.app import Response

from chalicelib import __version__
from chalicelib.kernel.errors import NotFound
from chalicelib.web.rim import caller
from chalicelib.web.rim.assets import find_asset
from chalicelib.web.rim.problems import answered
from chalicelib.web.rim.render import NO_STORE

_FOR_EVER = "public, max-age=31536000, immutable"


@answered
def static(name: str) -> Response:
    """`GET /static/{name}`: a script, a style sheet or the region table under its hashed name."""
    asset, current = find_asset(name)
    if asset is None:
        raise NotFound("no_static", name=name[:80])
    headers: dict[str, str | list[str]] = {
        "Content-Type": asset.content_type,
        "Cache-Control": _FOR_EVER if current else NO_STORE,
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(asset.text, headers)


@answered
def health() -> Response:
    """`GET /api/v1/health`"""
    return caller.reply({"status": "ok", "version": __version__})


@answered
def openapi() -> Response:
    """`GET /openapi.json`"""
    from chalicelib.web.openapi.document import document  # noqa: PLC0415 - its models are many, and seldom asked for

    return caller.reply(document())
