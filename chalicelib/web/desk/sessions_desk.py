"""`/secretariat/sessions`: where a member is signed in, and ending it; of others, for who keeps the members."""

from chalice.app import Response

from chalicelib.access.domain.roles import Act, Member
from chalicelib.access.domain.session import IDLE_MS, LASTS_MS
from chalicelib.access.store import open_sessions
from chalicelib.access.usecases import sessions
from chalicelib.access.usecases.authenticate import check
from chalicelib.access.usecases.manage_members import find_member
from chalicelib.web.desk import door
from chalicelib.web.desk.desk_form import act_of
from chalicelib.web.desk.visitor import Visitor, at_desk
from chalicelib.web.rim import caller

_HOUR_MS = 3_600_000


@at_desk("secretariat", Act.LOOK, of_campaign=False)
def sessions_desk(visitor: Visitor) -> Response:
    """`GET /secretariat/sessions?member=`, `POST /secretariat/sessions` (`act`: end)"""
    if visitor.request.method == "POST":
        return act_of(visitor, {"end": _end})(visitor)
    member = _whose(visitor, caller.query(visitor.request, "member"))
    return visitor.page(
        "secretariat/sessions.html",
        member=member,
        opened=open_sessions.of_key(member.key_hash, visitor.at_ms),
        own=visitor.session.id,
        lasts=LASTS_MS // _HOUR_MS,
        idle=IDLE_MS // _HOUR_MS,
    )


def _end(visitor: Visitor) -> Response:
    member, name = _whose(visitor, visitor.one("member")), visitor.one("session")
    if name == visitor.session.id:
        return door.sign_out(visitor.seen, visitor.session, visitor.holder, visitor.at_ms)
    sessions.end_session(member, name, visitor.at_ms, visitor.who)
    return visitor.go("sessions", **({"member": member.id} if member != visitor.holder.member else {}))


def _whose(visitor: Visitor, named: str | None) -> Member:
    """The visitor, or the member that is named. Raises `NotFound`, and `RoleNeeded` where it is another."""
    own = visitor.holder.member
    assert own is not None
    if not named or named == own.id:
        return own
    check(visitor.holder, Act.MEMBERS)
    return find_member(named)
