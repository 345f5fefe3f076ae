"""A small Chalice application with every kind of reply, for the tests of the web server."""

import os
from typing import Any

from chalice import Response
from chalice.app import MultiDict

from chalicelib.web.rim.entry import Entry

app = Entry("toy")
app.api.binary_types.append("text/csv")


@app.route("/echo/{name}", methods=["GET", "POST", "PUT"], content_types=["application/json", "text/csv", "text/plain"])
def echo(name: str) -> dict[str, Any]:
    """What arrived."""
    request = app.current_request
    assert request is not None
    query, body = request.query_params or MultiDict({}), request.raw_body
    assert isinstance(body, bytes)
    return {
        "name": name,
        "method": request.method,
        "query": {key: query.getlist(key) for key in query},
        "headers": dict(request.headers),
        "body": body.decode("latin-1"),
        "context": request.context,
        "pid": os.getpid(),
    }


@app.route("/image")
def image() -> Response:
    """A binary reply."""
    return Response(b"\x89PNG\x00", headers={"Content-Type": "image/png"})


@app.route("/page/{size}")
def page(size: str) -> Response:
    """A public text of that many bytes, with two cookies."""
    headers: dict[str, str | list[str]] = {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "public, max-age=10",
        "Set-Cookie": ["a=1", "b=2"],
    }
    return Response("民" * (int(size) // 3), headers=headers)


@app.route("/unchanged")
def unchanged() -> Response:
    """A reply that may have no body."""
    return Response("", status_code=304, headers={"ETag": '"v1"'})


@app.route("/broken")
def broken() -> None:
    """An error nobody foresaw."""
    raise RuntimeError("the secret is 42")
