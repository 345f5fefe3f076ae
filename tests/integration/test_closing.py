"""Closing a collection: each step can be killed, run twice, and run by two ticks at once; the outcome is one."""

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from random import Random
from typing import Any

import pytest

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Phase
from chalicelib.collection import members, responses
from chalicelib.collection.issue_ticket import issue_ticket
from chalicelib.collection.record_response import record_response
from chalicelib.collection.ticket import id_of
from chalicelib.counting.domain import counts
from chalicelib.counting.domain.tally import NATION
from chalicelib.counting.store import tallies
from chalicelib.counting.usecases.read_counts import read_counts
from chalicelib.instrument import questionnaires
from chalicelib.jobs import jobs
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.gateways import files
from chalicelib.kernel.settings import settings
from chalicelib.kernel.store import audit
from chalicelib.mail.gateways import mail
from chalicelib.mail.usecases import send_mail
from chalicelib.sealing import close_collection as closing
from chalicelib.sealing import segments
from chalicelib.sealing.closing import Closing, job_id
from chalicelib.sealing.roll import places, tree
from chalicelib.sealing.roll.lines import line_of
from chalicelib.sealing.write_export import write_part
from infra.drills.players import random_answers
from infra.verify import verify
from tests import stage
from tests.merkle import root_from

RESPONSES = 12


class Killed(BaseException):
    """The worker is gone: nothing of it runs any more, no handler either."""


@pytest.fixture
def sent(engine: str, monkeypatch: pytest.MonkeyPatch) -> list[mail.Mail]:
    """What was mailed; the SMTP server itself is tested with the running system."""
    stage.prepare()
    sent: list[mail.Mail] = []

    def take(message: mail.Mail) -> tuple[str, ...]:
        sent.append(message)
        return ()

    monkeypatch.setattr(mail, "send", take)
    return sent


@pytest.fixture
def receipts(sent: list[mail.Mail]) -> tuple[str, set[str]]:
    """A campaign that has closed and settled, and the receipts of its responses."""
    campaign = stage.make_campaign(recipients=("secretariat@minsheng.example",))
    codes = [stage.make_link(campaign, edition) for edition in questionnaires.EDITIONS]
    found = set()
    for number in range(RESPONSES):
        ticket = issue_ticket(codes[number % 2], now_ms())
        definition = questionnaires.load(ticket.edition).published("en")
        answers = random_answers(definition, ticket.topics, Random(number), opinions=0.5)
        found.add(record_response(ticket.ticket, None, answers, now_ms()).receipt)
    stage.move_close(campaign, -settings().settle_s * 1000 - 1)
    return campaign, found


def is_done(campaign: str) -> bool:
    """Whether its closing has come to the end."""
    job = jobs.find(job_id(campaigns.read(campaign)))
    assert job is not None
    return job.done


def exported(campaign: str) -> list[dict[str, str]]:
    """The rows of the final export."""
    raw = gzip.decompress(files.read(f"{campaign}/final/responses.csv.gz"))
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def roll_of(campaign: str) -> list[str]:
    """The lines of the roll."""
    return gzip.decompress(files.read(f"{campaign}/final/roll.gz")).decode().splitlines()


