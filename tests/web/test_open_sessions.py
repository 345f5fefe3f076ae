"""Where a member is signed in: the list of it, and ending what is on it."""

import re
from typing import Any

import pytest

from chalicelib.access.domain.roles import Rank
from chalicelib.access.domain.session import IDLE_MS
from chalicelib.access.store import open_sessions
from chalicelib.access.store.members import all_members
from chalicelib.access.usecases import sessions
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import key_hash
from chalicelib.kernel.store import audit
from tests import stage
from tests.web.test_sessions import Reply, call, is_door

PAGE = "/secretariat/sessions"


@pytest.fixture
def key() -> str:
    """An operator's key."""
    stage.forget_members()
    return stage.member_key(Rank.OPERATOR)


def signed_in(key: str, ago_ms: int = 0) -> str:
    """The token of a session that was opened so long ago."""
    return sessions.sign_in(key, now_ms() - ago_ms)[0]


def name_of(token: str) -> str:
    """A session's id."""
    return token.split(".")[3]


def entries(action: str, since_ms: int) -> list[dict[str, Any]]:
    """What the log tells of an action, from an instant to now."""
    found = audit.newest(audit.OFFICE, 200)
    return [one for one in found if one["action"] == action and since_ms <= one["at"] <= now_ms()]


def end(token: str, name: str, member: str = "") -> Reply:
    """Ends a session from the list, in that of `token`."""
    form = {"_csrf": sessions.csrf_token(token), "act": "end", "session": name, "member": member}
    return call("POST", PAGE, token, form)


def test_a_member_sees_where_they_are_signed_in(key: str) -> None:
    """Their own open sessions and nobody else's: none that was left, ran out or was forgotten."""
    own, other = signed_in(key, 60_000), signed_in(key, 120_000)
    left, forgotten = signed_in(key), signed_in(key, IDLE_MS + 1)
    stranger = signed_in(stage.member_key(Rank.OPERATOR))
    call("POST", "/secretariat", left, {"_csrf": sessions.csrf_token(left), "act": "sign-out"})

    page = call("GET", PAGE, own)

    assert re.findall(r'id="session-(\w+)"', page.body) == [name_of(own), name_of(other)]
    assert page.body.count("当前") == 1
    assert not {name_of(one) for one in (left, forgotten, stranger)} & set(re.findall(r"\w+", page.body))
    assert re.search(r'name="session" value="\w*\."', page.body) is None


def test_a_session_is_ended_from_the_list(key: str) -> None:
    """At once, at the desk and at the API; the log tells who ended whose."""
    own, other = signed_in(key), signed_in(key)
    began = now_ms()

    reply = end(own, name_of(other))

    assert (reply.status, reply.headers["location"].rpartition("/")[2]) == (303, "sessions")
    assert is_door(call("GET", PAGE, other))
    assert call("GET", "/api/v1/overview", other).status == 401
    assert not is_door(call("GET", PAGE, own))
    (entry,) = entries("session.end", began)
    assert (entry["before"], entry["after"]) == ({"session": name_of(other)}, None)
    assert end(own, name_of(other)).status == 404


def test_ending_ones_own_session_is_signing_out(key: str) -> None:
    """The cookie goes, too."""
    own, began = signed_in(key), now_ms()

    reply = end(own, name_of(own))

    assert "Max-Age=0" in reply.headers["set-cookie"]
    assert is_door(call("GET", PAGE, own))
    assert len(entries("member.sign-out", began)) == 1


@pytest.mark.parametrize("named", [False, True])
def test_only_who_keeps_the_members_ends_anothers_session(key: str, named: bool) -> None:
    """With the member's name or without; an administrator does."""
    own, stranger = signed_in(key), signed_in(stage.member_key(Rank.READER))
    member = next(one for one in all_members() if one.key_hash == stranger.split(".")[2])

    assert call("GET", PAGE, own, query={"member": [member.id]}).status == 403
    assert end(own, name_of(stranger), member.id if named else "").status == (403 if named else 404)
    assert not is_door(call("GET", PAGE, stranger))

    office = signed_in(stage.secretariat_key())
    assert f"session-{name_of(stranger)}" in call("GET", PAGE, office, query={"member": [member.id]}).body
    assert end(office, name_of(stranger), member.id).status == 303
    assert is_door(call("GET", PAGE, stranger))


def test_two_who_end_a_session_at_once_end_it_once(key: str) -> None:
    """And a use that overtakes the end doesn't open it again."""
    token = signed_in(key, 10 * 60_000)
    session = sessions.read_session(token, now_ms(), used=False)
    assert session is not None
    member = next(one for one in all_members() if one.key_hash == key_hash(key))
    sessions.end_session(member, session.id, now_ms(), "test")

    assert not open_sessions.use(session, now_ms())
    assert sessions.read_session(token, now_ms()) is None
    assert open_sessions.of_key(session.key_hash, now_ms()) == []
