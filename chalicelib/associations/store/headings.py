"""The headings table: what people said that columns hold whose headings weren't understood, by kind of table."""

from pydantic import TypeAdapter
from pynamodb.attributes import UnicodeAttribute

from chalicelib.kernel.store.documents import Documents, DocumentTable
from chalicelib.kernel.store.dynamodb import TableMeta, table_name
from chalicelib.kernel.store.writes import Write, put

Meant = dict[str, str]
"""By heading, without what doesn't count, the field that it means; empty: none."""


class HeadingItem(DocumentTable):
    """All headings of a kind of table as one document."""

    class Meta(TableMeta):
        table_name = table_name("headings")

    kind = UnicodeAttribute(hash_key=True)


_documents = Documents(HeadingItem, TypeAdapter(Meant), "table")


def find(kind: str) -> Meant | None:
    """Those of a kind of table (`units`), the latest last; None where nothing was ever said."""
    return _documents.find(kind)


def changing(kind: str, before: Meant | None, after: Meant) -> Write:
    """Stores them in the place of what was read, if that is still there."""
    return put(_documents.item(after, kind), _documents.unchanged(before))
