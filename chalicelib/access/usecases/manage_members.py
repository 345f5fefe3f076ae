"""Keeping the secretariat's members: adding, changing and removing them, and replacing their keys."""

from collections.abc import Callable
from dataclasses import replace

from chalicelib.access.domain.roles import Member, Rank
from chalicelib.access.store import members
from chalicelib.kernel.codes import key_hash, new_key, random_code
from chalicelib.kernel.errors import FieldError, LastAdministrator, NotFound, RequestInvalid
from chalicelib.kernel.seen import ANYTHING, Replaced, Seen
from chalicelib.kernel.store import audit
from chalicelib.kernel.store.writes import Write, until_not_overtaken

MOST_MEMBERS = 50
NAME_LENGTH = 40

Changed = Callable[[Member], Member | None]


def add_member(name: str, rank: Rank, now_ms: int, who: str) -> tuple[Member, str]:
    """A new member, and their key, which is shown this once. Raises `RequestInvalid` where the name is taken."""
    known = members.all_members()
    if len(known) >= MOST_MEMBERS:
        raise RequestInvalid([FieldError("/name", "members_many", most=MOST_MEMBERS)])
    _refuse_taken(name, known)
    key = new_key()
    member = Member(random_code(8), name, rank, key_hash(key), now_ms)
    members.write(None, member, _entry(now_ms, who, "member.add", None, member))
    return member, key


def change_member(
    member_id: str, name: str | None, rank: Rank | None, now_ms: int, who: str, seen: Seen = ANYTHING
) -> Member:
    """Another name or role. Raises `NotFound`, `RequestInvalid` where the name is taken, `LastAdministrator` and
    `PreconditionFailed`."""

    def changed(before: Member) -> Member:
        seen.check(before.said)
        if name is not None and name != before.name:
            _refuse_taken(name, members.all_members())
        return replace(before, name=before.name if name is None else name, rank=before.rank if rank is None else rank)

    _, after = _change(member_id, "member.change", now_ms, who, changed)
    assert after is not None
    return after


def replace_key(member_id: str, now_ms: int, who: str) -> tuple[Member, str]:
    """A new key for a member, shown this once; the old one and its sessions stop at once. Raises `NotFound`, and
    `Overtaken` where somebody else replaces it at this moment."""
    key, replaced = new_key(), Replaced("overtaken_key")

    def changed(before: Member) -> Member:
        replaced.check(before.key_hash)
        return replace(before, key_hash=key_hash(key))

    _, after = _change(member_id, "member.key", now_ms, who, changed)
    assert after is not None
    return after, key


def remove_member(member_id: str, now_ms: int, who: str) -> Member:
    """Removes a member; their key and its sessions stop at once. Raises `NotFound` and `LastAdministrator`."""
    before, _ = _change(member_id, "member.remove", now_ms, who, lambda _: None)
    return before


def find_member(member_id: str) -> Member:
    """The member with this id. Raises `NotFound`."""
    return _found(member_id, members.all_members())


def _change(member_id: str, action: str, now_ms: int, who: str, changed: Changed) -> tuple[Member, Member | None]:
    def attempt() -> tuple[Member, Member | None]:
        known = members.all_members()
        before = _found(member_id, known)
        after = changed(before)
        if after != before:
            members.write(before, after, _entry(now_ms, who, action, before, after), _keeper(before, after, known))
        return before, after

    return until_not_overtaken(attempt)


def _keeper(before: Member, after: Member | None, known: list[Member]) -> Member | None:
    """An administrator who remains, where one goes. Raises `LastAdministrator`."""
    if before.rank is not Rank.ADMINISTRATOR or (after is not None and after.rank is Rank.ADMINISTRATOR):
        return None
    others = [one for one in known if one.rank is Rank.ADMINISTRATOR and one.id != before.id]
    if not others:
        raise LastAdministrator("last_administrator")
    return others[0]


def _found(member_id: str, known: list[Member]) -> Member:
    for member in known:
        if member.id == member_id:
            return member
    raise NotFound("no_member", name=member_id)


def _refuse_taken(name: str, known: list[Member]) -> None:
    if any(member.name == name for member in known):
        raise RequestInvalid([FieldError("/name", "member_taken", name=name)])


def _entry(now_ms: int, who: str, action: str, before: Member | None, after: Member | None) -> Write:
    subject = before or after
    assert subject is not None
    return audit.entry(audit.OFFICE, now_ms, who, action, subject.id, before=_view(before), after=_view(after))


def _view(member: Member | None) -> dict[str, str] | None:
    return {"name": member.name, "role": member.rank, "key": member.key_hash[:12]} if member else None
