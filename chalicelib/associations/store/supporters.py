"""The supporters table: the supporting units of a campaign."""

from collections.abc import Sequence

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from chalicelib.associations.domain.supporter import Supporter
from chalicelib.kernel.store.audit import AuditItem
from chalicelib.kernel.store.dynamodb import OVERTAKEN, ConditionFailed, Table, TableMeta, connection, table_name

MOST_TOGETHER = 50
"""A transaction takes 100 items, a supporter two."""


class SupporterItem(Table):
    """A supporter as one document, under what tells its name from others."""

    class Meta(TableMeta):
        table_name = table_name("supporters")

    campaign = UnicodeAttribute(hash_key=True)
    key = UnicodeAttribute(range_key=True)
    document = UnicodeAttribute()


Step = tuple[Supporter | None, Supporter, AuditItem]
"""A supporter as it was (None: new) and as it is to be, with the entry that tells of it."""


def of_campaign(campaign: str) -> list[Supporter]:
    """The supporters of a campaign by name, read consistently."""
    items = SupporterItem.query(campaign, consistent_read=True)
    return [Supporter.model_validate_json(item.document) for item in items]


def write_together(steps: Sequence[Step]) -> None:
    """Stores all or nothing. Raises `ConditionFailed` where one of the supporters is no longer as it was."""
    if not steps:
        return
    try:
        with TransactWrite(connection=connection(SupporterItem).connection) as transaction:
            for before, after, entry in steps:
                known = SupporterItem.document == before.model_dump_json() if before else None
                item = SupporterItem(after.campaign, after.key, document=after.model_dump_json())
                transaction.save(item, condition=SupporterItem.key.does_not_exist() if known is None else known)
                transaction.save(entry)
    except TransactWriteError as error:
        if any(reason and reason.code in OVERTAKEN for reason in error.cancellation_reasons):
            raise ConditionFailed(None) from None
        raise
