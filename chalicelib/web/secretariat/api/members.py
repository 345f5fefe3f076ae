"""The secretariat's members over the API: who they are, and their keys. All of it is for administrators."""

from typing import NotRequired

from chalicelib.access.domain.roles import Act, Member, Rank
from chalicelib.access.store.members import all_members
from chalicelib.access.usecases import manage_members
from chalicelib.kernel.errors import LastAdministrator, NotFound, PreconditionFailed
from chalicelib.kernel.instants import rfc3339
from chalicelib.web.rim.call import Call
from chalicelib.web.rim.operation import Versioned, operation
from chalicelib.web.rim.replies import Reply
from chalicelib.web.rim.schemas import MemberChange, MemberRequest


class MemberReply(Reply):
    """A member of the secretariat; their key is shown here once, when it is new."""

    id: str
    name: str
    role: Rank
    since: str | None
    key: NotRequired[str]


class Members(Reply):
    """The members."""

    members: list[MemberReply]


@operation("GET", "/api/v1/members", who=Act.MEMBERS, gives=Members)
def get_members(call: Call) -> Members:  # noqa: ARG001 - who asks is all that it says
    """The secretariat's members."""
    return {"members": [_body(member) for member in all_members()]}


@operation("POST", "/api/v1/members", who=Act.MEMBERS, takes=MemberRequest, gives=MemberReply, status=201)
def post_member(call: Call, wanted: MemberRequest) -> MemberReply:
    """Add a member.

    The answer holds their key, this once.
    """
    member, key = manage_members.add_member(wanted.name, wanted.role, call.arrived_ms, call.who)
    return {**_body(member), "key": key}


@operation(
    "PATCH",
    "/api/v1/members/{member}",
    who=Act.MEMBERS,
    takes=MemberChange,
    gives=MemberReply,
    refuses=(NotFound, LastAdministrator, PreconditionFailed),
)
def patch_member(call: Call, wanted: MemberChange, member_id: str) -> Versioned[MemberReply]:
    """Change a member's name or role.

    What is left out stays as it is.
    """
    changed = (wanted.name, wanted.role, call.arrived_ms, call.who, call.seen)
    member = manage_members.change_member(member_id, *changed)
    return Versioned(_body(member), member.said)


@operation("GET", "/api/v1/members/{member}", who=Act.MEMBERS, gives=MemberReply, refuses=(NotFound,))
def get_member(call: Call, member_id: str) -> Versioned[MemberReply]:  # noqa: ARG001 - who asks is all that it says
    """A member of the secretariat."""
    member = manage_members.find_member(member_id)
    return Versioned(_body(member), member.said)


@operation("POST", "/api/v1/members/{member}/key", who=Act.MEMBERS, gives=MemberReply, refuses=(NotFound,))
def post_member_key(call: Call, member_id: str) -> MemberReply:
    """Replace a member's key.

    The answer holds the new one, this once; the old one stops at once.
    """
    member, key = manage_members.replace_key(member_id, call.arrived_ms, call.who)
    return {**_body(member), "key": key}


@operation("DELETE", "/api/v1/members/{member}", who=Act.MEMBERS, refuses=(NotFound, LastAdministrator), status=204)
def delete_member(call: Call, member_id: str) -> None:
    """Remove a member.

    Their key and its sessions stop at once.
    """
    manage_members.remove_member(member_id, call.arrived_ms, call.who)


def _body(member: Member) -> MemberReply:
    """A member as administrators see them; never their key."""
    since = rfc3339(member.since) if member.since else None
    return {"id": member.id, "name": member.name, "role": member.rank, "since": since}
