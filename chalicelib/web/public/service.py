"""What anybody may ask for: statics, health."""

from pathlib import Path

from chalice.app import Response

from chalicelib import __version__
from chalicelib.campaigns import campaigns
from chalicelib.kernel.errors import NotFound, TooLate
from chalicelib.kernel.settings import settings
from chalicelib.web.rim.assets import find_asset
from chalicelib.web.rim.call import Call
from chalicelib.web.rim.operation import ANYBODY, operation
from chalicelib.web.rim.problems import answered
from chalicelib.web.rim.render import NO_STORE
from chalicelib.web.rim.replies import Reply

_FOR_EVER = "public, max-age=31536000, immutable"


class Health(Reply):
    """The service answers."""

    status: str
    version: str


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
    }
    return Response(asset.text, headers)


@operation("GET", "/api/v1/health", who=ANYBODY, gives=Health, refuses=(TooLate,))
def health(call: Call) -> Health:  # noqa: ARG001 - anybody is told the same
    """Whether the service answers, and reaches its tables: 503 where it doesn't."""
    campaigns.reach()
    if not all(map(Path.exists, settings().data_files)):
        raise TooLate("data_gone")
    return {"status": "ok", "version": __version__}
