"""Signing in at a desk, from a key to a session and back to its holder; and ending sessions."""

from collections.abc import Callable

from chalicelib.access.domain import session as sessions
from chalicelib.access.domain.roles import Member
from chalicelib.access.domain.session import LASTS_MS, SEEN_EVERY_MS, Session
from chalicelib.access.store import keys, open_sessions
from chalicelib.access.store.keys import Holder
from chalicelib.access.usecases.authenticate import authenticate
from chalicelib.kernel.codes import key_hash, random_code
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.gateways.secrets import ticket_keys
from chalicelib.kernel.store.dynamodb import ConditionFailed
from chalicelib.kernel.store.writes import Write, commit

_ID_LENGTH = 16


def sign_in(key: str, at_ms: int, beside: Callable[[Holder], Write] | None = None) -> tuple[str, Holder]:
    """The token of a new session, and whose it is; what is written `beside` is written with it, or neither is, so that
    nobody is in unseen. Raises `KeyInvalid`."""
    holder = authenticate(key)
    token, opened = _open(key_hash(key), at_ms)
    commit(opened, *([beside(holder)] if beside else []))
    return token, holder


def open_session(hashed: str, at_ms: int) -> tuple[str, Write] | None:
    """The token of a new session as the key of this hash opens it, good once the write is made; none where that key
    opens nothing now."""
    return _open(hashed, at_ms) if keys.find(hashed) else None


def _open(hashed: str, at_ms: int) -> tuple[str, Write]:
    session = Session(hashed, at_ms + LASTS_MS, random_code(_ID_LENGTH))
    return sessions.seal(session, *ticket_keys().newest), open_sessions.opening(session, at_ms)


def signing_in(holder: Holder, at_ms: int) -> Write:
    """Tells the log that somebody has signed in at a desk with a key."""
    return _told(holder, at_ms, "member.sign-in", "unit.key-sign-in")


def _told(holder: Holder, at_ms: int, of_member: str, of_unit: str) -> Write:
    from chalicelib.kernel.store import audit  # noqa: PLC0415 - no poll needs its table

    if holder.member is not None:
        return audit.entry(audit.OFFICE, at_ms, holder.who, of_member, holder.member.id)
    return audit.entry(holder.campaign or audit.OFFICE, at_ms, holder.who, of_unit, holder.who)


def read_session(token: str, at_ms: int, *, used: bool = True) -> Session | None:
    """The session in a token; none where it is forged, has run out, was ended in any worker, or nobody has used it for
    long. Whether its key still opens anything is asked by `authenticate`.

    What a page asks for by itself is no use of it.
    """
    found = sessions.unseal(token, ticket_keys(token.partition(".")[0]).secrets, at_ms)
    opened = open_sessions.find(found) if found else None
    if found is None or opened is None or opened.is_over(at_ms):
        return None
    if used and at_ms - opened.seen_at >= SEEN_EVERY_MS and not open_sessions.use(found, at_ms):
        return None
    return found


def sign_out(session: Session, holder: Holder, at_ms: int) -> None:
    """Ends a session in all workers before this returns; the key goes on opening others."""
    told = _told(holder, at_ms, "member.sign-out", "unit.sign-out")
    try:
        commit(open_sessions.ending(session.key_hash, session.id), told)
    except ConditionFailed:
        return  # somebody has ended it at this moment


def end_session(member: Member, name: str, at_ms: int, who: str) -> None:
    """Ends a session of a member's from the list, likewise. Raises `NotFound` where it is over."""
    from chalicelib.kernel.store import audit  # noqa: PLC0415 - no poll needs its table

    told = audit.entry(audit.OFFICE, at_ms, who, "session.end", member.id, before={"session": name}, after=None)
    try:
        commit(open_sessions.ending(member.key_hash, name), told)
    except ConditionFailed:
        raise NotFound("no_session") from None


def csrf_token(token: str) -> str:
    """What goes with a change that is made in the session of this genuine token."""
    return sessions.csrf_token(token, ticket_keys().secrets)
