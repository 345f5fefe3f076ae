"""The associations table: which unit an association is in each campaign, and the hash of its key."""

from pydantic import TypeAdapter
from pynamodb.attributes import UnicodeAttribute

from chalicelib.associations.domain.association import Association
from chalicelib.kernel.store.documents import Documents, DocumentTable
from chalicelib.kernel.store.dynamodb import TableMeta, table_name
from chalicelib.kernel.store.writes import Write, put


class AssociationItem(DocumentTable):
    """An association as one document."""

    class Meta(TableMeta):
        table_name = table_name("associations")

    id = UnicodeAttribute(hash_key=True)


_documents = Documents(AssociationItem, TypeAdapter(Association), "association")


def read(association: str) -> Association:
    """An association, read consistently. Raises `NotFound`."""
    return _documents.read(association)


def all_associations() -> list[Association]:
    """Every association, read consistently; there are some hundred."""
    return [_documents.value(item) for item in AssociationItem.scan(consistent_read=True)]


def changing(before: Association | None, after: Association) -> Write:
    """Stores an association in the place of `before` (None: of none), if that is still there."""
    return put(item_of(after), _documents.unchanged(before))


def item_of(association: Association) -> AssociationItem:
    """The association as it is stored."""
    return _documents.item(association, association.id)
