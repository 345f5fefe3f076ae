"""Conditional requests: what the caller has already isn't sent again."""

from chalice.app import Request


def matches(request: Request, etag: str) -> bool:
    """Whether the caller has this already (`If-None-Match`, compared weakly, RFC 9110 §13.1.2)."""
    shown = request.headers.get("if-none-match", "")
    return any(one.strip().removeprefix("W/") in {etag, "*"} for one in shown.split(","))
