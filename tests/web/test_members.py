"""The secretariat's members: added, changed, re-keyed and removed, and never without an administrator."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chalicelib.access.domain.roles import Member, Rank
from chalicelib.access.store import keys
from chalicelib.access.store.keys import KeyItem
from chalicelib.access.store.members import all_members, write
from chalicelib.access.usecases import manage_members, sessions
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import key_hash
from chalicelib.kernel.errors import LastAdministrator
from chalicelib.kernel.store import audit
from chalicelib.kernel.store.dynamodb import ConditionFailed
from tests import stage
from tests.web.test_sessions import Reply, call, is_door


@pytest.fixture(autouse=True)
def _alone() -> None:
    """Members are the whole system's: each test begins with none."""
    for member in all_members():
        KeyItem(member.key_hash).delete()


@pytest.fixture
def administrator() -> str:
    """The only administrator's key."""
    return stage.secretariat_key()


def api(method: str, path: str, key: str, body: Any = None, member: str = "") -> tuple[int, Any]:
    """A request to the API; status and what came back."""
    parameters = {"member": member} if member else None
    reply = call(method, path, body=body, headers={"x-api-key": key}, parameters=parameters)
    return reply.status, json.loads(reply.body) if reply.body else None


def add(administrator: str, name: str, role: str = "operator") -> tuple[str, str]:
    """A new member's id and key."""
    status, member = api("POST", "/api/v1/members", administrator, {"name": name, "role": role})
    assert status == 201, member
    return member["id"], member["key"]


def test_a_member_acts_in_their_own_name(administrator: str) -> None:
    """The log names them; nothing is stored that would open the door."""
    campaign = stage.make_campaign()
    _, key = add(administrator, "王敏")

    made = call("POST", "/api/v1/units", body={"code": "44-09", "name": "青禾", "province": "广东"},
                headers={"x-api-key": key}, query={"campaign": [campaign]})  # fmt: skip

    assert made.status == 201
    assert audit.newest(campaign, 1)[0]["who"] == "secretariat/王敏"
    entry = audit.newest(audit.OFFICE, 1)[0]
    assert (entry["who"], entry["action"], entry["before"]) == ("secretariat", "member.add", None)
    assert entry["after"] == {"name": "王敏", "role": "operator", "key": key_hash(key)[:12]}
    assert key not in json.dumps([str(member) for member in all_members()])


def test_a_removed_member_is_out_at_once(administrator: str) -> None:
    """By key and by session, for looks and for changes."""
    member, key = add(administrator, "王敏")
    token = sessions.sign_in(key, now_ms())[0]
    assert not is_door(call("GET", "/secretariat/audit", token))

    assert api("DELETE", "/api/v1/members/{member}", administrator, member=member)[0] == 204

    assert is_door(call("GET", "/secretariat/audit", token))
    assert call("GET", "/api/v1/overview", headers={"x-api-key": key}).status == 401
    assert api("DELETE", "/api/v1/members/{member}", administrator, member=member)[0] == 404


def test_a_replaced_key_stops_at_once(administrator: str) -> None:
    """The new one opens the same desk, under the same name."""
    member, old = add(administrator, "王敏")
    token = sessions.sign_in(old, now_ms())[0]

    status, changed = api("POST", "/api/v1/members/{member}/key", administrator, member=member)

    assert (status, changed["id"], changed["name"]) == (200, member, "王敏")
    assert is_door(call("GET", "/secretariat/audit", token))
    assert call("GET", "/api/v1/units", headers={"x-api-key": old}).status == 401
    holder = sessions.sign_in(changed["key"], now_ms())[1]
    assert holder.who == "secretariat/王敏"


def test_a_changed_role_holds_at_once(administrator: str) -> None:
    """In sessions that are open too."""
    member, key = add(administrator, "王敏", "administrator")
    token = sessions.sign_in(key, now_ms())[0]
    assert call("GET", "/secretariat/members", token).status == 200

    status, changed = api("PATCH", "/api/v1/members/{member}", administrator, {"role": "reader"}, member)

    assert (status, changed["role"]) == (200, "reader")
    entry = audit.newest(audit.OFFICE, 1)[0]
    assert call("GET", "/secretariat/members", token).status == 403
    assert (entry["before"]["role"], entry["after"]["role"]) == ("administrator", "reader")


