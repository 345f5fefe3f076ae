"""Sessions on the wire: a cookie that scripts and other sites never see, and the token that goes with a change."""

import hmac
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from chalice.app import Request

from chalicelib.access.domain.session import LASTS_MS, Session
from chalicelib.access.usecases import sessions
from chalicelib.kernel.errors import NotYours
from chalicelib.kernel.settings import settings

CSRF_HEADER = "x-csrf-token"
_SAFE = {"GET", "HEAD"}
_OUR_SITES = {"same-origin", "none"}
"""`none`: the person themselves, who loads a page again."""
_LOCAL = {"127.0.0.1", "::1", "localhost"}


def token_of(request: Request) -> str | None:
    """The token that the browser sent, be it genuine or not."""
    try:
        cookies = SimpleCookie(request.headers.get("cookie", ""))
    except CookieError:
        return None
    name = cookie_name()
    return cookies[name].value if name in cookies else None


def shown(request: Request, at_ms: int) -> Session | None:
    """The session behind a request to the API. Raises `NotYours` where a change comes without its CSRF token."""
    token = token_of(request)
    session = sessions.read_session(token, at_ms, used=request.method not in _SAFE) if token else None
    if token and session and request.method not in _SAFE:
        check_csrf(token, request.headers.get(CSRF_HEADER, ""))
    return session


def check_csrf(token: str, given: str) -> None:
    """Lets a change pass that a page of this session's has sent. Raises `NotYours`."""
    if not hmac.compare_digest(sessions.csrf_token(token).encode(), given.encode()):
        raise NotYours("csrf")


def cookie_name() -> str:
    """With `__Host-` browsers let nobody set it but this very host over TLS (RFC 6265bis §4.1.3.2); they ask for the
    path `/`, so a site under a prefix does without."""
    is_whole_host = settings().is_encrypted and _path() == "/"
    return "__Host-minsheng_session" if is_whole_host else "minsheng_session"


def cookie(token: str, lasts_ms: int = LASTS_MS) -> str:
    """The `Set-Cookie` header that keeps a token; with 0 ms, the one that ends it."""
    secure = "" if is_local() else "; Secure"
    return f"{cookie_name()}={token}; Path={_path()}; Max-Age={lasts_ms // 1000}; HttpOnly; SameSite=Strict{secure}"


def is_local() -> bool:
    """Whether the site stands on this very machine, where a browser needs no TLS to be sure of whom it talks to."""
    return urlsplit(settings().public_url).hostname in _LOCAL


def is_sent_by_us(request: Request) -> bool:
    """Whether a form comes from a page of ours, as far as the browser says: by Fetch Metadata, else by its `Origin`.

    Neither is what programs send, and very old browsers; `null` is an origin like any other that isn't ours.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        return site in _OUR_SITES
    ours = {urlsplit(settings().public_url).netloc, request.headers.get("host")}
    return origin is None or urlsplit(origin).netloc in ours - {""}


def is_by_hand(request: Request) -> bool:
    """Whether a page is asked for by a person, and not by the page that is open already (Fetch Metadata), which looks
    for fresh figures as long as it is."""
    return request.method not in _SAFE or request.headers.get("sec-fetch-dest") != "empty"


def is_foreign(request: Request) -> bool:
    """Whether the browser says that another site made it send this (Fetch Metadata)."""
    site: str = request.headers.get("sec-fetch-site", "none")
    return site == "cross-site"


def _path() -> str:
    return urlsplit(settings().public_url).path + "/"
