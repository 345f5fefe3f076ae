"""The gifts table: what the fund gives, by campaign."""

from pydantic import TypeAdapter
from pynamodb.attributes import UnicodeAttribute

from chalicelib.gifts.shares import Gift
from chalicelib.kernel.store.dynamodb import Table, TableMeta, table_name

_GIFTS: TypeAdapter[tuple[Gift, ...]] = TypeAdapter(tuple[Gift, ...])


class GiftsItem(Table):
    """The gifts of a campaign as one document."""

    class Meta(TableMeta):
        table_name = table_name("gifts")

    campaign = UnicodeAttribute(hash_key=True)
    document = UnicodeAttribute()


def read(campaign: str) -> tuple[Gift, ...]:
    """What the fund gives, read consistently; nothing before anything was said."""
    try:
        item = GiftsItem.get(campaign, consistent_read=True)
    except GiftsItem.DoesNotExist:
        return ()
    return _GIFTS.validate_json(item.document)


def save(campaign: str, gifts: tuple[Gift, ...]) -> None:
    """Stores what the fund gives in the place of what was said before."""
    GiftsItem(campaign, document=_GIFTS.dump_json(gifts).decode()).save()
