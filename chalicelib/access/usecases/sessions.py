"""Signing in at a desk: from a key to a session, and back to its holder."""

from chalicelib.access.domain import session as sessions
from chalicelib.access.domain.session import LASTS_MS, Session
from chalicelib.access.store import keys
from chalicelib.access.store.keys import Holder
from chalicelib.access.usecases.authenticate import authenticate
from chalicelib.kernel.codes import key_hash
from chalicelib.kernel.gateways.secrets import ticket_keys


def sign_in(key: str, at_ms: int) -> tuple[str, Holder]:
    """The token of a new session, and whose it is. Raises `KeyInvalid`."""
    holder = authenticate(key)
    return _sealed(key_hash(key), at_ms), holder


def open_session(hashed: str, at_ms: int) -> str | None:
    """The token of a new session as the key of this hash opens it; none where that key opens nothing now."""
    return _sealed(hashed, at_ms) if keys.find(hashed) else None


def _sealed(hashed: str, at_ms: int) -> str:
    return sessions.seal(Session(hashed, at_ms + LASTS_MS), *ticket_keys().newest)


def read_session(token: str, at_ms: int) -> Session | None:
    """The session in a token; none where it is forged or has run out. Whether its key still opens anything is asked by
    `authenticate`."""
    return sessions.unseal(token, ticket_keys(token.partition(".")[0]).secrets, at_ms)


def csrf_token(token: str) -> str:
    """What goes with a change that is made in the session of this genuine token."""
    return sessions.csrf_token(token, ticket_keys().secrets)
