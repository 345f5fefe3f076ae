"""The contacts table: whom to reach at the units of a campaign. Contacts share no table with answers or units."""

from pydantic import TypeAdapter
from pynamodb.attributes import UnicodeAttribute

from chalicelib.associations.domain.contact import Contact
from chalicelib.kernel.store.documents import Documents, DocumentTable
from chalicelib.kernel.store.dynamodb import TableMeta, table_name
from chalicelib.kernel.store.writes import Write, put


class ContactItem(DocumentTable):
    """A unit's contact as one document."""

    class Meta(TableMeta):
        table_name = table_name("contacts")

    campaign = UnicodeAttribute(hash_key=True)
    unit = UnicodeAttribute(range_key=True)


_documents = Documents(ContactItem, TypeAdapter(Contact), "contact")


def read(campaign: str, unit: str) -> Contact | None:
    """A unit's contact, read consistently; None where nothing is known."""
    return _documents.find(campaign, unit)


def of_campaign(campaign: str) -> dict[str, Contact]:
    """The contacts of a campaign by the codes of their units, read consistently."""
    return {item.unit: _documents.value(item) for item in ContactItem.query(campaign, consistent_read=True)}


def changing(campaign: str, unit: str, before: Contact | None, after: Contact) -> Write:
    """Stores a unit's contact in the place of `before` (None: of none), if that is still there."""
    return put(item_of(campaign, unit, after), _documents.unchanged(before))


def item_of(campaign: str, unit: str, contact: Contact) -> ContactItem:
    """The contact as it is stored."""
    return _documents.item(contact, campaign, unit)
