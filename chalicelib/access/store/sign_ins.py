"""The sign-ins table: one-time links that were mailed and not used yet, by the hash of their tokens."""

from dataclasses import dataclass

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute

from chalicelib.kernel.instants import shanghai
from chalicelib.kernel.store.dynamodb import ConditionFailed, Table, TableMeta, table_name, write_if


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


def is_good(hashed: str, at_ms: int) -> bool:
    """Whether a link is still there to be used."""
    try:
        return int(SignInItem.get(hashed, consistent_read=True).expires_at) > at_ms
    except SignInItem.DoesNotExist:
        return False


def take(hashed: str, at_ms: int) -> SignIn | None:
    """Uses a link up; of two who try, one gets it. None where it was used, never was, or has run out."""
    try:
        item = SignInItem.get(hashed, consistent_read=True)
        write_if(SignInItem, "delete_item", item.get_delete_kwargs_from_instance(condition=SignInItem.hash.exists()))
    except (SignInItem.DoesNotExist, ConditionFailed):
        return None
    return SignIn(item.campaign, item.unit) if item.expires_at > at_ms else None
