"""The hand-ins table: the annexes that units fill in at their desks, by campaign."""

from pydantic import TypeAdapter
from pynamodb.attributes import UnicodeAttribute

from chalicelib.associations.domain.hand_in import Annex, HandIn
from chalicelib.kernel.store.documents import Documents, DocumentTable
from chalicelib.kernel.store.dynamodb import TableMeta, table_name
from chalicelib.kernel.store.writes import Write, put


class HandInItem(DocumentTable):
    """An annex of a unit as one document."""

    class Meta(TableMeta):
        table_name = table_name("hand-ins")

    campaign = UnicodeAttribute(hash_key=True)
    key = UnicodeAttribute(range_key=True)
    """`<unit>.<annex>`."""


_documents = Documents(HandInItem, TypeAdapter(HandIn), "annex")


def find(campaign: str, unit: str, annex: Annex) -> HandIn | None:
    """An annex, read consistently; None where the unit hasn't begun to fill it in."""
    return _documents.find(campaign, f"{unit}.{annex}")


def of_campaign(campaign: str) -> list[HandIn]:
    """A campaign's, by unit, read consistently."""
    return _documents.of_campaign(campaign)


def changing(before: HandIn | None, after: HandIn) -> Write:
    """Stores an annex in the place of `before` (None: of none), if that is still there."""
    item = _documents.item(after, after.campaign, f"{after.unit}.{after.annex}")
    return put(item, _documents.unchanged(before))
