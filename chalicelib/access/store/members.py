"""The secretariat's members: they are the rows of the keys table that let the secretariat in."""

from collections.abc import Iterator

from pynamodb.expressions.condition import Condition

from chalicelib.access.domain.roles import Member, Rank
from chalicelib.access.store.keys import KeyItem, member_of
from chalicelib.kernel.store.writes import Write, check, commit, delete, put


def all_members() -> list[Member]:
    """Every member, read consistently, by name. Reads the whole table, which has a row for each unit beside."""
    items = KeyItem.scan(KeyItem.role == "secretariat", consistent_read=True)
    return sorted(map(member_of, items), key=lambda member: (member.name, member.id))


def write(before: Member | None, after: Member | None, entry: Write, keeper: Member | None = None) -> None:
    """Puts `after` in the place of `before` together with the audit's entry: None before adds, None after removes.

    `keeper` is to be an administrator still: two who remove each other at once must not both succeed. Raises
    `ConditionFailed` where one of them is no longer as it was, and then nothing has changed.
    """
    kept = [check(KeyItem(keeper.key_hash), _as_it_was(keeper))] if keeper is not None else []
    commit(*_changing(before, after), entry, *kept)


def _changing(before: Member | None, after: Member | None) -> Iterator[Write]:
    if before is not None and after is not None and before.key_hash == after.key_hash:
        yield put(_item(after), _as_it_was(before))
        return
    if before is not None:
        yield delete(KeyItem(before.key_hash), _as_it_was(before))
    if after is not None:
        yield put(_item(after), KeyItem.hash.does_not_exist())


def _as_it_was(member: Member) -> Condition:
    is_rank = KeyItem.rank == member.rank
    if member.rank is Rank.ADMINISTRATOR:
        is_rank = is_rank | KeyItem.rank.does_not_exist()
    is_name = KeyItem.name == member.name if member.name else KeyItem.name.does_not_exist()
    same: Condition = KeyItem.hash.exists() & is_rank & is_name
    return same


def _item(member: Member) -> KeyItem:
    return KeyItem(
        member.key_hash,
        role="secretariat",
        member=member.id,
        name=member.name or None,
        rank=member.rank,
        since=member.since,
    )