def check_sealed(campaign: str, receipts: set[str]) -> None:
    """Export, manifest, hash, figures and registry say the same."""
    sealed = campaigns.read(campaign)
    assert sealed.phase is Phase.SEALED
    assert sealed.seal is not None
    assert sealed.seal.sealed_at >= sealed.closes_at + settings().settle_s * 1000
    raw = files.read(sealed.seal.manifest)
    manifest = json.loads(raw)
    rows = exported(campaign)
    assert [row["receipt"] for row in rows if row["receipt"] in receipts] == [row["receipt"] for row in rows]
    assert {row["receipt"] for row in rows} == receipts
    assert hashlib.sha256(raw).hexdigest() == sealed.seal.manifest_sha256
    assert manifest["collected"] == manifest["files"][0]["rows"] == len(receipts)
    assert manifest["files"][0]["sha256"] == files.describe(f"{campaign}/final/responses.csv.gz").sha256
    assert [unit["collected"] for unit in manifest["units"]] == [len(receipts)]
    assert sum(day["collected"] for day in manifest["days"]) == len(receipts)
    assert manifest["roll"]["lines"] == len(roll_of(campaign)) == len(receipts)
    wrong = verify(settings().files_dir / campaign / "final", sealed.seal.manifest_sha256)
    assert wrong == [f"{len(receipts)} responses lie outside the window"]  # which these tests moved under them
    assert counts.overall(tallies.read(campaign, NATION)[tallies.FINAL]).collected == len(receipts)
    assert read_counts(campaign, "u1", now_ms()).local["n"] == len(receipts)


