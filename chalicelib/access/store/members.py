"""The secretariat's members: they are the rows of the keys table that let the secretariat in."""

from typing import Any

from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from chalicelib.access.domain.roles import Member, Rank
from chalicelib.access.store.keys import KeyItem, member_of
from chalicelib.kernel.store.audit import AuditItem
from chalicelib.kernel.store.dynamodb import OVERTAKEN, ConditionFailed, connection


def all_members() -> list[Member]:
    """Every member, read consistently, by name. Reads the whole table, which has a row for each unit beside."""
    items = KeyItem.scan(KeyItem.role == "secretariat", consistent_read=True)
    return sorted(map(member_of, items), key=lambda member: (member.name, member.id))


def write(before: Member | None, after: Member | None, entry: AuditItem, keeper: Member | None = None) -> None:
    """Puts `after` in the place of `before` together with the audit's entry: None before adds, None after removes.

    `keeper` is to be an administrator still: two who remove each other at once must not both succeed. Raises
    `ConditionFailed` where one of them is no longer as it was, and then nothing has changed.
    """
    try:
        with TransactWrite(connection=connection(KeyItem).connection) as transaction:
            _add(transaction, before, after)
            transaction.save(entry)
            if keeper is not None:
                transaction.condition_check(KeyItem, keeper.key_hash, condition=_as_it_was(keeper))
    except TransactWriteError as error:
        if any(reason and reason.code in OVERTAKEN for reason in error.cancellation_reasons):
            raise ConditionFailed(None) from None
        raise


def _add(transaction: TransactWrite, before: Member | None, after: Member | None) -> None:
    if before is not None and after is not None and before.key_hash == after.key_hash:
        transaction.save(_item(after), condition=_as_it_was(before))
        return
    if before is not None:
        transaction.delete(KeyItem(before.key_hash), condition=_as_it_was(before))
    if after is not None:
        transaction.save(_item(after), condition=KeyItem.hash.does_not_exist())


def _as_it_was(member: Member) -> Any:
    is_rank = KeyItem.rank == member.rank
    if member.rank is Rank.ADMINISTRATOR:
        is_rank = is_rank | KeyItem.rank.does_not_exist()
    is_name = KeyItem.name == member.name if member.name else KeyItem.name.does_not_exist()
    return KeyItem.hash.exists() & is_rank & is_name


def _item(member: Member) -> KeyItem:
    return KeyItem(
        member.key_hash,
        role="secretariat",
        member=member.id,
        name=member.name or None,
        rank=member.rank,
        since=member.since,
    )
