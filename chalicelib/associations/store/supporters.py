"""The supporters table: the supporting units of a campaign."""

from collections.abc import Sequence

from pydantic import TypeAdapter
from pynamodb.attributes import UnicodeAttribute

from chalicelib.associations.domain.supporter import Supporter
from chalicelib.kernel.store import writes
from chalicelib.kernel.store.documents import Documents, DocumentTable
from chalicelib.kernel.store.dynamodb import TableMeta, table_name
from chalicelib.kernel.store.writes import Write, commit, delete, put

MOST_TOGETHER = writes.MOST_TOGETHER // 2
"""A supporter and its entry in the audit log are two writes."""


class SupporterItem(DocumentTable):
    """A supporter as one document, under its name in the form that is compared."""

    class Meta(TableMeta):
        table_name = table_name("supporters")

    campaign = UnicodeAttribute(hash_key=True)
    key = UnicodeAttribute(range_key=True)


_documents = Documents(SupporterItem, TypeAdapter(Supporter), "supporter")
Step = tuple[Supporter | None, Supporter, Write]
"""A supporter as it was (None: new) and as it is to be, with the audit entry about it."""


def of_campaign(campaign: str) -> list[Supporter]:
    """The supporters of a campaign by name, read consistently."""
    return _documents.of_campaign(campaign)


def write_together(steps: Sequence[Step]) -> None:
    """Stores all or nothing. Raises `ConditionFailed` where one of the supporters is no longer as it was."""

    commit(*(write for before, after, entry in steps for write in (changing(before, after), entry)))


def changing(before: Supporter | None, after: Supporter) -> Write:
    """Stores a supporter in the place of `before` (None: of none), if that is still there."""
    return put(_documents.item(after, after.campaign, after.key), _documents.unchanged(before))


def removing(before: Supporter) -> Write:
    """Removes a supporter that still is as it was read."""
    return delete(_documents.item(before, before.campaign, before.key), _documents.unchanged(before))
