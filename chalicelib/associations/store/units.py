"""The units table: the units of a campaign."""

from pydantic import TypeAdapter
from pynamodb.attributes import UnicodeAttribute

from chalicelib.associations.domain.unit import Unit
from chalicelib.kernel.store.documents import Documents, DocumentTable
from chalicelib.kernel.store.dynamodb import TableMeta, table_name
from chalicelib.kernel.store.writes import Write, put
from chalicelib.kernel.ttl_cache import Cached


class UnitItem(DocumentTable):
    """A unit as one document."""

    class Meta(TableMeta):
        table_name = table_name("units")

    campaign = UnicodeAttribute(hash_key=True)
    code = UnicodeAttribute(range_key=True)


_documents = Documents(UnitItem, TypeAdapter(Unit), "unit", unset=False)


def find(campaign: str, code: str) -> Unit | None:
    """A unit, read consistently; None where there is none."""
    return _documents.find(campaign, code)


def read(campaign: str, code: str) -> Unit:
    """A unit, read consistently. Raises `NotFound`."""
    return _documents.read(campaign, code)


_cache = Cached[tuple[str, str], Unit](lambda key: _documents.read(*key, consistent=False))
"""Half a read unit: who takes a value that is some seconds old needs no consistent one."""


def cached(campaign: str, code: str, max_age_s: float) -> Unit:
    """A unit as it was at most `max_age_s` ago. Raises `NotFound`."""
    return _cache.get((campaign, code), max_age_s)


def of_campaign(campaign: str) -> list[Unit]:
    """The units of a campaign by code, read consistently."""
    return _documents.of_campaign(campaign)


def changing(before: Unit | None, after: Unit) -> Write:
    """Stores a unit in the place of `before` (None: of none), if that is still there."""
    return put(item_of(after), _documents.unchanged(before))


def item_of(unit: Unit) -> UnitItem:
    """The unit as it is stored: only what was ever said of it."""
    return _documents.item(unit, unit.campaign, unit.code)
