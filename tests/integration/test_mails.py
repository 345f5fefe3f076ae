"""Scheduled mails, by a real SMTP server: sent once for each slot, read back by parsers that aren't ours."""

import base64
import email
import email.policy
import io
import json
import smtplib
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from openpyxl import load_workbook

from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.store import contacts, units
from chalicelib.campaigns import campaigns
from chalicelib.counting.domain.tally import NATION, hour_of
from chalicelib.counting.store import tallies
from chalicelib.jobs import heartbeat, jobs
from chalicelib.jobs.job import LEASE_MS
from chalicelib.jobs.run_leased import take_up
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.settings import settings
from chalicelib.kernel.store import audit
from chalicelib.mail.domain.mail_progress import MailProgress
from chalicelib.mail.domain.outgoing import PATIENCE_MS, SECRETARIAT, Delivery, Outgoing
from chalicelib.mail.gateways import mail
from chalicelib.mail.kinds.digest import KIND as DIGEST
from chalicelib.mail.kinds.digest import write_digest
from chalicelib.mail.store import outbox
from chalicelib.mail.usecases import order_mail, send_mail
from chalicelib.sealing import close_collection, export
from infra.local import ROOT
from infra.local.ports import free_port
from infra.local.processes import Program, module, start
from tests import stage

SECRETARY = "office@secretariat.example"
OFFICE = "office@unit.example"
HOUR = 3_600_000


class PostOffice:
    """An SMTP server that can be shut, and what came in."""

    def __init__(self, folder: Path) -> None:
        self.port, self.folder = free_port(), folder
        self._process: subprocess.Popen[bytes] | None = None

    def open(self) -> None:
        """Lets mail in, as soon as it is up."""
        self._process = start(Program("smtp", module("smtp", str(self.port), str(self.folder))))
        mailing = settings().model_copy(update={"smtp_port": self.port})
        while True:
            try:
                smtplib.SMTP("127.0.0.1", mailing.smtp_port).close()
            except OSError:
                assert self._process.poll() is None
            else:
                return

    def shut(self) -> None:
        """Nobody answers from now on."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def raw(self) -> list[bytes]:
        """The messages in the order of their arrival."""
        return [file.read_bytes() for file in sorted(self.folder.glob("*.eml"))]

    def mails(self) -> list[EmailMessage]:
        """The same, as Python's own parser reads them."""
        parsed = [email.message_from_bytes(one, policy=email.policy.default) for one in self.raw()]
        assert all(isinstance(one, EmailMessage) and not one.defects for one in parsed)
        return parsed


