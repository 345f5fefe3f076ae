"""The links table: looked up by code, listed by unit."""

import json
from itertools import islice

from pydantic import TypeAdapter
from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from chalicelib.kernel.errors import LinkUnknown
from chalicelib.kernel.store.documents import Documents, DocumentTable
from chalicelib.kernel.store.dynamodb import TableMeta, table_name
from chalicelib.kernel.store.writes import Write, commit, put
from chalicelib.kernel.ttl_cache import Cached
from chalicelib.links.domain.link import Link


class ByUnit(GlobalSecondaryIndex["LinkItem"]):  # type: ignore[no-untyped-call] # PynamoDB types it not
    """Links of a unit. Links are few and rarely written, so an index does no harm here."""

    class Meta(TableMeta):
        index_name = "by-unit"
        projection = AllProjection()

    owner = UnicodeAttribute(hash_key=True)
    code = UnicodeAttribute(range_key=True)


class LinkItem(DocumentTable):
    """A link as one document."""

    class Meta(TableMeta):
        table_name = table_name("links")

    code = UnicodeAttribute(hash_key=True)
    owner = UnicodeAttribute()
    by_unit = ByUnit()


_documents = Documents(LinkItem, TypeAdapter(Link), "link", LinkUnknown)


def read(code: str) -> Link:
    """The link with this code, read consistently. Raises `LinkUnknown`."""
    return _documents.read(code)


_cache = Cached(read)


def cached(code: str, max_age_s: float) -> Link:
    """The link as it was at most `max_age_s` ago. Raises `LinkUnknown`."""
    return _cache.get(code, max_age_s)


def of_unit(campaign: str, unit: str) -> list[Link]:
    """The links of a unit, oldest first."""
    links = map(_documents.value, LinkItem.by_unit.query(_owner(campaign, unit)))
    return sorted(links, key=lambda link: (link.created_at, link.code))


def labelled(campaign: str, words: str, most: int = 100) -> list[Link]:
    """Links whose channel or label holds these words. Reads the whole table: half a read unit for each 4 KB."""
    # The document is narrowed down first, as text; where the words stand in it, only its fields say.
    written = json.dumps(words, ensure_ascii=False)[1:-1]
    among = LinkItem.owner.startswith(f"{campaign}#") & LinkItem.document.contains(written)
    found = (link for link in map(_documents.value, LinkItem.scan(among)) if words in f"{link.channel} {link.label}")
    return list(islice(found, most))


_lists = Cached[tuple[str, str], list[Link]](lambda key: of_unit(*key))


def cached_of_unit(campaign: str, unit: str, max_age_s: float) -> list[Link]:
    """The links of a unit as they were at most `max_age_s` ago, oldest first."""
    return _lists.get((campaign, unit), max_age_s)


def create(link: Link) -> bool:
    """Stores a link unless its code is taken; says whether it did."""
    created = _documents.create(_item(link))
    forget(link)
    return created


def creating(link: Link) -> Write:
    """Stores a link if its code isn't taken. Who commits this has the link's list forgotten."""
    return put(_item(link), _documents.unchanged(None))


def replace(before: Link, after: Link, *beside: Write) -> None:
    """Stores a link in the place of its earlier form, together with other writes.

    Raises `ConditionFailed` where that isn't what is stored any more.
    """
    commit(put(_item(after), _documents.unchanged(before)), *beside)
    forget(after)


def forget(link: Link) -> None:
    """Has this worker read a link anew, and its unit's list, after either was changed."""
    _cache.forget(link.code)
    _lists.forget((link.campaign, link.unit))


def _item(link: Link) -> LinkItem:
    return _documents.item(link, link.code, owner=_owner(link.campaign, link.unit))


def _owner(campaign: str, unit: str) -> str:
    return f"{campaign}#{unit}"
