"""A session: a person who has signed in at a desk with a key needn't type it again for a while.

The browser holds `key-id.expires.key-hash.id.signature`; whoever it belongs to is looked up by the hash at every
request, so a rotated key ends it at once. The hash opens nothing without the signature. Whether it is open still says
its row.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.kernel import signed

LASTS_MS = 8 * 3_600_000
IDLE_MS = 2 * 3_600_000
"""A session that nobody uses for so long is over."""
SEEN_EVERY_MS = 5 * 60_000
"""That it is used is noted so often at most."""


@dataclass(frozen=True, slots=True)
class Session:
    """What a session's token says."""

    key_hash: str
    expires_at: int
    """ms since the epoch; exclusive."""
    id: str
    """Among those that the same key has opened."""


def seal(session: Session, key_id: str, secret: bytes) -> str:
    """The session's token, signed with `secret`."""
    said = f"{session.expires_at}.{session.key_hash}.{session.id}"
    return signed.seal(signed.SESSION, said, key_id, secret)


def unseal(token: str, secrets: Mapping[str, bytes], at_ms: int) -> Session | None:
    """The session in `token`; none where none of `secrets` (by key id) signed it, or where it has run out."""
    said = (signed.unseal(signed.SESSION, token, secrets) or "").split(".")
    if len(said) != 3:
        return None  # also those of earlier releases, which had no id
    expires_at, key_hash, name = said
    session = Session(key_hash, int(expires_at), name)
    return session if at_ms < session.expires_at else None


def csrf_token(token: str, secrets: Mapping[str, bytes]) -> str:
    """What a form or script of this session must send along with a change; another site can't know it."""
    return signed.signature(signed.CHANGE, token, secrets[token.partition(".")[0]])