@pytest.mark.parametrize("act", ["remove", "lower"])
def test_the_last_administrator_stays(administrator: str, act: str) -> None:
    """409, by API and by page, and nothing changes."""
    add(administrator, "王敏")
    last = next(member for member in all_members() if member.rank is Rank.ADMINISTRATOR)
    method, body = ("DELETE", None) if act == "remove" else ("PATCH", {"role": "operator"})

    status, said = api(method, "/api/v1/members/{member}", administrator, body, last.id)

    assert (status, said["type"].rpartition("/")[2]) == (409, "last-administrator")
    token = sessions.sign_in(administrator, now_ms())[0]
    form = {"_csrf": sessions.csrf_token(token), "member": last.id, "confirmed": "1"}
    form |= {"act": "remove"} if act == "remove" else {"act": "change", "role": "operator"}
    page = call("POST", "/secretariat/members", token, form)
    assert page.status == 409
    assert "至少要留一位管理员" in page.body
    assert last in all_members()


def test_two_who_remove_each_other_don_t_both_succeed(administrator: str) -> None:
    """Whatever the order in which their writes arrive, an administrator remains."""
    own = all_members()[0]
    for _ in range(10):
        other = manage_members.add_member("王敏", Rank.ADMINISTRATOR, now_ms(), "test")[0]
        with ThreadPoolExecutor(2) as both:
            tries = [both.submit(removed, one) for one in (own.id, other.id)]
        assert [one.result() for one in tries].count(True) == 1
        (own,) = all_members()
        assert own.rank is Rank.ADMINISTRATOR
        own = manage_members.change_member(own.id, "留下的人", None, now_ms(), "test")


def removed(member: str) -> bool:
    """Whether removing went through."""
    try:
        manage_members.remove_member(member, now_ms(), "test")
    except LastAdministrator:
        return False
    return True


def test_what_was_seen_is_what_is_changed(administrator: str) -> None:
    """A write that rests on an earlier state of a member, or of who remains, changes nothing."""
    entry = audit.entry(audit.OFFICE, now_ms(), "test", "member.remove", "x")
    (now,) = all_members()
    stale = Member(now.id, "前名", now.rank, now.key_hash, 0)
    gone = Member("gone", "", Rank.ADMINISTRATOR, "0" * 64, 0)

    for before, keeper in ((stale, None), (now, gone)):
        with pytest.raises(ConditionFailed):
            write(before, None, entry, keeper)

    assert all_members() == [now]
    assert keys.find(now.key_hash) is not None


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": "", "role": "reader"}, "/name"),
        ({"name": "  ", "role": "reader"}, "/name"),
        ({"name": "x\ny", "role": "reader"}, "/name"),
        ({"name": "x" * 41, "role": "reader"}, "/name"),
        ({"name": "王敏", "role": "reader"}, "/name"),
        ({"name": "李", "role": "king"}, "/role"),
        ({"role": "reader"}, "/name"),
        ({"name": "李"}, "/role"),
    ],
)
def test_a_bad_member_is_refused(administrator: str, body: dict[str, str], pointer: str) -> None:
    """The wrong field is named, a name that is taken too; nobody is added."""
    add(administrator, "王敏")

    status, said = api("POST", "/api/v1/members", administrator, body)

    assert (status, [error["pointer"] for error in said["errors"]]) == (422, [pointer])
    assert len(all_members()) == 2


def post(token: str, act: str, **fields: str) -> Reply:
    """A form of the members' page."""
    return call("POST", "/secretariat/members", token, {"_csrf": sessions.csrf_token(token), "act": act} | fields)


def test_the_page_keeps_members(administrator: str) -> None:
    """Adds, changes a role, replaces a key and removes, the last two after a second question."""
    stage.make_campaign()
    token = sessions.sign_in(administrator, now_ms())[0]

    added = post(token, "add", name="王敏", role="reader")
    member = next(one for one in all_members() if one.name == "王敏")
    changed = post(token, "change", member=member.id, role="operator")
    asked = post(token, "key", member=member.id)
    present = member.key_hash[:12]
    rekeyed, twice = (post(token, "key", member=member.id, confirmed="1", present=present) for _ in range(2))
    once_more = post(token, "remove", member=member.id)
    gone = post(token, "remove", member=member.id, confirmed="1")

    assert 'id="new-key"' in added.body
    assert (changed.status, gone.status) == (303, 303)
    assert 'id="new-key"' in rekeyed.body
    assert all("danger" in reply.body for reply in (asked, once_more, twice))
    assert [one.name for one in all_members()] == [""]
    actions = [entry["action"] for entry in audit.newest(audit.OFFICE, 4)]
    assert actions == ["member.remove", "member.key", "member.change", "member.add"]
    shown = call("GET", "/secretariat/audit", token).body
    assert all(word in shown for word in ("添加成员", "更改成员", "更换成员密钥", "移除成员", "王敏"))
    assert post(token, "add", name="", role="reader").status == 422
    assert post(token, "promote").status == 400
