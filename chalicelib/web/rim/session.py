"""Sessions on the wire: a cookie that scripts and other sites never see, and the token that goes with a change."""

import hmac
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from chalice.app import Request

from chalicelib.access.domain.session import LASTS_MS, Session
from chalicelib.access.usecases import sessions
from chalicelib.kernel.errors import NotYours
from chalicelib.kernel.settings import settings

COOKIE = "minsheng_session"
CSRF_HEADER = "x-csrf-token"
_SAFE = {"GET", "HEAD"}
_LOCAL = {"127.0.0.1", "::1", "localhost"}


def token_of(request: Request) -> str | None:
    """The token that the browser sent, be it genuine or not."""
    try:
        cookies = SimpleCookie(request.headers.get("cookie", ""))
    except CookieError:
        return None
    return cookies[COOKIE].value if COOKIE in cookies else None


def shown(request: Request, at_ms: int) -> Session | None:
    """The session behind a request to the API. Raises `NotYours` where a change comes without its CSRF token."""
    token = token_of(request)
    session = sessions.read_session(token, at_ms) if token else None
    if token and session and request.method not in _SAFE:
        check_csrf(token, request.headers.get(CSRF_HEADER, ""))
    return session


def check_csrf(token: str, given: str) -> None:
    """Lets a change pass that a page of this session's has sent. Raises `NotYours`."""
    if not hmac.compare_digest(sessions.csrf_token(token).encode(), given.encode()):
        raise NotYours("csrf")


def cookie(token: str, lasts_ms: int = LASTS_MS) -> str:
    """The `Set-Cookie` header that keeps a token; with 0 ms, the one that ends it."""
    path = urlsplit(settings().public_url).path + "/"
    secure = "" if is_local() else "; Secure"
    return f"{COOKIE}={token}; Path={path}; Max-Age={lasts_ms // 1000}; HttpOnly; SameSite=Strict{secure}"


def is_local() -> bool:
    """Whether the site stands on this very machine, where a browser needs no TLS to be sure of whom it talks to."""
    return urlsplit(settings().public_url).hostname in _LOCAL


def is_foreign(request: Request) -> bool:
    """Whether the browser says that another site made it send this (Fetch Metadata)."""
    site: str = request.headers.get("sec-fetch-site", "none")
    return site == "cross-site"
