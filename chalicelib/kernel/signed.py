"""The one signer: words that we send away and must know again when they come back, each for one purpose.

A purpose stands before what is signed, so that words of one are none of another, though the keys are the same. The
key's id goes along: words that an older key signed stay good for as long as that key is kept.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Purpose:
    """What words are signed for."""

    name: str
    most_characters: int = 512
    """A longer token isn't even reckoned with."""
    is_short: bool = False
    """Whether 128 bits of the signature are kept, as URL-safe Base64, and not all 256 in hexadecimal."""


TICKET = Purpose("", 1024, is_short=True)
"""Leave to answer once. The first there was: what is signed begins with the key's id, as no other purpose's does."""
SESSION = Purpose("session", 256)
CHANGE = Purpose("csrf")
"""What a form sends along with a change that is made in a session."""
FILE = Purpose("file")
UNSUBSCRIBE = Purpose("unsubscribe")
RECEIPT = Purpose("receipt")
"""Signed, and made into a receipt: so only we can tell a ticket's receipt."""
PURPOSES = (TICKET, SESSION, CHANGE, FILE, UNSUBSCRIBE, RECEIPT)


def seal(purpose: Purpose, said: str, key_id: str, secret: bytes) -> str:
    """`key-id.said.signature`; `said` is ASCII that is allowed in a path."""
    whole = f"{key_id}.{said}"
    return f"{whole}.{signature(purpose, whole, secret)}"


def unseal(purpose: Purpose, token: str, secrets: Mapping[str, bytes]) -> str | None:
    """What was said in a token of this purpose; none where none of `secrets` (by key id) signed it."""
    whole, _, shown = token.rpartition(".")
    key_id, _, said = whole.partition(".")
    secret = secrets.get(key_id)
    if secret is None or len(token) > purpose.most_characters or not token.isascii():
        return None
    return said if hmac.compare_digest(signature(purpose, whole, secret), shown) else None


def mark(purpose: Purpose, said: str, key_id: str, secret: bytes) -> str:
    """`key-id.signature` of words that are sent beside it."""
    return f"{key_id}.{signature(purpose, f'{key_id}.{said}', secret)}"


def bears(purpose: Purpose, said: str, shown: str, secrets: Mapping[str, bytes]) -> bool:
    """Whether `shown` is a mark of these words, by one of `secrets` (by key id)."""
    key_id, _, _ = shown.partition(".")
    secret = secrets.get(key_id)
    if secret is None or not shown.isascii():
        return False
    return hmac.compare_digest(mark(purpose, said, key_id, secret), shown)


def signature(purpose: Purpose, said: str, secret: bytes) -> str:
    """The signature alone, HMAC-SHA256; whoever compares it knows which key it is by."""
    before = f"{purpose.name}\0" if purpose.name else ""
    whole = hmac.digest(secret, f"{before}{said}".encode(), "sha256")
    return urlsafe_b64encode(whole[:16]).rstrip(b"=").decode() if purpose.is_short else whole.hex()
