"""The links table: looked up by code, listed by unit."""

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import PutError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from chalicelib.kernel.errors import LinkUnknown
from chalicelib.kernel.store.dynamodb import Table, TableMeta, table_name
from chalicelib.kernel.ttl_cache import Cached
from chalicelib.links.domain.link import Link


class ByUnit(GlobalSecondaryIndex["LinkItem"]):  # type: ignore[no-untyped-call] # PynamoDB types it not
    """Links of a unit. Links are few and rarely written, so an index does no harm here."""

    class Meta(TableMeta):
        index_name = "by-unit"
        projection = AllProjection()

    owner = UnicodeAttribute(hash_key=True)
    code = UnicodeAttribute(range_key=True)


class LinkItem(Table):
    """A link as one document."""

    class Meta(TableMeta):
        table_name = table_name("links")

    code = UnicodeAttribute(hash_key=True)
    owner = UnicodeAttribute()
    document = UnicodeAttribute()
    by_unit = ByUnit()


def read(code: str) -> Link:
    """The link with this code, read consistently. Raises `LinkUnknown`."""
    try:
        item = LinkItem.get(code, consistent_read=True)
    except LinkItem.DoesNotExist:
        raise LinkUnknown(f"there is no link {code}") from None
    return Link.model_validate_json(item.document)


_cache = Cached(read)


def cached(code: str, max_age_s: float) -> Link:
    """The link as it was at most `max_age_s` ago. Raises `LinkUnknown`."""
    return _cache.get(code, max_age_s)


def of_unit(campaign: str, unit: str) -> list[Link]:
    """The links of a unit, oldest first."""
    items = LinkItem.by_unit.query(_owner(campaign, unit))
    links = [Link.model_validate_json(item.document) for item in items]
    return sorted(links, key=lambda link: (link.created_at, link.code))


def _of_unit(key: tuple[str, str]) -> list[Link]:
    return of_unit(*key)


_lists = Cached(_of_unit)


def cached_of_unit(campaign: str, unit: str, max_age_s: float) -> list[Link]:
    """The links of a unit as they were at most `max_age_s` ago, oldest first."""
    return _lists.get((campaign, unit), max_age_s)


def create(link: Link) -> bool:
    """Stores a link unless its code is taken; says whether it did."""
    try:
        _item(link).save(condition=LinkItem.code.does_not_exist())
    except PutError as error:
        if error.cause_response_code == "ConditionalCheckFailedException":
            return False
        raise
    _forget(link)
    return True


def replace(link: Link) -> None:
    """Stores a link in the place of its earlier form."""
    _item(link).save()
    _forget(link)


def _forget(link: Link) -> None:
    _cache.forget(link.code)
    _lists.forget((link.campaign, link.unit))


def _item(link: Link) -> LinkItem:
    return LinkItem(link.code, owner=_owner(link.campaign, link.unit), document=link.model_dump_json())


def _owner(campaign: str, unit: str) -> str:
    return f"{campaign}#{unit}"
