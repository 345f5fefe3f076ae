"""Tables whose items are a key and one JSON document: how such a table is read, and what may be written to it."""

from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter
from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.condition import Condition

from chalicelib.kernel.errors import MinshengError, NotFound
from chalicelib.kernel.store.dynamodb import ConditionFailed, Table, fits_key
from chalicelib.kernel.store.writes import Write, commit, put

T = TypeVar("T")


class DocumentTable(Table):
    """A table of documents; each adds its key, and attributes that are looked for."""

    document = UnicodeAttribute()


Item = TypeVar("Item", bound=DocumentTable)


class Documents(Generic[Item, T]):
    """The documents of a table; a key is one text or two, as the table has it.

    `missing` is raised for one that isn't there, with the reason `no_<what>`. Without `unset`, fields are not written
    of which nothing was ever said.
    """

    def __init__(
        self,
        table: type[Item],
        shape: TypeAdapter[T],
        what: str,
        missing: type[MinshengError] = NotFound,
        *,
        unset: bool = True,
    ) -> None:
        self._table, self._json, self._unset = table, shape, unset
        self._what, self._missing = what, missing

    def find(self, *key: str, consistent: bool = True) -> T | None:
        """The document under a key; None where there is none. Half a read unit for 4 KB where not `consistent`."""
        if not fits_key(*key):
            return None
        try:
            return self.value(self._table.get(*_pair(*key), consistent_read=consistent))
        except self._table.DoesNotExist:
            return None

    def read(self, *key: str, consistent: bool = True) -> T:
        """The document under a key. Raises `missing`."""
        found = self.find(*key, consistent=consistent)
        if found is None:
            raise self._missing(f"no_{self._what}", name=key[-1])
        return found

    def of_campaign(self, campaign: str, among: Condition | None = None, **asked: Any) -> list[T]:
        """A campaign's documents by key, or those `among` them, or as `asked` of PynamoDB; read consistently."""
        return [self.value(item) for item in self._table.query(campaign, among, consistent_read=True, **asked)]

    def value(self, item: Item) -> T:
        """What an item holds."""
        return self._json.validate_json(item.document)

    def item(self, value: T, *key: str, **others: Any) -> Item:
        """The table's item for a document."""
        document = self._json.dump_json(value, exclude_unset=not self._unset).decode()
        return self._table(*_pair(*key), document=document, **others)

    def unchanged(self, before: T | None) -> Condition:
        """That a document still is as it was read; None: that there is none.

        What was read says only what was stored, so it is known again though fields have been added since.
        """
        if before is None:
            return self._table.document.does_not_exist()
        return self._table.document == self._json.dump_json(before, exclude_unset=True).decode()

    def create(self, item: Item, *beside: Write) -> bool:
        """Stores an item unless its key is taken, together with other writes; says whether it did."""
        try:
            commit(put(item, self.unchanged(None)), *beside)
        except ConditionFailed:
            return False
        return True


def _pair(first: str, second: str | None = None) -> tuple[str, str | None]:
    """A key as PynamoDB takes it."""
    return first, second