@pytest.fixture
def post(engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    """A post office that is open."""
    stage.prepare()
    folder = tmp_path / "mailbox"
    folder.mkdir()
    office = PostOffice(folder)
    mailing = settings().model_copy(update={"smtp_port": office.port})
    monkeypatch.setattr(mail, "settings", lambda: mailing)
    office.open()
    yield office
    office.shut()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The time by which mails are sent, to be moved."""
    clock = [now_ms()]
    monkeypatch.setattr(send_mail, "now_ms", lambda: clock[0])
    return clock


def make_campaign(recipients: tuple[str, ...] = (SECRETARY,), wanting: bool = True) -> str:
    """A campaign that has been open for two days, with a unit that wants its own mails, and something collected."""
    campaign = stage.make_campaign(opens_in_ms=-48 * HOUR, plan=40, recipients=recipients)
    contacts.item_of(campaign, "u1", Contact(email=OFFICE, wants_digest=wanting)).save()
    link = stage.make_link(campaign)
    count(campaign, 12, link)
    return campaign


def count(campaign: str, more: int, link: str) -> None:
    """Counts `more` responses of the last hour, nine in twelve of them valid."""
    hour = hour_of(now_ms() - HOUR)
    for code in ("u1", NATION):
        seen = tallies.read(campaign, code).get("shard", {}).get("n")
        own = {f"l:{link}": more} if code != NATION else {"p:44": more, "e:public": more}
        mark = None if seen is None else str(seen)
        row = {"n": more, "v": more * 3 // 4, f"h:{hour}": more, f"H:{hour}": more * 3 // 4}
        tallies.add((tallies.owner(campaign, code), "shard"), mark, str((seen or 0) + more), row | own)


def digest(campaign: str, slot: int) -> None:
    """What a tick does at a slot, and then at the next tick."""
    ordered = order_mail.order_mail(campaigns.read(campaign), "digest", slot)
    send_mail.run(ordered)
    send_mail.run(order_mail.order_mail(campaigns.read(campaign), "digest", slot))


def outgoing(campaign: str) -> list[Outgoing]:
    """What the outbox holds."""
    return outbox.newest(campaign, 50)


def parts(message: EmailMessage) -> dict[str, Any]:
    """The leaves of a mail by content type."""
    return {part.get_content_type(): part.get_content() for part in message.walk() if not part.is_multipart()}


def test_a_slot_s_mails_go_out_once(post: PostOffice) -> None:
    """One for the secretariat, one for the unit that wants its own, however many ticks see the slot."""
    campaign = make_campaign()

    digest(campaign, now_ms())

    assert sorted(message["To"] for message in post.mails()) == [SECRETARY, OFFICE]
    assert {one.progress for one in outgoing(campaign)} == {Delivery.SENT}
    assert all(one.text and one.sent_at for one in outgoing(campaign))


def test_nobody_is_mailed_who_doesn_t_want_it(post: PostOffice) -> None:
    """Neither a unit that doesn't, nor one whose address nobody knows, nor a secretariat without recipients."""
    campaign = make_campaign(recipients=(), wanting=False)

    digest(campaign, 1000)
    contacts.item_of(campaign, "u1", Contact(wants_digest=True)).save()
    digest(campaign, 2000)

    assert post.raw() == []


def test_a_digest_tells_what_has_changed(post: PostOffice) -> None:
    """Since the slot before, for the nation and for each unit."""
    campaign = make_campaign()
    slot = now_ms()
    digest(campaign, slot - 9 * HOUR)
    count(campaign, 5, stage.make_link(campaign))

    digest(campaign, slot)

    first, _, second, units_own = (parts(one)["text/plain"] for one in post.mails())
    assert "全国  采集量 12  有效量 9" in first
    assert "自上次" not in first
    assert "全国  采集量 17  有效量 12" in second
    assert "以来  采集 5" in second
    assert f"u1  {stage.UNIT_NAME}  采集 17（+5）  有效 12  计划 40  完成 42.5%" in second
    assert "以来  采集 5" in units_own
    (row,) = workbook_of(post.mails()[3])["单位"].iter_rows(min_row=4, values_only=True)
    assert row[-1] == 5


def test_headers_are_right(post: PostOffice) -> None:
    """Date, Message-ID, who sends; what ends a unit's mails by one click, which the secretariat's don't need."""
    campaign = make_campaign()

    digest(campaign, now_ms())

    by_address = {message["To"]: message for message in post.mails()}
    for message in by_address.values():
        assert message["From"] == settings().mail_from
        assert message["Message-ID"].endswith("@minsheng.example>")
        assert abs(parsedate_to_datetime(message["Date"]).timestamp() * 1000 - now_ms()) < HOUR
        assert message["Auto-Submitted"] == "auto-generated"
    assert len({message["Message-ID"] for message in by_address.values()}) == 2
    assert "List-Unsubscribe" not in by_address[SECRETARY]
    assert by_address[OFFICE]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = by_address[OFFICE]["List-Unsubscribe"].strip("<>")
    assert address.startswith(f"{settings().public_url}/unsubscribe/")
    assert address in parts(by_address[OFFICE])["text/plain"]


def test_another_parser_reads_the_same(post: PostOffice) -> None:
    """A library of another language finds text, HTML, the picture that the HTML shows, and the workbook."""
    campaign = make_campaign()

    digest(campaign, now_ms())

    for raw, ours in zip(post.raw(), post.mails(), strict=True):
        read = subprocess.run(
            ["node", "tests/parse_mail.mjs"], cwd=ROOT, input=raw, capture_output=True, check=True, timeout=60
        )
        theirs = json.loads(read.stdout)
        found = parts(ours)
        assert theirs["subject"] == ours["Subject"]
        assert theirs["text"].split() == found["text/plain"].split()
        assert theirs["html"].split() == found["text/html"].split()
        assert 'src="cid:curve"' in theirs["html"]
        picture, workbook = theirs["attachments"]
        assert (picture["mimeType"], picture["contentId"], picture["related"]) == ("image/png", "<curve>", True)
        assert base64.b64decode(picture["content"]) == found["image/png"]
        assert found["image/png"].startswith(b"\x89PNG")
        assert workbook["filename"].endswith(".xlsx")
        assert workbook["disposition"] == "attachment"


def workbook_of(message: EmailMessage) -> Any:
    """The workbook of a mail."""
    (attached,) = message.iter_attachments()
    return load_workbook(io.BytesIO(attached.get_content()))


def test_the_workbook_holds_tables_and_charts(post: PostOffice) -> None:
    """Units, links, hours and regions as real tables, with charts that the program draws; a unit's holds its own."""
    campaign = make_campaign()
    units.item_of(units.read(campaign, "u1").model_copy(update={"code": "u2", "name": "=1+1", "plan": None})).save()

    digest(campaign, now_ms())

    by_address = {message["To"]: workbook_of(message) for message in post.mails()}
    everything, own = by_address[SECRETARY], by_address[OFFICE]
    assert everything.sheetnames == ["单位", "链接", "小时", "地区"]
    assert own.sheetnames == ["单位", "链接", "小时"]
    assert all(len(sheet.tables) == 1 for book in (everything, own) for sheet in book)
    assert [len(sheet._charts) for sheet in everything] == [1, 0, 1, 1]
    rows = list(everything["单位"].iter_rows(min_row=4, values_only=True))
    assert [(row[0], *row[3:6], *row[7:]) for row in rows] == [("u1", 40, 12, 9, 0.3), ("u2", None, 0, 0, None)]
    assert {cell.data_type for sheet in everything for row in sheet for cell in row} <= {"s", "n"}
    assert everything["单位"]["B5"].value == "=1+1"
    assert [row[1] for row in own["单位"].iter_rows(min_row=4, values_only=True)] == [stage.UNIT_NAME]
    assert sum(row[1] for row in everything["小时"].iter_rows(min_row=4, values_only=True)) == 12
    assert [row[:3] for row in everything["地区"].iter_rows(min_row=4, values_only=True)] == [("44", "广东省", 12)]


def test_a_mail_that_is_refused_is_tried_with_patience(post: PostOffice, clock: list[int]) -> None:
    """Nobody answers: it waits, and what is due sooner than it waits for nothing; then it goes out, as a first one."""
    campaign, slot = make_campaign(), now_ms()
    post.shut()
    digest(campaign, slot)
    assert [one.tries for one in outgoing(campaign)] == [1, 1]
    assert all("Connection refused" in one.problem for one in outgoing(campaign))
    post.open()
    digest(campaign, slot)
    assert post.raw() == []

    clock[0] += PATIENCE_MS[0]
    digest(campaign, slot)

    assert sorted(message["To"] for message in post.mails()) == [SECRETARY, OFFICE]
    assert not any("重发" in message["Subject"] for message in post.mails())
    assert [one.problem for one in outgoing(campaign)] == ["", ""]


def test_a_mail_that_nobody_takes_is_given_up_and_can_be_tried_again(post: PostOffice, clock: list[int]) -> None:
    """After the last try it is shown as failed; another round starts on request."""
    campaign, slot = make_campaign(wanting=False), now_ms()
    post.shut()
    for wait in (0, *PATIENCE_MS, PATIENCE_MS[-1]):
        clock[0] += wait
        digest(campaign, slot)
    (given_up,) = outbox.failed(campaign)
    assert given_up.tries == len(PATIENCE_MS) + 1
    job = jobs.find(order_mail.MAILS.id_of(order_mail.name_of(campaign, "digest", slot)))
    assert job is not None
    assert job.done

    post.open()
    send_mail.send_again(campaign, given_up.key, clock[0], "secretariat")
    send_mail.send_again(campaign, given_up.key, clock[0], "secretariat")
    for job in jobs.unfinished():
        if job.campaign == campaign and job.kind == order_mail.MAILS.name:
            send_mail.run(job.id)

    assert [message["To"] for message in post.mails()] == [SECRETARY]
    assert outbox.failed(campaign) == []
    assert [entry["action"] for entry in audit.newest(campaign, 9)].count("mail.again") == 1


class Killed(BaseException):
    """The worker is gone: nothing of it runs any more, no handler either."""


@pytest.mark.parametrize("moment", ["before the plan is stored", "before it is handed over", "before it is noted"])
def test_a_killed_worker_s_mails_go_out_once_or_say_so(
    post: PostOffice, clock: list[int], monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Only what may have gone out comes again, under the same Message-ID, and says that it is a repeat."""
    campaign, slot = make_campaign(), now_ms()
    real_send, real_create = mail.send, outbox.create

    def send_and_die(message: mail.Mail) -> tuple[str, ...]:
        if moment == "before it is noted":
            real_send(message)
        raise Killed

    def create_and_die(one: Outgoing) -> bool:
        real_create(one)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(mail, "send", send_and_die)
        if moment == "before the plan is stored":
            patch.setattr(outbox, "create", create_and_die)
        with pytest.raises(Killed):
            digest(campaign, slot)
    clock[0] += PATIENCE_MS[0] + LEASE_MS
    digest(campaign, slot)

    subjects = [message["Subject"] for message in post.mails()]
    ids = [message["Message-ID"] for message in post.mails()]
    repeats = [subject for subject in subjects if subject.startswith("(重发)")]
    assert len(set(ids)) == 2
    assert len(subjects) == (3 if moment == "before it is noted" else 2)
    assert len(repeats) == (0 if moment == "before the plan is stored" else 1)


def test_a_mail_that_cannot_be_written_keeps_no_other_back(post: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """The unit's goes out though the secretariat's fails, which is noted with its reason."""
    campaign = make_campaign()

    def write(one: Outgoing, *rest: Any) -> mail.Mail:
        if one.addressee == SECRETARIAT:
            raise ValueError("no such figure")
        return write_digest(one, *rest)

    monkeypatch.setattr(DIGEST, "write", write)

    digest(campaign, now_ms())

    assert [message["To"] for message in post.mails()] == [OFFICE]
    (waiting,) = [one for one in outgoing(campaign) if one.progress is Delivery.WAITING]
    assert "no such figure" in waiting.problem


@pytest.mark.parametrize("planned", [False, True])
def test_a_kind_that_nobody_knows_waits_for_a_release_that_does(post: PostOffice, planned: bool) -> None:
    """Its mails lose no try."""
    campaign, slot = make_campaign(), now_ms()
    progress = MailProgress(occasion="newer", at=slot, planned=planned)
    order_mail.MAILS.create(campaign, campaign, slot, progress)
    outbox.create(Outgoing(campaign=campaign, occasion="newer", at=slot, addressee="u1", to=(OFFICE,)))

    with pytest.raises(KeyError, match="newer"):
        send_mail.run(order_mail.MAILS.id_of(campaign))

    jobs.remove(order_mail.MAILS.find(campaign).job)
    assert [(one.tries, one.progress) for one in outgoing(campaign)] == [(0, Delivery.WAITING)]
    assert post.raw() == []


def test_a_server_that_hangs_holds_a_tick_up_once(
    post: PostOffice, clock: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One mail waits for it in each run; what may have got through says so when it comes again."""
    campaign, slot = make_campaign(), now_ms()
    monkeypatch.setattr(mail, "_TIMEOUT_S", 0.3)
    post.shut()
    with socket.create_server(("127.0.0.1", post.port)):
        ordered = order_mail.order_mail(campaigns.read(campaign), "digest", slot)
        send_mail.run(ordered)
        assert sorted(one.tries for one in outgoing(campaign)) == [0, 1]
        send_mail.run(ordered)
        assert [one.tries for one in outgoing(campaign)] == [1, 1]
    post.open()

    clock[0] += PATIENCE_MS[0]
    send_mail.run(ordered)

    assert [message["Subject"].startswith("(重发)") for message in post.mails()] == [True, True]


def test_the_final_mail_goes_to_units_too(post: PostOffice) -> None:
    """With what was sealed, once the campaign is."""
    campaign = make_campaign()
    stage.move_close(campaign, -settings().settle_s * 1000 - 1)

    close_collection.close_collection(campaign, send_mail.announce_seal)

    by_address = {message["To"]: message for message in post.mails()}
    assert set(by_address) == {SECRETARY, OFFICE}
    assert all("采集已结束并封存" in message["Subject"] for message in by_address.values())
    assert f"/exports/{campaign}.final" in parts(by_address[SECRETARY])["text/plain"]
    assert "/exports/" not in parts(by_address[OFFICE])["text/plain"]


def test_the_link_leads_to_the_full_files(post: PostOffice) -> None:
    """Each slot orders an export, once; the mail names its address, where a key is asked for."""
    campaign, slot = make_campaign(), now_ms()

    digest(campaign, slot)
    for job in jobs.unfinished():
        if job.campaign == campaign and job.kind == export.EXPORTS.name:
            take_up(export.EXPORTS, job.id, now_ms())

    text = next(parts(one)["text/plain"] for one in post.mails() if one["To"] == SECRETARY)
    ordered = [job for job in jobs.of_kind("export") if job.campaign == campaign]
    assert [job.done for job in ordered] == [True]
    assert f"{settings().public_url}/exports/{ordered[0].id.partition('#')[2]}" in text


def test_a_mail_that_takes_longer_than_a_lease_is_sent_once(post: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a workbook of twenty thousand links does; time runs a hundred times as fast, and ticks come meanwhile."""
    campaign, real = make_campaign(wanting=False), DIGEST.write
    monkeypatch.setattr(heartbeat, "BEAT_S", 0.1)
    monkeypatch.setattr(jobs, "LEASE_MS", 300)

    def slow(*arguments: Any) -> mail.Mail:
        sleep(0.75)  # the time that the work takes is what is tested
        return real(*arguments)

    monkeypatch.setattr(DIGEST, "write", slow)
    ordered = order_mail.order_mail(campaigns.read(campaign), "digest", now_ms())
    with ThreadPoolExecutor(4) as ticks:
        running = []
        for _ in range(4):
            running.append(ticks.submit(send_mail.run, ordered))
            sleep(0.25)
        for one in running:
            one.result()

    assert len(post.mails()) == 1
