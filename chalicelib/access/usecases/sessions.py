"""Signing in at a desk, from a key to a session and back to its holder; and signing out."""

import hashlib

from chalicelib.access.domain import session as sessions
from chalicelib.access.domain.session import LASTS_MS, Session
from chalicelib.access.store import ended_sessions, keys
from chalicelib.access.store.keys import Holder
from chalicelib.access.usecases.authenticate import authenticate
from chalicelib.kernel.codes import key_hash
from chalicelib.kernel.gateways.secrets import ticket_keys


def sign_in(key: str, at_ms: int) -> tuple[str, Holder]:
    """The token of a new session, and whose it is. Raises `KeyInvalid`."""
    holder = authenticate(key)
    return _sealed(key_hash(key), at_ms), holder


def note_sign_in(holder: Holder, at_ms: int) -> None:
    """Tells the log that somebody has signed in at a desk with a key; a failure keeps them out, so that nobody is in
    unseen."""
    _note(holder, at_ms, "member.sign-in", "unit.key-sign-in")


def note_sign_out(holder: Holder, at_ms: int) -> None:
    """Likewise, that somebody has signed out."""
    _note(holder, at_ms, "member.sign-out", "unit.sign-out")


def _note(holder: Holder, at_ms: int, of_member: str, of_unit: str) -> None:
    from chalicelib.kernel.store import audit  # noqa: PLC0415 - no poll needs its table

    if holder.member is not None:
        audit.note(audit.OFFICE, at_ms, holder.who, of_member, holder.member.id)
    else:
        audit.note(holder.campaign or audit.OFFICE, at_ms, holder.who, of_unit, holder.who)


def open_session(hashed: str, at_ms: int) -> str | None:
    """The token of a new session as the key of this hash opens it; none where that key opens nothing now."""
    return _sealed(hashed, at_ms) if keys.find(hashed) else None


def _sealed(hashed: str, at_ms: int) -> str:
    return sessions.seal(Session(hashed, at_ms + LASTS_MS), *ticket_keys().newest)


def read_session(token: str, at_ms: int) -> Session | None:
    """The session in a token; none where it is forged, has run out, or was signed out of in any worker. Whether its key
    still opens anything is asked by `authenticate`."""
    found = sessions.unseal(token, ticket_keys(token.partition(".")[0]).secrets, at_ms)
    return None if found is None or ended_sessions.is_ended(_hash_of(token)) else found


def sign_out(token: str, session: Session) -> None:
    """Ends a session in all workers before this returns; the key goes on opening others."""
    ended_sessions.end(_hash_of(token), session.expires_at)


def _hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def csrf_token(token: str) -> str:
    """What goes with a change that is made in the session of this genuine token."""
    return sessions.csrf_token(token, ticket_keys().secrets)
