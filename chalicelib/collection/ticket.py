"""A ticket: a permit to answer once. Signed, never stored.

The form is `key-id.payload.signature`, the last two in URL-safe Base64: a compact JSON list that begins with the form's
number, and the first 16 bytes of its HMAC-SHA256 under the named key. Tickets of release 0.1.0 have no number; their
receipts are random, and their responses' ids a hash of the nonce.
"""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.kernel import signed
from chalicelib.kernel.codes import receipt_of
from chalicelib.kernel.errors import TicketInvalid

NONCE_BYTES = 16
_FORM = 2


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
    receipt: str = field(default="", compare=False)
    """Its response's, known where the key is; empty: the ticket has the form of release 0.1.0."""

    @property
    def response_id(self) -> str:
        """The id under which this ticket's response is stored, see `id_of`: a client can't choose it, and a retry can't
        make a second response."""
        if self.receipt:
            return id_of(self.receipt)
        return _digest(b"response\0" + self.campaign.encode() + b"\0" + self.nonce)


def id_of(receipt: str) -> str:
    """The id of the response with this receipt: a hash of it, so that who holds it leads to the response by one read,
    and who reads the table doesn't learn it. 128 bits in URL-safe Base64, 22 characters."""
    return _digest(b"response-2\0" + receipt.encode())


def sign(ticket: Ticket, key_id: str, secret: bytes) -> str:
    """The ticket as handed out, signed with `secret`."""
    fields = [_FORM, ticket.campaign, ticket.unit, ticket.link, ticket.edition, ticket.version, list(ticket.topics)]
    payload = json.dumps([*fields, ticket.issued_at, _encode(ticket.nonce)], separators=(",", ":"))
    return signed.seal(signed.TICKET, _encode(payload.encode()), key_id, secret)


def verify(token: str, secrets: Mapping[str, bytes]) -> Ticket:
    """The ticket in `token`, if one of `secrets` (by key id) signed it.

    Raises `TicketInvalid` for anything else; nothing of the payload is read before its signature is proved.
    """
    payload = signed.unseal(signed.TICKET, token, secrets)
    if payload is None:
        raise TicketInvalid("ticket_key")
    *form, campaign, unit, link, edition, version, topics, issued_at, nonce = json.loads(_decode(payload))
    receipt = _receipt(campaign, nonce, secrets[token.partition(".")[0]]) if form == [_FORM] else ""
    return Ticket(campaign, unit, link, edition, version, tuple(topics), issued_at, _decode(nonce), receipt)


def _receipt(campaign: str, nonce: str, secret: bytes) -> str:
    """A keyed function of the nonce, under the ticket's own key: the same at each retry, also after a rotation."""
    return receipt_of(bytes.fromhex(signed.signature(signed.RECEIPT, f"{campaign}\0{nonce}", secret)))


def _digest(what: bytes) -> str:
    return _encode(hashlib.sha256(what).digest()[:16])


def _encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
