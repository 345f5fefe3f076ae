"""Rotating the key that signs tickets."""

from chalicelib.kernel.gateways import secrets
from chalicelib.kernel.store import audit


def rotate_ticket_key(campaign: str, now_ms: int, who: str) -> str:
    """A new key signs from now on; the older ones go on verifying. Returns the new key's id.

    The keys lie in no table, so the audit log tells what begins, and then what was done.
    """
    before = secrets.ticket_keys().signing
    audit.note(campaign, now_ms, who, "ticket-key.rotate", before, before=before, begun=True)
    key_id = secrets.add_ticket_key(now_ms)
    audit.note(campaign, now_ms, who, "ticket-key.rotate", key_id, before=before, after=key_id)
    return key_id
