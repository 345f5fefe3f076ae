"""Short-lived signed addresses of files, and who hands a file out: we, or where it is stored."""

from dataclasses import dataclass

from chalicelib.kernel import signed
from chalicelib.kernel.errors import NotYours
from chalicelib.kernel.gateways import files
from chalicelib.kernel.gateways.secrets import ticket_keys
from chalicelib.kernel.settings import settings

_LASTS_MS = 5 * 60_000
_AT_DESK, _BY_KEY = "desk", "key"
_MOST_ANSWERED = 4_000_000
"""Bytes of a file that we hand out ourselves where it can be had elsewhere: Lambda answers with 6 MB, in Base64."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where a file is fetched that is too large for us to hand out."""

    address: str


@dataclass(frozen=True, slots=True)
class Asker:
    """Whom an address is given to."""

    key_hash: str
    at_desk: bool
    """Whether on a page, in a session: then the address opens nothing without one."""

    @property
    def said(self) -> str:
        """As it stands in the address. The hash opens nothing without the signature."""
        return f"{_AT_DESK if self.at_desk else _BY_KEY}.{self.key_hash}"


def sign(path: str, at_ms: int, asker: Asker) -> str:
    """A short-lived address of `<export>/<file>`, for whoever asks."""
    expires = str(at_ms + _LASTS_MS)
    said = _said(path, expires, asker.said)
    query = f"expires={expires}&for={asker.said}&signature={signed.mark(signed.FILE, said, *ticket_keys().newest)}"
    return f"{settings().public_url}/files/{path}?{query}"


def check(path: str, expires: str, asker: str, signature: str, at_ms: int) -> Asker:
    """Lets an address pass that `sign` gave, by any key of ours, and tells whom it was given to. Raises `NotYours` for
    a forged one or one run out."""
    keys = ticket_keys(signature.partition(".")[0])
    if not signed.bears(signed.FILE, _said(path, expires, asker), signature, keys.secrets):
        raise NotYours("file_address")
    if int(expires) < at_ms:
        raise NotYours("file_address_expired")
    where, _, hashed = asker.partition(".")
    return Asker(hashed, where == _AT_DESK)


def hand_out(stored: str) -> bytes | Elsewhere:
    """A stored file, or where it is fetched. Raises `NotFound`."""
    address = files.elsewhere(stored, _MOST_ANSWERED, _LASTS_MS // 1000)
    return Elsewhere(address) if address else files.read(stored)


def put_and_hand_out(stored: str, content: bytes) -> bytes | Elsewhere:
    """What was just made: itself where it is small enough, else where it is fetched after it was put there."""
    if len(content) <= _MOST_ANSWERED:
        return content
    files.put(stored, content)
    return hand_out(stored)


def _said(path: str, expires: str, asker: str) -> str:
    return f"{path}\0{expires}\0{asker}"
