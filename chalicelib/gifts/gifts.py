"""The gifts table: what the fund gives, by campaign."""

from pydantic import TypeAdapter
from pynamodb.attributes import UnicodeAttribute

from chalicelib.gifts.shares import Gift
from chalicelib.kernel.store.documents import Documents, DocumentTable
from chalicelib.kernel.store.dynamodb import TableMeta, table_name
from chalicelib.kernel.store.writes import Write, commit, put


class GiftsItem(DocumentTable):
    """The gifts of a campaign as one document."""

    class Meta(TableMeta):
        table_name = table_name("gifts")

    campaign = UnicodeAttribute(hash_key=True)


Gifts = tuple[Gift, ...]
_SHAPE: TypeAdapter[Gifts] = TypeAdapter(Gifts)
_documents = Documents(GiftsItem, _SHAPE, "gifts")


def read(campaign: str) -> Gifts | None:
    """What the fund gives, read consistently; None before anything was said."""
    return _documents.find(campaign)


def replace(campaign: str, before: Gifts | None, after: Gifts, *beside: Write) -> None:
    """Stores what the fund gives in the place of `before`, together with other writes.

    Raises `ConditionFailed` where something else is stored by now.
    """
    commit(put(_documents.item(after, campaign), _documents.unchanged(before)), *beside)
