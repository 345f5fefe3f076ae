"""The sign-ins table: one-time links that were mailed and not used yet, by the hash of their tokens."""

from dataclasses import dataclass

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute

from chalicelib.kernel.instants import shanghai
from chalicelib.kernel.store.dynamodb import Table, TableMeta, table_name
from chalicelib.kernel.store.writes import Write, delete


class SignInItem(Table):
    """What one link opens, and until when (ms)."""

    class Meta(TableMeta):
        table_name = table_name("sign-ins")

    hash = UnicodeAttribute(hash_key=True)
    campaign = UnicodeAttribute()
    unit = UnicodeAttribute()
    expires_at = NumberAttribute()
    gone_at = TTLAttribute()
    """From then on DynamoDB may remove it by itself, which takes it up to days."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """The unit that a link lets in."""

    campaign: str
    unit: str


def put(hashed: str, sign_in: SignIn, expires_at: int) -> None:
    """Makes a link good until `expires_at`."""
    gone_at = shanghai(expires_at)
    SignInItem(hashed, campaign=sign_in.campaign, unit=sign_in.unit, expires_at=expires_at, gone_at=gone_at).save()


def find(hashed: str, at_ms: int) -> SignIn | None:
    """Whom a link lets in, as long as it is there to be used; none where it was used, never was, or has run out."""
    try:
        item = SignInItem.get(hashed, consistent_read=True)
    except SignInItem.DoesNotExist:
        return None
    return SignIn(item.campaign, item.unit) if item.expires_at > at_ms else None


def using_up(hashed: str) -> Write:
    """Uses a link up: of two who try, one gets it."""
    return delete(SignInItem(hashed), SignInItem.hash.exists())
