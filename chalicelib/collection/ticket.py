"""A ticket: a permit to answer once. Signed, never stored.

The form is `key-id.payload.signature`, the last two in URL-safe Base64: a compact JSON list, and the first 16 bytes of
its HMAC-SHA256 under the named key.
"""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.kernel import signed
from chalicelib.kernel.errors import TicketInvalid

NONCE_BYTES = 16


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a ticket carries."""

    campaign: str
    unit: str
    link: str
    edition: str
    version: str
    topics: tuple[str, ...]
    issued_at: int
    """ms since the epoch."""
    nonce: bytes

    @property
    def response_id(self) -> str:
        """The id under which this ticket's response is stored: fixed by the nonce, so a client can't choose it and a
        retry can't make a second response. 128 bits in URL-safe Base64, 22 characters."""
        digest = hashlib.sha256(b"response\0" + self.campaign.encode() + b"\0" + self.nonce).digest()
        return _encode(digest[:16])


def sign(ticket: Ticket, key_id: str, secret: bytes) -> str:
    """The ticket as handed out, signed with `secret`."""
    fields = [ticket.campaign, ticket.unit, ticket.link, ticket.edition, ticket.version, list(ticket.topics)]
    payload = json.dumps([*fields, ticket.issued_at, _encode(ticket.nonce)], separators=(",", ":"))
    return signed.seal(signed.TICKET, _encode(payload.encode()), key_id, secret)


def verify(token: str, secrets: Mapping[str, bytes]) -> Ticket:
    """The ticket in `token`, if one of `secrets` (by key id) signed it.

    Raises `TicketInvalid` for anything else; nothing of the payload is read before its signature is proved.
    """
    payload = signed.unseal(signed.TICKET, token, secrets)
    if payload is None:
        raise TicketInvalid("ticket_key")
    campaign, unit, link, edition, version, topics, issued_at, nonce = json.loads(_decode(payload))
    return Ticket(campaign, unit, link, edition, version, tuple(topics), issued_at, _decode(nonce))


def _encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
