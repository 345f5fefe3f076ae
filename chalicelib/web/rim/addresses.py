"""One address for each page: its links are relative, so that it may stand behind a prefix, and from any other address
they would lead astray."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import quote, urlencode

from chalice.app import Request, Response

P = ParamSpec("P")
_View = Callable[Concatenate[Request, P], Response]


def at_one_address(view: _View[P]) -> _View[P]:
    """Sends whoever asks for a page with a slash at its end, which gateways let through, on to the page itself."""

    @wraps(view)
    def guarded(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> Response:
        path = str(request.context.get("path", ""))
        return _sent_on(request, path) if path.endswith("/") else view(request, *args, **kwargs)

    return guarded


def _sent_on(request: Request, path: str) -> Response:
    """308, which keeps the method and what was posted; the way there is relative, too."""
    last = quote(path[:-1].rpartition("/")[2], safe="%")
    asked = request.query_params
    query = urlencode([(name, value) for name in asked for value in asked.getlist(name)]) if asked else ""
    return Response("", {"Location": f"../{last}{query and '?'}{query}", "Cache-Control": "no-store"}, 308)
