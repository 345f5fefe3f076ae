"""The units table: the units of a campaign."""

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import PutError

from chalicelib.associations.domain.unit import Unit
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.store.dynamodb import Table, TableMeta, table_name
from chalicelib.kernel.ttl_cache import Cached


class UnitItem(Table):
    """A unit as one document."""

    class Meta(TableMeta):
        table_name = table_name("units")

    campaign = UnicodeAttribute(hash_key=True)
    code = UnicodeAttribute(range_key=True)
    document = UnicodeAttribute()


def read(campaign: str, code: str) -> Unit:
    """A unit, read consistently. Raises `NotFound`."""
    try:
        item = UnitItem.get(campaign, code, consistent_read=True)
    except UnitItem.DoesNotExist:
        raise NotFound(f"there is no unit {code!r}") from None
    return Unit.model_validate_json(item.document)


def _read(key: tuple[str, str]) -> Unit:
    """Half a read unit: who takes a value that is some seconds old needs no consistent one."""
    try:
        item = UnitItem.get(*key)
    except UnitItem.DoesNotExist:
        raise NotFound(f"there is no unit {key[1]!r}") from None
    return Unit.model_validate_json(item.document)


_cache = Cached(_read)


def cached(campaign: str, code: str, max_age_s: float) -> Unit:
    """A unit as it was at most `max_age_s` ago. Raises `NotFound`."""
    return _cache.get((campaign, code), max_age_s)


def of_campaign(campaign: str) -> list[Unit]:
    """The units of a campaign by code, read consistently."""
    return [Unit.model_validate_json(item.document) for item in UnitItem.query(campaign, consistent_read=True)]


def create(unit: Unit) -> bool:
    """Stores a unit unless its code is taken; says whether it did."""
    try:
        item_of(unit).save(condition=UnitItem.code.does_not_exist())
    except PutError as error:
        if error.cause_response_code == "ConditionalCheckFailedException":
            return False
        raise
    return True


def replace(unit: Unit) -> None:
    """Stores a unit in the place of its earlier form."""
    item_of(unit).save()


def item_of(unit: Unit) -> UnitItem:
    """The unit as it is stored."""
    return UnitItem(unit.campaign, unit.code, document=unit.document())
