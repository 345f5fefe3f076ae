"""A session: a person who has shown a key at a desk's door need not show it again for a while.

It is not stored. The browser holds `key-id.expires.key-hash.signature`; whoever it belongs to is looked up by the hash
at every request, so a rotated key ends it at once. The hash opens nothing without the signature.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass

LASTS_MS = 8 * 3_600_000
_MOST_CHARACTERS = 256


@dataclass(frozen=True, slots=True)
class Session:
    """What a session's token says."""

    key_hash: str
    expires_at: int
    """ms since the epoch; exclusive."""


def seal(session: Session, key_id: str, secret: bytes) -> str:
    """The session's token, signed with `secret`."""
    said = f"{key_id}.{session.expires_at}.{session.key_hash}"
    return f"{said}.{_signature('session', said, secret)}"


def unseal(token: str, secrets: Mapping[str, bytes], at_ms: int) -> Session | None:
    """The session in `token`; none where none of `secrets` (by key id) signed it, or where it has run out."""
    said, _, signature = token.rpartition(".")
    secret = secrets.get(said.partition(".")[0])
    if secret is None or len(token) > _MOST_CHARACTERS or not token.isascii():
        return None
    if not hmac.compare_digest(_signature("session", said, secret), signature):
        return None
    _, expires_at, key_hash = said.split(".")
    session = Session(key_hash, int(expires_at))
    return session if at_ms < session.expires_at else None


def csrf_token(token: str, secrets: Mapping[str, bytes]) -> str:
    """What a form or script of this session must send along with a change; another site can't know it."""
    return _signature("csrf", token, secrets[token.partition(".")[0]])


def _signature(purpose: str, said: str, secret: bytes) -> str:
    return hmac.digest(secret, f"{purpose}\0{said}".encode(), "sha256").hex()
