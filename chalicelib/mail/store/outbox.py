"""The outbox table: every mail that was wanted, and what has become of it. It never shares a table with answers."""

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import PutError

from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.store.dynamodb import Table, TableMeta, table_name
from chalicelib.mail.domain.outgoing import Occasion, Outgoing, Progress, prefix


class OutgoingItem(Table):
    """A mail as one document; `key` sorts by time."""

    class Meta(TableMeta):
        table_name = table_name("outbox")

    campaign = UnicodeAttribute(hash_key=True)
    key = UnicodeAttribute(range_key=True)
    progress = UnicodeAttribute()
    document = UnicodeAttribute()


def create(outgoing: Outgoing) -> bool:
    """Stores a mail unless its occasion has one for its addressee already; says whether it did."""
    try:
        _item(outgoing).save(condition=OutgoingItem.key.does_not_exist())
    except PutError as error:
        if error.cause_response_code == "ConditionalCheckFailedException":
            return False
        raise
    return True


def replace(outgoing: Outgoing) -> None:
    """Stores a mail in the place of its earlier form."""
    _item(outgoing).save()


def read(campaign: str, key: str) -> Outgoing:
    """A mail, read consistently. Raises `NotFound`."""
    try:
        item = OutgoingItem.get(campaign, key, consistent_read=True)
    except OutgoingItem.DoesNotExist:
        raise NotFound(f"there is no mail {key!r}") from None
    return Outgoing.model_validate_json(item.document)


def of_occasion(campaign: str, occasion: Occasion, at_ms: int) -> list[Outgoing]:
    """The mails of an occasion, by addressee."""
    own = OutgoingItem.key.startswith(prefix(at_ms, occasion))
    items = OutgoingItem.query(campaign, own, consistent_read=True)
    return [Outgoing.model_validate_json(item.document) for item in items]


def newest(campaign: str, limit: int, before: str | None = None) -> list[Outgoing]:
    """The latest mails, newest first; of those before the key `before`, where that is given."""
    earlier = OutgoingItem.key < before if before else None
    items = OutgoingItem.query(campaign, earlier, scan_index_forward=False, limit=limit, consistent_read=True)
    return [Outgoing.model_validate_json(item.document) for item in items]


def failed(campaign: str) -> list[Outgoing]:
    """The mails that were given up, newest first. Reads the whole outbox, and hands over only these."""
    given_up = OutgoingItem.progress == Progress.FAILED.value
    items = OutgoingItem.query(campaign, filter_condition=given_up, scan_index_forward=False, consistent_read=True)
    return [Outgoing.model_validate_json(item.document) for item in items]


def _item(outgoing: Outgoing) -> OutgoingItem:
    document = outgoing.model_dump_json()
    return OutgoingItem(outgoing.campaign, outgoing.key, progress=outgoing.progress.value, document=document)
