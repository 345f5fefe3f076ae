"""`/secretariat/members`: who works at the secretariat's desk, in which role, and their keys."""

from collections.abc import Callable, Mapping

from chalice.app import Response

from chalicelib.access.domain.roles import Act, Rank
from chalicelib.access.store.members import all_members
from chalicelib.access.usecases import manage_members
from chalicelib.kernel.errors import FieldErrors, LastAdministrator
from chalicelib.web.desk.desk_form import act_of, wrong
from chalicelib.web.desk.visitor import Visitor, at_desk
from chalicelib.web.rim import caller
from chalicelib.web.rim.schemas import MemberChange, MemberRequest

_PATH = "members"
_FIELDS = {"name", "role"}


@at_desk("secretariat", Act.MEMBERS, look=Act.MEMBERS, of_campaign=False)
def members_desk(visitor: Visitor) -> Response:
    """`GET /secretariat/members`, `POST /secretariat/members` (`act`: add, change, key, remove)"""
    if visitor.request.method != "POST":
        return _members(visitor, {})
    try:
        return act_of(visitor, _ACTS)(visitor)
    except LastAdministrator:
        return _members(visitor, {"members": visitor.seen.language("d_wrong_last_administrator")}, 409)


def _members(visitor: Visitor, said: Mapping[str, str], status: int = 422) -> Response:
    return visitor.page(
        "secretariat/members.html",
        status=status if said else 200,
        members=all_members(),
        own=visitor.holder.member,
        ranks=tuple(Rank),
        typed={name: visitor.one(name) for name in _FIELDS} if _FIELDS & said.keys() else dict.fromkeys(_FIELDS, ""),
        wrong=said,
    )


def _add(visitor: Visitor) -> Response:
    try:
        wanted = caller.read_as(MemberRequest, {"name": visitor.one("name"), "role": visitor.one("role")})
        member, key = manage_members.add_member(wanted.name, wanted.role, visitor.at_ms, visitor.who)
    except FieldErrors as refusal:
        return _members(visitor, wrong(visitor, refusal, "member_", most=manage_members.NAME_LENGTH))
    return visitor.page("secretariat/member_key.html", member=member, key=key, fresh=True)


def _change(visitor: Visitor) -> Response:
    wanted = caller.read_as(MemberChange, {"role": visitor.one("role")})
    changed = (None, wanted.role, visitor.at_ms, visitor.who, visitor.last_seen)
    manage_members.change_member(visitor.one("member"), *changed)
    return visitor.go(_PATH)


def _key(visitor: Visitor) -> Response:
    """Bound to the key that was there when it was asked: a form that is sent twice replaces it once."""
    member = manage_members.find_member(visitor.one("member"))
    present = member.key_hash[:12]
    if not visitor.is_confirmed or visitor.one("present") != present:
        return visitor.confirm("member_key", _PATH, member=member, present=present)
    member, key = manage_members.replace_key(member.id, visitor.at_ms, visitor.who)
    return visitor.page("secretariat/member_key.html", member=member, key=key, fresh=False)


def _remove(visitor: Visitor) -> Response:
    member = manage_members.find_member(visitor.one("member"))
    if not visitor.is_confirmed:
        return visitor.confirm("member_remove", _PATH, member=member)
    manage_members.remove_member(member.id, visitor.at_ms, visitor.who)
    return visitor.go(_PATH)


_ACTS: dict[str, Callable[[Visitor], Response]] = {"add": _add, "change": _change, "key": _key, "remove": _remove}
