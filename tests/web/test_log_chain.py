"""The audit log is a chain: each entry follows the one before it, whoever writes at the same instant."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.access.domain.roles import Rank
from chalicelib.access.usecases import sessions
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.store import audit, writes
from chalicelib.kernel.store.audit import AuditItem
from chalicelib.kernel.store.dynamodb import ConditionFailed
from chalicelib.kernel.store.writes import commit
from chalicelib.mail.kinds import digest
from infra.verify_log import verify_log
from tests import stage
from tests.web.test_sessions import call


def log_of(campaign: str) -> list[bytes]:
    """Its lines."""
    return [line.encode() for line in audit.lines(campaign, 0, 10_000)]


def head_of(campaign: str) -> tuple[int, str]:
    """Its last entry, as one notes it down."""
    head = audit.head(campaign)
    return head.number, head.sha256


def test_whoever_writes_at_once_writes_one_chain(engine: str) -> None:
    """Alone and beside other writes; none is lost, none told twice."""
    campaign = stage.make_campaign()
    before = audit.head(campaign).number

    def write(number: int) -> None:
        if number % 2:
            audit.note(campaign, number, "test", "unit.change", str(number))
        else:
            told = [audit.entry(place, number, "test", "unit.change", str(number)) for place in (campaign, campaign)]
            commit(*told)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))

    lines = log_of(campaign)
    assert len(lines) == before + 20 + 2 * 20
    assert verify_log(lines, head_of(campaign)) == []
    told = [entry["subject"] for entry in audit.newest(campaign, 60) if entry["who"] == "test"]
    assert sorted(told) == sorted([*map(str, range(40)), *map(str, range(0, 40, 2))])


def test_entries_of_two_logs_go_together(engine: str) -> None:
    """Each in its own chain."""
    one, other = stage.make_campaign(), stage.make_campaign()

    commit(*(audit.entry(place, 1, "test", "unit.change", "u1") for place in (one, other, one)))

    assert (verify_log(log_of(one), head_of(one)), verify_log(log_of(other), head_of(other))) == ([], [])
    assert [entry["number"] for entry in audit.newest(one, 2)] == [head_of(one)[0], head_of(one)[0] - 1]


def test_an_act_that_fails_leaves_no_gap(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It isn't tried again for the log's sake, and the next entry follows the last."""
    campaign, tries = stage.make_campaign(), list[int]()
    audit.note(campaign, 1, "test", "unit.change", "u1")
    monkeypatch.setattr("chalicelib.kernel.store.writes.time.sleep", tries.append)

    with pytest.raises(ConditionFailed):
        commit(
            writes.check(AuditItem(campaign, "nowhere"), AuditItem.campaign.exists()),
            audit.entry(campaign, 2, "test", "unit.change", "u2"),
        )
    audit.note(campaign, 3, "test", "unit.change", "u3")

    assert tries == []
    assert [entry["subject"] for entry in audit.newest(campaign, 2)] == ["u3", "u1"]
    assert verify_log(log_of(campaign), head_of(campaign)) == []


def test_entries_of_earlier_releases_stand_before_the_chain(engine: str) -> None:
    """They are shown, and the first number comes after them."""
    campaign = stage.make_campaign()
    first = audit.head(campaign).number
    AuditItem(campaign, "001627952400000-abcd", document='{"at": 1, "action": "old"}').save()

    audit.note(campaign, 2, "test", "unit.change", "u1")

    assert [entry["action"] for entry in audit.newest(campaign, 99)][-1] == "old"
    assert audit.head(campaign).number == first + 1
    assert verify_log(log_of(campaign), head_of(campaign)) == []


@pytest.mark.parametrize("log", ["campaign", "office"])
def test_what_the_page_hands_out_is_held_to_what_it_shows(log: str) -> None:
    """And to what it showed before an entry was taken out of the table, or rewritten."""
    stage.forget_members()
    token = sessions.sign_in(stage.member_key(Rank.READER), now_ms())[0]
    campaign = stage.make_campaign()
    scope = campaign if log == "campaign" else audit.OFFICE
    for number in range(5):
        audit.note(scope, now_ms(), "test", "unit.change", str(number))

    def look(**query: str) -> str:
        asked = {name: [value] for name, value in query.items()}
        parameters = {"campaign": campaign}
        return call("GET", "/secretariat/{campaign}/audit", token, parameters=parameters, query=asked).body

    shown = re.search(rf'id="head-{log}">\D*(\d+)\D*<code>(\w+)</code>', look())
    assert shown is not None
    number = int(shown[1])

    def wrong(after: int = 0) -> list[str]:
        lines = look(log=log, after=str(after)).encode().splitlines()
        assert lines
        return verify_log(lines, (number, shown[2]))

    assert (wrong(), wrong(number - 2)) == ([], [])
    taken_out = AuditItem.get(scope, f"n{number - 1:012d}")
    taken_out.delete()
    assert len(wrong()) == 1
    AuditItem(scope, taken_out.at, document=taken_out.document.replace("test", "nobody")).save()
    assert len(wrong()) == 1
    taken_out.save()
    assert wrong() == []


def test_a_digest_notes_the_last_entry_down(engine: str) -> None:
    """In a mail, which nobody here can change any more."""
    campaign = stage.make_campaign()
    audit.note(campaign, 1, "test", "unit.change", "u1")
    number, sha256 = head_of(campaign)

    (line,) = digest.log_head(campaign)

    assert (str(number) in line, sha256 in line) == (True, True)
    assert digest.log_head("no-such-campaign") == []
