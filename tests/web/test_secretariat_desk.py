"""The secretariat's desk: jumps, counting and closing, locks, exports under way, the audit log's filter."""

import pytest

from chalicelib.access.store import keys
from chalicelib.associations.store import units
from chalicelib.associations.usecases.register_units import rotate_key
from chalicelib.campaigns import campaigns
from chalicelib.counting.domain.tally import NATION, hour_of
from chalicelib.counting.store import set_aside, tallies
from chalicelib.jobs import jobs
from chalicelib.jobs.job import Job
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.store import audit
from chalicelib.mail.usecases import send_mail
from chalicelib.sealing import close_collection, export
from chalicelib.sealing.closing import ClosingProgress, job_id
from tests import stage
from tests.web.test_sessions import call
from tests.web.visiting import Session

HOUR = 3_600_000


@pytest.fixture
def campaign() -> str:
    """A campaign that has just opened, and so is the current one."""
    return stage.make_campaign(opens_in_ms=-1, plan=100)


@pytest.fixture
def secretary() -> Session:
    """A session of the secretariat's."""
    return Session(stage.secretariat_key())


def test_a_sudden_jump_stands_at_its_unit(campaign: str, secretary: Session) -> None:
    """And can be filtered for."""
    units.item_of(units.read(campaign, "u1").model_copy(update={"code": "u2", "name": "晨星协会"})).save()
    at_ms = now_ms()
    steady = {f"h:{hour_of(at_ms - hour * HOUR)}": 10 for hour in range(3, 30)}
    tallies.add((tallies.owner(campaign, "u1"), "s"), None, "1", steady | {f"h:{hour_of(at_ms - HOUR)}": 321, "n": 591})
    tallies.add((tallies.owner(campaign, "u2"), "s"), None, "1", steady | {"n": 270})

    everybody = secretary.get("/secretariat").body
    jumping = secretary.get("/secretariat", {"show": "jumps"}).body

    assert everybody.count("（321）") == 1
    assert stage.UNIT_NAME in jumping
    assert "晨星协会" not in jumping


def test_the_state_of_counting_is_shown(campaign: str, secretary: Session) -> None:
    """Shards with watermarks, the last response's lag, what could not be read and why."""
    at_ms = now_ms() // 1000 * 1000
    owner = tallies.owner(campaign, NATION)
    tallies.add((owner, "shardId-1"), None, "700", {"n": 70}, at_ms - 49_000, at_ms - 50_000)
    tallies.add((owner, "shardId-2"), None, "42", {"n": 4}, at_ms, at_ms - 3000)
    set_aside.put("shardId-2", "43", "no campaign", {"odd": True})

    body = secretary.get("/secretariat/counting").body

    for words in ("shardId-1", "700", "shardId-2#43", "no campaign", "存入约 3 秒后计入", "尚未封存"):
        assert words in body


def test_a_closing_shows_its_steps(campaign: str, secretary: Session) -> None:
    """What is done, what is at work and how far, what comes later; and all done in the end."""
    stage.move_close(campaign, -3 * 60_000)
    close_collection._begin(campaign)
    data = {"segments": 4, "read": 1}
    half = Job(id=job_id(campaigns.read(campaign)), kind="close", campaign=campaign, step="recount", data=data,
               created_at=0)  # fmt: skip
    jobs.create(half)

    asked = {"campaign": campaign}
    body = secretary.get("/secretariat/counting", asked).body
    assert "正在进行" in body
    assert "25.0%" in body
    assert body.count("等待中") == len(close_collection.STEPS) - 3
    lease = jobs.take(half.id, now_ms(), ClosingProgress)
    assert lease is not None
    lease.progress.segments = 0
    lease.release()
    close_collection.close_collection(campaign, send_mail.announce_seal)

    body = secretary.get("/secretariat/counting", asked).body
    assert body.count("已完成") >= len(close_collection.STEPS) - 1
    assert "封存时间" in body


def test_a_locked_key_opens_nothing_until_it_is_unlocked(campaign: str, secretary: Session) -> None:
    """API and session alike; it asks once more, says that it can be undone, and is in the audit log."""
    key = rotate_key(campaign, "u1", now_ms(), "test")
    unit = Session(key)

    def status() -> int:
        return call("GET", "/api/v1/counts", headers={"x-api-key": key}).status

    asked = secretary.post("/secretariat/units/{unit}", {"act": "lock"}, unit="u1")
    assert "可以随时解除锁定" in asked.body
    assert status() == 200
    secretary.post("/secretariat/units/{unit}", {"act": "lock", "confirmed": "1"}, unit="u1")
    assert status() == 401
    assert stage.UNIT_NAME not in unit.get("/desk").body
    assert call("POST", "/desk", form={"key": key}).status == 401
    assert "密钥已锁定" in secretary.get("/secretariat/units/{unit}", unit="u1").body

    secretary.post("/secretariat/units/{unit}", {"act": "unlock"}, unit="u1")

    assert status() == 200
    assert stage.UNIT_NAME in unit.get("/desk").body
    assert [entry["action"] for entry in audit.newest(campaign, 2)] == ["unit.unlock", "unit.lock"]


def test_a_new_key_is_unlocked_and_the_old_one_stays_out(campaign: str, secretary: Session) -> None:
    """Whoever locked a leaked key replaces it next."""
    old = rotate_key(campaign, "u1", now_ms(), "test")
    secretary.post("/secretariat/units/{unit}", {"act": "lock", "confirmed": "1"}, unit="u1")

    new = rotate_key(campaign, "u1", now_ms(), "test")

    for key, status in ((old, 401), (new, 200)):
        assert call("GET", "/api/v1/counts", headers={"x-api-key": key}).status == status
    assert not keys.set_locked("0" * 64, locked=True)


def test_an_export_under_way_says_how_far_it_is(campaign: str, secretary: Session) -> None:
    """In percent of the table."""
    export_id = export.request_export(campaign, now_ms(), "test")
    lease = jobs.take(f"export#{export_id}", now_ms(), export.ExportProgress)
    assert lease is not None
    lease.progress.of, lease.progress.segments = 4, 1
    lease.save(now_ms())

    assert "25.0%" in secretary.get("/exports/{export}", export=export_id).body


def test_the_audit_log_is_filtered_and_shows_before_and_after(campaign: str, secretary: Session) -> None:
    """By act exactly, by who and what in part; changes field by field."""
    at = now_ms()
    audit.note(
        campaign,
        at,
        "secretariat/王",
        "unit.change",
        "u7",
        before={"name": "甲", "plan": 1},
        after={"name": "乙", "plan": 1},
    )
    audit.note(campaign, at + 1, "u7", "link.label", "ABCD", before="", after="大厅")
    audit.note(campaign, at + 2, "recount", "recount.repair", "u7", hour="2021080309", before=[1, 1], after=[2, 2])

    def found(**asked: str) -> str:
        return secretary.get("/secretariat/audit", asked).body

    assert "<del>甲</del> → <ins>乙</ins>" in found()
    assert "plan" not in found(action="unit.change")
    assert "共 1 条" in found(action="link.label")
    assert "<del>–</del> → <ins>大厅</ins>" in found(who="U7")
    assert "共 2 条" in found(subject="u7")
    assert "2021080309" in found(subject="u7")
    assert "共 0 条" in found(who="<script>")
