"""The outbox table: every mail that was wanted, and what has become of it. It never shares a table with answers."""

from pydantic import TypeAdapter
from pynamodb.attributes import UnicodeAttribute

from chalicelib.kernel.store.documents import Documents, DocumentTable
from chalicelib.kernel.store.dynamodb import TableMeta, table_name
from chalicelib.kernel.store.writes import Write, put
from chalicelib.mail.domain.outgoing import Delivery, Outgoing, prefix


class OutgoingItem(DocumentTable):
    """A mail as one document; `key` sorts by time."""

    class Meta(TableMeta):
        table_name = table_name("outbox")

    campaign = UnicodeAttribute(hash_key=True)
    key = UnicodeAttribute(range_key=True)
    progress = UnicodeAttribute()


_documents = Documents(OutgoingItem, TypeAdapter(Outgoing), "mail")


def create(outgoing: Outgoing) -> bool:
    """Stores a mail unless its occasion has one for its addressee already; says whether it did."""
    return _documents.create(_item(outgoing))


def replace(outgoing: Outgoing) -> None:
    """Stores a mail in the place of its earlier form."""
    _item(outgoing).save()


def changing(before: Outgoing, after: Outgoing) -> Write:
    """The write that stores a mail in the place of `before`, if it still is as it was read."""
    return put(_item(after), _documents.unchanged(before))


def read(campaign: str, key: str) -> Outgoing:
    """A mail, read consistently. Raises `NotFound`."""
    return _documents.read(campaign, key)


def of_occasion(campaign: str, occasion: str, at_ms: int) -> list[Outgoing]:
    """The mails of an occasion, by addressee."""
    return _documents.of_campaign(campaign, OutgoingItem.key.startswith(prefix(at_ms, occasion)))


def newest(campaign: str, limit: int, before: str | None = None) -> list[Outgoing]:
    """The latest mails, newest first; of those before the key `before`, where that is given."""
    earlier = OutgoingItem.key < before if before else None
    return _documents.of_campaign(campaign, earlier, scan_index_forward=False, limit=limit)


def failed(campaign: str) -> list[Outgoing]:
    """The mails that were given up, newest first. Reads the whole outbox, and hands over only these."""
    given_up = OutgoingItem.progress == Delivery.FAILED.value
    return _documents.of_campaign(campaign, filter_condition=given_up, scan_index_forward=False)


def _item(outgoing: Outgoing) -> OutgoingItem:
    return _documents.item(outgoing, outgoing.campaign, outgoing.key, progress=outgoing.progress.value)
