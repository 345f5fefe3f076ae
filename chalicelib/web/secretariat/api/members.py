"""The secretariat's members over the API: who they are, and their keys. All of it is for administrators."""

from typing import Any

from chalice.app import Request, Response

from chalicelib.access.domain.roles import Act, Member
from chalicelib.access.store.members import all_members
from chalicelib.access.usecases import manage_members
from chalicelib.access.usecases.authenticate import secretariat
from chalicelib.kernel.instants import rfc3339
from chalicelib.web.rim import caller
from chalicelib.web.rim.problems import answered
from chalicelib.web.rim.schemas import MemberChange, MemberRequest


@answered
def get_members(request: Request) -> Response:
    """`GET /api/v1/members`"""
    secretariat(caller.key(request), Act.MEMBERS)
    return caller.reply({"members": [member_body(member) for member in all_members()]})


@answered
def post_member(request: Request) -> Response:
    """`POST /api/v1/members`: the answer holds the member's key, this once."""
    who = secretariat(caller.key(request), Act.MEMBERS).who
    wanted = caller.read_as(MemberRequest, caller.json_object(request))
    member, key = manage_members.add_member(wanted.name, wanted.role, caller.arrived_ms(request), who)
    return caller.reply(member_body(member) | {"key": key}, 201)


@answered
def patch_member(request: Request, member_id: str) -> Response:
    """`PATCH /api/v1/members/{id}`: what is left out stays as it is."""
    who = secretariat(caller.key(request), Act.MEMBERS).who
    wanted = caller.read_as(MemberChange, caller.json_object(request))
    changed = manage_members.change_member(member_id, wanted.name, wanted.role, caller.arrived_ms(request), who)
    return caller.reply(member_body(changed))


@answered
def post_member_key(request: Request, member_id: str) -> Response:
    """`POST /api/v1/members/{id}/key`: the answer holds the new key, this once; the old one stops at once."""
    who = secretariat(caller.key(request), Act.MEMBERS).who
    member, key = manage_members.replace_key(member_id, caller.arrived_ms(request), who)
    return caller.reply(member_body(member) | {"key": key})


@answered
def delete_member(request: Request, member_id: str) -> Response:
    """`DELETE /api/v1/members/{id}`: their key and its sessions stop at once."""
    who = secretariat(caller.key(request), Act.MEMBERS).who
    manage_members.remove_member(member_id, caller.arrived_ms(request), who)
    return Response("", {"Cache-Control": "no-store"}, 204)


def member_body(member: Member) -> dict[str, Any]:
    """A member as administrators see them; never their key."""
    since = rfc3339(member.since) if member.since else None
    return {"id": member.id, "name": member.name, "role": member.rank, "since": since}
