"""What earlier releases have stored is read, counted and sealed by this one: see `tests/fixtures`.

Netizens hold tickets for months, units their keys, and everybody their receipts; a `DATA_DIR` outlives releases. Each
picture is opened once by the whole system, and everything in it is looked at before anything is done.
"""

import csv
import gzip
import hashlib
import html
import io
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Any

import httpx
import pytest

from infra.drills.running import RunningSystem
from infra.verify import verify
from tests.fixtures.netizens import request_of
from tests.fixtures.office import enter
from tests.fixtures.picture import Picture, Told, changes, look, pictures

COUNTED_S = 5.0
"""What is promised."""
DONE_S = 30.0
MOST_BYTES = 300_000
Figures = dict[str, tuple[int, int]]
"""Collected and valid, by what is counted."""


@dataclass
class Opened:
    """A picture with this release running on it."""

    told: Told
    system: RunningSystem
    doors: ExitStack
    clients: dict[str, httpx.Client] = field(default_factory=dict)

    @property
    def office(self) -> httpx.Client:
        """The secretariat, by the key that it has had from the first day."""
        return self.client(self.system.demo["secretariat_key"])

    def client(self, key: str = "") -> httpx.Client:
        """Who shows this key; one client for each."""
        if key not in self.clients:
            self.clients[key] = self.doors.enter_context(self.system.client(key))
        return self.clients[key]

    def send(self, visit: dict[str, Any], **changed: Any) -> httpx.Response:
        """What a visit sends, or something else under the same ticket."""
        return self.client().post("/api/v1/responses", json=request_of(visit) | changed)

    def shown(self, campaign: str) -> Figures:
        """What every unit that collects in a campaign is shown of itself, its links and the nation."""
        found: Figures = {}
        for unit in self.told["units"]:
            if unit["campaign"] == campaign:
                said = look(self.client(unit["key"]), f"/api/v1/counts?campaign={campaign}")
                figures = {f"unit {unit['code']}": said["unit"], f"nation, to {unit['code']}": said["national"]}
                figures |= {f"link {link['code']}": link for link in said["links"]}
                found |= {name: (one["collected"], one["valid"]) for name, one in figures.items()}
        return found

    def due(self, campaign: str) -> Figures:
        """The same by the receipts that netizens hold."""
        collected, valid = Counter[str](), Counter[str]()
        for visit in self.told["spent"]:
            if visit["campaign"] == campaign:
                names = [f"unit {visit['unit']}", f"link {visit['link']}", "nation"]
                collected.update(names)
                valid.update(names if visit["valid"] else ())
        asked = {name: name.partition(",")[0] for name in self.shown(campaign)}
        return {name: (collected[counted], valid[counted]) for name, counted in asked.items()}

    def state(self, campaign: str) -> str:
        """`open`, `closed`, `sealed`."""
        return str(look(self.office, f"/api/v1/campaigns/{campaign}")["state"])

    def is_done(self, path: str) -> bool:
        """Whether something that was ordered is there."""
        return bool(self.office.get(path).raise_for_status().json()["status"] == "done")

    def order(self, kind: str) -> str:
        """Orders an export or a recount of the open campaign; where it is, once it is done."""
        ordered = self.office.post(f"/api/v1/{kind}?campaign={self.told['open']}").raise_for_status().json()["id"]
        assert until(lambda: self.is_done(f"/api/v1/{kind}/{ordered}"), DONE_S)
        return f"/api/v1/{kind}/{ordered}"

    def rows(self, export: str) -> dict[str, dict[str, str]]:
        """An export's rows by receipt, from the file that its entry names and vouches for."""
        entry = self.office.get(export).raise_for_status().json()
        file = next(file for file in entry["files"] if file["name"] == "responses.csv.gz")
        content = self.office.get(file["url"]).raise_for_status().content
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
        text = gzip.decompress(content).decode("utf-8-sig")
        rows = {row["receipt"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}
        assert len(rows) == file["rows"]
        return rows


def until(holds: Callable[[], bool], within_s: float) -> bool:
    """Whether something comes to hold in time."""
    deadline = time.monotonic() + within_s
    while not (held := holds()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return held


def of(visits: list[dict[str, Any]], campaign: str) -> dict[str, dict[str, Any]]:
    """What netizens and their units know of a campaign's responses, by receipt."""
    names = ("accepted_at", "unit", "link", "valid")
    return {v["receipt"]: {name: v[name] for name in names} for v in visits if v["campaign"] == campaign}


def known(row: dict[str, str]) -> dict[str, Any]:
    """The same in an export's row."""
    told = {name: row[name] for name in ("accepted_at", "unit", "link")}
    return told | {"valid": row["valid"] == "true"}


@pytest.fixture(scope="module", params=pictures(), ids=lambda picture: picture.version)
def started(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """The system on a picture."""
    picture: Picture = request.param
    folder = picture.unpack(tmp_path_factory.mktemp("earlier"))
    with RunningSystem(folder, SETTLE_S="1") as system, ExitStack() as doors:
        yield Opened(picture.told(), system, doors)


@pytest.fixture(scope="module")
def opened(started: Opened) -> Opened:
    """After it has done what was left undone: three responses were stored and not counted, an export was ordered and
    not made, a campaign had closed and wasn't sealed."""
    campaign, left = started.told["open"], f"/api/v1/exports/{started.told['exports'][-1]}"

    assert until(lambda: started.shown(campaign) == started.due(campaign), DONE_S)
    assert until(lambda: started.is_done(left), DONE_S)
    assert until(lambda: started.state(started.told["closed"]) == "sealed", DONE_S)

    return started


@pytest.fixture(scope="module")
def looked(opened: Opened) -> list[tuple[Any, Any]]:
    """Of every reading, what was said and what is, before anything is done."""
    return [(one["said"], look(opened.client(one["key"]), one["path"])) for one in opened.told["readings"]]


@pytest.fixture(scope="module")
def answered(opened: Opened, looked: list[tuple[Any, Any]]) -> Opened:
    """After those who still held tickets have answered; all of them took long enough to be valid."""
    for visit in opened.told["unspent"]:
        reply = opened.send(visit)
        assert reply.status_code == 201, reply.text
        opened.told["spent"].append(visit | reply.json() | {"valid": True})
    return opened


def test_there_is_a_picture() -> None:
    """And each is small enough to be kept for ever."""
    assert "0.1.0" in [picture.version for picture in pictures()]
    for picture in pictures():
        assert picture.archive.stat().st_size + picture.beside.stat().st_size < MOST_BYTES


def test_every_reading_says_what_it_said(looked: list[tuple[Any, Any]]) -> None:
    """Campaigns, units, links, counts, overviews, supporters, annexes, gifts, materials, members, exports, recounts,
    the seal, and every version of the questionnaires, in both languages."""
    told = [change for said, now in looked for change in changes(said, now)]
    assert [change for change in told if not change.startswith("/revision: ")] == []
    assert len(told) <= 1  # the open campaign's, whose rules are fixed at its first judging


def test_the_audit_log_ends_as_it_did(opened: Opened, looked: list[tuple[Any, Any]]) -> None:
    """A release may note more; what was noted stays, in its order."""
    for campaign, told in opened.told["audit"].items():
        entries = look(opened.office, f"/api/v1/audit?campaign={campaign}&limit=500")["entries"]

        assert changes(told, entries[-len(told) :]) == []


def test_the_desks_open_with_their_keys_and_show_it(opened: Opened) -> None:
    """Units and members sign in; what each page showed, it shows."""
    desks: dict[str, httpx.Client] = {}
    for page in opened.told["pages"]:
        if page["key"] not in desks:
            door = page["path"].split("/")[1]
            desks[page["key"]] = enter(opened.doors.enter_context(opened.system.client()), door, page["key"])

        shown = html.unescape(_shown(desks[page["key"]], page["path"], opened.told["audit"]))

        assert [words for words in page["shows"] if words not in shown] == [], page["path"]


def _shown(client: httpx.Client, path: str, known: Iterable[str]) -> str:
    """A desk's page as it is reached from its old address, and of each campaign: it tells of one alone."""
    door, _, rest = path.lstrip("/").partition("/")
    usual = client.get(path, follow_redirects=True).raise_for_status()
    others = [client.get(f"/{door}/{campaign}/{rest}".rstrip("/")) for campaign in known]
    return "".join(page.text for page in (usual, *others) if page.is_success)


def test_links_lead_where_they_led(opened: Opened) -> None:
    """To the questionnaire, to word that collection has ended, or that the link was revoked."""
    found = [
        {"code": one["code"], "status": opened.client().get(f"/s/{one['code']}").status_code}
        for one in opened.told["links"]
    ]

    assert found == opened.told["links"]


def test_files_are_handed_out_byte_for_byte(opened: Opened) -> None:
    """Materials, as their release took them."""
    for file in opened.told["files"]:
        content = opened.client(file["key"]).get(file["path"]).raise_for_status().content

        assert hashlib.sha256(content).hexdigest() == file["sha256"], file["path"]


def test_keys_that_were_stopped_open_nothing(opened: Opened) -> None:
    """One was replaced, one is locked."""
    statuses = [opened.client(key).get("/api/v1/links").status_code for key in opened.told["stopped"]]

    assert statuses == [401, 401]


def test_the_mailbox_holds_what_was_mailed(opened: Opened) -> None:
    """The first mails in it are those that were there."""
    found = []
    for path in sorted((opened.system.data_dir / "mailbox").glob("*.eml")):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        found.append({"to": str(mail["To"]), "subject": str(mail["Subject"])})

    assert found[: len(opened.told["mails"])] == opened.told["mails"]


def test_a_spent_ticket_gives_its_receipt_and_takes_no_other_answers(opened: Opened) -> None:
    """In both campaigns, of the revoked link too, whichever key signed it."""
    assert len(opened.told["spent"]) >= 60
    for visit in opened.told["spent"]:
        again, other = opened.send(visit), opened.send(visit, answers=visit["other"])

        told = {name: visit[name] for name in ("receipt", "accepted_at")}
        assert (again.status_code, again.json()) == (200, told)
        assert (other.status_code, other.json()["type"].rpartition("/")[2]) == (409, "answer-conflict")


def test_a_ticket_that_came_too_late_is_refused(opened: Opened) -> None:
    """Its campaign is sealed, or its link was revoked."""
    for visit in opened.told["refused"]:
        reply = opened.send(visit)

        assert [reply.status_code, reply.json()["type"].rpartition("/")[2]] == visit["refusal"]


def test_unspent_tickets_are_answered_and_counted(answered: Opened) -> None:
    """Within five seconds every link, unit and the nation has what netizens hold receipts for; the pilot is as it
    was."""
    campaign, pilot = answered.told["open"], answered.told["sealed"]

    assert until(lambda: answered.shown(campaign) == answered.due(campaign), COUNTED_S), answered.shown(campaign)
    assert answered.shown(pilot) == answered.due(pilot)


def test_a_recount_finds_what_is_counted(answered: Opened) -> None:
    """Nothing stored is unreadable, and nothing differs."""
    found = answered.office.get(answered.order("recounts")).json()

    assert found["rows"] == len(of(answered.told["spent"], answered.told["open"]))
    assert (found["unreadable"], found["differences"], found["links"], found["repaired"]) == (0, [], [], [])


def test_a_new_export_has_the_rows_of_the_old_one(answered: Opened) -> None:
    """Every answer is written as it was, whatever columns have been added; and every receipt is a row."""
    rows = answered.rows(answered.order("exports"))

    for before in (answered.rows(f"/api/v1/exports/{export}") for export in answered.told["exports"]):
        assert [change for receipt in before for change in changes(before[receipt], rows[receipt])] == []
    assert {receipt: known(row) for receipt, row in rows.items()} == of(answered.told["spent"], answered.told["open"])


def test_the_sealed_export_is_what_was_sealed(opened: Opened) -> None:
    """`make verify` finds nothing wrong with it under the SHA-256 that was published, and each receipt is a row."""
    campaign, seal = opened.told["sealed"], opened.told["seal"]

    assert verify(opened.system.data_dir / "exports" / campaign / "final", seal["manifest_sha256"]) == []
    assert look(opened.office, f"/api/v1/campaigns/{campaign}/seal")["manifest"] == seal["manifest"]
    rows = opened.rows(f"/api/v1/exports/{campaign}.final")
    assert {receipt: known(row) for receipt, row in rows.items()} == of(opened.told["spent"], campaign)


def test_what_had_closed_is_sealed(opened: Opened) -> None:
    """By this release: figures, export and manifest say what netizens hold receipts for."""
    campaign = opened.told["closed"]
    folder = opened.system.data_dir / "exports" / campaign / "final"

    seal = look(opened.office, f"/api/v1/campaigns/{campaign}/seal")

    assert verify(folder, seal["manifest_sha256"]) == []
    assert opened.shown(campaign) == opened.due(campaign)
    rows, due = opened.rows(f"/api/v1/exports/{campaign}.final"), of(opened.told["spent"], campaign)
    assert {receipt: known(row) for receipt, row in rows.items()} == due
    valid = sum(visit["valid"] for visit in due.values())
    assert (seal["manifest"]["collected"], seal["manifest"]["valid"]) == (len(due), valid)
