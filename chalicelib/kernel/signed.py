"""Words that we send away and must know again when they come back: signed, each for one purpose."""

import hmac
from collections.abc import Mapping

_MOST_CHARACTERS = 512


def seal(purpose: str, said: str, key_id: str, secret: bytes) -> str:
    """`key-id.said.signature`; `said` is ASCII that may stand in a path."""
    return f"{key_id}.{said}.{_signature(purpose, f'{key_id}.{said}', secret)}"


def unseal(purpose: str, token: str, secrets: Mapping[str, bytes]) -> str | None:
    """What was said in a token of this purpose; none where none of `secrets` (by key id) signed it."""
    whole, _, signature = token.rpartition(".")
    key_id, _, said = whole.partition(".")
    secret = secrets.get(key_id)
    if secret is None or len(token) > _MOST_CHARACTERS or not token.isascii():
        return None
    return said if hmac.compare_digest(_signature(purpose, whole, secret), signature) else None


def _signature(purpose: str, said: str, secret: bytes) -> str:
    return hmac.digest(secret, f"{purpose}\0{said}".encode(), "sha256").hex()
