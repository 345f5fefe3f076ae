"""The contacts table: whom to reach at the units of a campaign. Contacts share no table with answers or units."""

from pynamodb.attributes import UnicodeAttribute

from chalicelib.associations.domain.contact import Contact
from chalicelib.kernel.store.dynamodb import Table, TableMeta, table_name


class ContactItem(Table):
    """A unit's contact as one document."""

    class Meta(TableMeta):
        table_name = table_name("contacts")

    campaign = UnicodeAttribute(hash_key=True)
    unit = UnicodeAttribute(range_key=True)
    document = UnicodeAttribute()


def read(campaign: str, unit: str) -> Contact | None:
    """A unit's contact, read consistently; None where nothing is known."""
    try:
        item = ContactItem.get(campaign, unit, consistent_read=True)
    except ContactItem.DoesNotExist:
        return None
    return Contact.model_validate_json(item.document)


def of_campaign(campaign: str) -> dict[str, Contact]:
    """The contacts of a campaign by the codes of their units, read consistently."""
    found = ContactItem.query(campaign, consistent_read=True)
    return {item.unit: Contact.model_validate_json(item.document) for item in found}


def save(campaign: str, unit: str, contact: Contact) -> None:
    """Stores a unit's contact in the place of an earlier one."""
    item_of(campaign, unit, contact).save()


def item_of(campaign: str, unit: str, contact: Contact) -> ContactItem:
    """The contact as it is stored."""
    return ContactItem(campaign, unit, document=contact.model_dump_json())