def test_who_holds_a_receipt_finds_its_line(receipts: tuple[str, set[str]], sent: list[mail.Mail]) -> None:
    """By what stands on the receipt and the verdict; nothing else is told. A line changed, added or taken is found."""
    campaign, acknowledged = receipts
    closing.close_collection(campaign, send_mail.announce_seal)
    lines = roll_of(campaign)

    leaves = [
        "\0".join(["minsheng-roll-1", row["receipt"], row["unit"], row["edition"], row["valid"]]).encode()
        for row in exported(campaign)
    ]
    assert lines == sorted(f"u1 {hashlib.sha256(leaf).hexdigest()}" for leaf in leaves)
    assert not any(receipt in line for line in lines for receipt in acknowledged)

    folder = settings().files_dir / campaign / "final"
    other = f"u1 {'0' * 64}"
    for changed in ([*lines[1:], other], [*lines, other], lines[1:], lines[::-1]):
        raw = gzip.compress("".join(f"{line}\n" for line in changed).encode())
        (folder / "roll.gz").write_bytes(raw)
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        told = {"sha256": hashlib.sha256(raw).hexdigest(), "bytes": len(raw)}
        manifest["files"] = [file | told if file["name"] == "roll.gz" else file for file in manifest["files"]]
        (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
        assert any("roll.gz" in wrong for wrong in verify(folder))


def test_every_member_is_proved_to_be_in_the_roll(
    receipts: tuple[str, set[str]], sent: list[mail.Mail], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the place that its seal noted, whatever the number of runs; the tree's file changed is found."""
    monkeypatch.setattr(places, "RUN", 5)
    campaign, acknowledged = receipts
    closing.close_collection(campaign, send_mail.announce_seal)
    seal, lines = campaigns.read(campaign).seal, roll_of(campaign)
    assert seal is not None

    found = {}
    for receipt in acknowledged:
        response_id = id_of(receipt)
        response, member = responses.find(response_id), members.find(campaign, seal, response_id)
        assert response is not None
        assert member is not None
        assert member.place is not None
        line = line_of(response, valid=bool(member.valid))
        proof = tree.prove(f"{campaign}/final/tree.bin", len(lines), member.place)
        assert root_from(line, member.place, len(lines), proof.path) == proof.root == bytes.fromhex(seal.root)
        found[member.place] = line.decode()
    assert [found[place] for place in range(RESPONSES)] == lines
    assert json.loads(files.read(seal.manifest))["roll"]["root"] == seal.root

    folder = settings().files_dir / campaign / "final"
    raw = bytearray((folder / "tree.bin").read_bytes())
    raw[-1] ^= 1
    (folder / "tree.bin").write_bytes(raw)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    told = {"sha256": hashlib.sha256(raw).hexdigest()}
    manifest["files"] = [file | told if file["name"] == "tree.bin" else file for file in manifest["files"]]
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    assert "tree.bin is not the tree over roll.gz" in verify(folder)


def test_a_closed_collection_is_sealed_and_told(receipts: tuple[str, set[str]], sent: list[mail.Mail]) -> None:
    """Every acknowledged response is in the export, once, and the secretariat is mailed, once."""
    campaign, acknowledged = receipts

    closing.close_collection(campaign, send_mail.announce_seal)
    closing.close_collection(campaign, send_mail.announce_seal)

    check_sealed(campaign, acknowledged)
    assert len(sent) == 1
    assert f"采集量 {RESPONSES}" in sent[0].subject
    assert sent[0].html.count("<tr") == 2


def test_nothing_is_closed_before_the_settle_time(receipts: tuple[str, set[str]]) -> None:
    """Not even if asked: a write may still be on its way."""
    campaign, _ = receipts
    stage.move_close(campaign, -settings().settle_s * 1000 + 2000)

    closing.close_collection(campaign, send_mail.announce_seal)

    assert campaigns.read(campaign).phase is Phase.COLLECTING


STEPS = closing.STEPS[:-1]


def kill_before(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """The worker is killed before the work of a step."""
    real = closing._run_step

    def run_step(lease: Closing, announce: closing.Announce) -> None:
        if lease.job.step == step:
            raise Killed
        real(lease, announce)

    monkeypatch.setattr(closing, "_run_step", run_step)


def kill_after(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """The worker is killed after the work of a step, before it can say so; once."""
    real = jobs.Lease.save
    armed = True

    def save(lease: Closing, at_ms: int) -> None:
        nonlocal armed
        if armed and lease.job.step == closing.NEXT[step]:
            armed = False
            raise Killed
        real(lease, at_ms)

    monkeypatch.setattr(jobs.Lease, "save", save)


@pytest.mark.parametrize("step", STEPS)
def test_killed_before_any_step_it_goes_on_at_the_next_tick(
    receipts: tuple[str, set[str]], sent: list[mail.Mail], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """The lease of the dead worker runs out, and another goes on where it stopped."""
    campaign, acknowledged = receipts
    with monkeypatch.context() as patch:
        kill_before(patch, step)
        with pytest.raises(Killed):
            closing.close_collection(campaign, send_mail.announce_seal)

    closing.close_collection(campaign, send_mail.announce_seal)
    assert not is_done(campaign)  # the lease still holds
    monkeypatch.setattr(closing, "now_ms", lambda: now_ms() + 31_000)
    closing.close_collection(campaign, send_mail.announce_seal)

    check_sealed(campaign, acknowledged)
    assert len(sent) == 1


@pytest.mark.parametrize("step", [name for name in STEPS if name not in {"recount", "mail"}])
def test_a_step_run_twice_gives_the_same(
    receipts: tuple[str, set[str]], sent: list[mail.Mail], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """The worker did the work and died before it could say so."""
    campaign, acknowledged = receipts
    kill_after(monkeypatch, step)
    with pytest.raises(Killed):
        closing.close_collection(campaign, send_mail.announce_seal)
    monkeypatch.setattr(closing, "now_ms", lambda: now_ms() + 31_000)
    closing.close_collection(campaign, send_mail.announce_seal)

    check_sealed(campaign, acknowledged)
    assert len(sent) == 1


def outcome(campaign: str) -> Any:
    """All that a closing leaves for good: the seal, the files, the figures, and what the audit log says."""
    final = [files.describe(f"{campaign}/final/{name}") for name in ("responses.csv.gz", "manifest.json")]
    figures = [tallies.read(campaign, unit)[tallies.FINAL] for unit in ("u1", NATION)]
    return campaigns.read(campaign), final, figures, audit.newest(campaign, 50)


def test_a_campaign_that_is_sealed_keeps_its_seal(
    receipts: tuple[str, set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed right after sealing: the next run finds the seal set, and neither moves its instant nor mails it again."""
    campaign, _ = receipts
    kill_after(monkeypatch, "seal")
    with pytest.raises(Killed):
        closing.close_collection(campaign, send_mail.announce_seal)
    before = outcome(campaign)

    monkeypatch.setattr(closing, "now_ms", lambda: now_ms() + 31_000)
    closing.close_collection(campaign, send_mail.announce_seal)

    assert before[0].seal is not None
    assert outcome(campaign) == before
    assert is_done(campaign)  # it went on to its end


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_that_comes_too_late_with_a_step_changes_nothing(
    receipts: tuple[str, set[str]], sent: list[mail.Mail], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Paused before the step until another has done everything, it does its work all the same, and then stops."""
    campaign, acknowledged = receipts
    real, after = closing._run_step, list[object]()

    def run_step(lease: Closing, announce: closing.Announce) -> None:
        if lease.job.step == step and not after:
            after.append(None)
            with monkeypatch.context() as later:
                later.setattr(closing, "now_ms", lambda: now_ms() + 31_000)
                closing.close_collection(campaign, send_mail.announce_seal)
            after[0] = outcome(campaign)
        real(lease, announce)

    monkeypatch.setattr(closing, "_run_step", run_step)
    with pytest.raises(jobs.LeaseLost):
        closing.close_collection(campaign, send_mail.announce_seal)

    check_sealed(campaign, acknowledged)
    assert after == [outcome(campaign)]
    assert len(sent) == 1


def test_a_mail_that_may_have_gone_out_says_that_it_is_a_repeat(
    receipts: tuple[str, set[str]], sent: list[mail.Mail], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between sending and noting it: the second mail has the same Message-ID and says so."""
    campaign, _ = receipts

    def send_and_die(message: mail.Mail) -> None:
        sent.append(message)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(mail, "send", send_and_die)
        with pytest.raises(Killed):
            closing.close_collection(campaign, send_mail.announce_seal)
    for module in (closing, send_mail):
        monkeypatch.setattr(module, "now_ms", lambda: now_ms() + 61_000)
    closing.close_collection(campaign, send_mail.announce_seal)

    first, second = sent
    assert second.subject == f"(重发){first.subject}"
    assert second.key == first.key


def test_two_ticks_at_once_do_it_once(receipts: tuple[str, set[str]], sent: list[mail.Mail]) -> None:
    """Only one holds the lease."""
    campaign, acknowledged = receipts

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(partial(closing.close_collection, announce=send_mail.announce_seal), [campaign] * 4))

    check_sealed(campaign, acknowledged)
    assert len(sent) == 1
    seals = [entry for entry in audit.newest(campaign, 50) if entry["action"] == "campaign.seal"]
    assert len(seals) == 1


def test_a_worker_that_lost_its_lease_changes_nothing(
    receipts: tuple[str, set[str]], sent: list[mail.Mail], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Paused in the middle of the recount until another has sealed: its own parts don't count, and it stops."""
    campaign, acknowledged = receipts
    real: Callable[..., str] = write_part
    paused = False

    def paused_write(*arguments: Any) -> str:
        nonlocal paused
        if not paused:
            paused = True
            for module in (closing, segments):
                monkeypatch.setattr(module, "now_ms", lambda: now_ms() + 31_000)
            closing.close_collection(campaign, send_mail.announce_seal)
        return real(*arguments)

    monkeypatch.setattr(segments, "write_part", paused_write)
    with pytest.raises(jobs.LeaseLost):
        closing.close_collection(campaign, send_mail.announce_seal)

    check_sealed(campaign, acknowledged)
    assert len(sent) == 1


def test_tallies_that_differ_are_reported_and_the_recount_is_published(receipts: tuple[str, set[str]]) -> None:
    """A count that was never folded shows in the audit log, not in the figures."""
    campaign, acknowledged = receipts
    tallies.add((tallies.owner(campaign, "u1"), "shard"), None, "1", {"n": 3})

    closing.close_collection(campaign, send_mail.announce_seal)

    check_sealed(campaign, acknowledged)
    differing = [e for e in audit.newest(campaign, 50) if e["action"] == "recount.difference"]
    assert differing[0]["differing"]["u1"] == {"tallied": 3, "recounted": RESPONSES}
