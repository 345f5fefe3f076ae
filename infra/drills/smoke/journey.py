"""The journey, step by step. Each step is a method that raises `Failed`, and says in a few words what it saw."""

import json
import re
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from infra.drills.chaos.evidence import NotToBeHad, Witness, read_export
from infra.drills.players import random_answers
from infra.drills.smoke.door import Door, Expected, Failed, wait_until

_CHANNELS = {"public": "冒烟测试", "practitioner": "冒烟测试公众号"}
_COUNTED_WITHIN_S = 15.0
"""Five are promised; more is a step that failed, less than that is shown."""
_SEALED_WITHIN_S = 300.0
_PNG, _ZIP = b"\x89PNG", b"PK"


@dataclass(slots=True)
class Sheet:
    """What a netizen sends."""

    body: dict[str, Any]
    other: dict[str, Any]
    """Other answers under the same ticket."""
    accepted_at: str = ""


@dataclass
class Journey:
    """One run; `open_s` is how long collection is open, `responses` how many answer in each edition."""

    base_url: str
    key: str
    open_s: float = 60.0
    responses: int = 3
    mail_to: str = ""
    receipts: dict[str, Sheet] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.campaign = f"smoke-{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
        self._anybody, self._office = Door(self.base_url), Door(self.base_url, self.key)
        self._rng = Random(self.campaign)

    def steps(self) -> Iterator[tuple[str, Callable[[], str]]]:
        """The names of the steps and how each is done, in order."""
        yield "the service answers", self.health
        yield "a campaign is set up", self.set_up
        yield "a unit and its links", self.register
        yield "pages and codes", self.look
        yield "answers and receipts", self.answer
        yield "a receipt again, and refusals", self.refuse
        yield "the count rises", self.count
        yield "the gate shuts", self.shut
        yield "the seal", self.seal
        yield "the export", self.verify

    def health(self) -> str:
        """Also an address that isn't there, which is refused by the gateway itself."""
        version = self._anybody.get("/api/v1/health").json["version"]
        self._anybody.get("/api/v1/nothing-here", Expected(404, "not-found"))
        self._office.get("/api/v1/units?campaign=none-such", Expected(404, "not-found"))
        return f"version {version}"

    def set_up(self) -> str:
        """Open since a minute ago, and for `open_s` from now on."""
        now = datetime.now(UTC).replace(microsecond=0)
        self.closes_at = now + timedelta(seconds=self.open_s)
        window = {"opens_at": (now - timedelta(minutes=1)).isoformat(), "closes_at": self.closes_at.isoformat()}
        also = {"title": "冒烟测试 · Smoke test"} | ({"recipients": [self.mail_to]} if self.mail_to else {})
        self._office.send("PUT", f"/api/v1/campaigns/{self.campaign}", window | also, Expected(200))
        return self.campaign

    def register(self) -> str:
        """One unit, one link of each edition."""
        unit = {"code": "U1", "name": "冒烟测试单位", "province": "44"}
        said = self._office.send("POST", f"/api/v1/units?campaign={self.campaign}", unit, Expected(201)).json
        self._unit, self.unit_key = Door(self.base_url, said["key"]), said["key"]
        path = f"/api/v1/units/U1/links?campaign={self.campaign}"
        self.links = {}
        for edition, channel in _CHANNELS.items():
            made = self._office.send("POST", path, {"channel": channel, "edition": edition}, Expected(201)).json
            self.links[edition] = made["links"][0]
        return ", ".join(link["url"] for link in self.links.values())

    def look(self) -> str:
        """The page and its own files, a code as SVG and PNG, the kit: text and bytes both pass the gateway."""
        code = self.links["public"]["code"]
        page = self._anybody.get(f"/s/{code}").body.decode()
        files = sorted(set(re.findall(r'(?:src|href)="[^"]*?(/?static/[^"]+)"', page)))
        if not files:
            raise Failed("the page names no files")
        for name in files:
            self._anybody.get("/" + name.lstrip("/"))
        if b"<svg" not in self._unit.get(f"/api/v1/links/{code}/qr.svg").body:
            raise Failed("the code is no SVG")
        kinds = {f"/api/v1/links/{code}/qr.png": ("image/png", _PNG), "/api/v1/kit.zip": ("application/zip", _ZIP)}
        for path, (kind, begins) in kinds.items():
            if not self._unit.get(path, Accept=kind).body.startswith(begins):
                raise Failed(f"{path} doesn't begin as {kind} does: the gateway takes it for text")
        return f"a page of {len(page):,} characters, {len(files)} files, codes, the kit"

    def answer(self) -> str:
        """`responses` netizens in each edition."""
        began = time.monotonic()
        for edition, link in self.links.items():
            definition = self._anybody.get(f"/api/v1/questionnaires/{edition}").json
            for _ in range(self.responses):
                sheet = self._sheet(link["code"], definition)
                said = self._anybody.send("POST", "/api/v1/responses", sheet.body, Expected(201)).json
                sheet.accepted_at = said["accepted_at"]
                self.receipts[said["receipt"]] = sheet
        took = (time.monotonic() - began) / len(self.receipts)
        return f"{len(self.receipts)} receipts, {took * 1000:.0f} ms for a ticket and answers"

    def _sheet(self, code: str, definition: dict[str, Any]) -> Sheet:
        issued = self._anybody.send("POST", "/api/v1/tickets", {"link": code}, Expected(201)).json
        answers = other = random_answers(definition, issued["topics"], self._rng)
        while other == answers:
            other = random_answers(definition, issued["topics"], self._rng)
        ticket = {"ticket": issued["ticket"]}
        return Sheet(ticket | {"answers": answers}, ticket | {"answers": other})

    def refuse(self) -> str:
        """The same answers give the same receipt; everything else is refused as the contract has it."""
        sheet = self._send_again()
        forged = sheet.body | {"ticket": "forged." + sheet.body["ticket"].partition(".")[2]}
        self._anybody.send("POST", "/api/v1/responses", forged, Expected(401, "ticket-invalid"))
        self._anybody.send("POST", "/api/v1/responses", sheet.other, Expected(409, "answer-conflict"))
        nothing = sheet.body | {"answers": {}}
        self._anybody.send("POST", "/api/v1/responses", nothing, Expected(422, "answers-invalid"))
        self._anybody.send("POST", "/api/v1/tickets", {"link": "NOSUCH99"}, Expected(404, "link-unknown"))
        self._anybody.ask("POST", "/api/v1/responses", b"{", Expected(400, "malformed-request"))
        self._anybody.get("/api/v1/counts", Expected(401, "key-invalid"))
        self._anybody.get("/api/v1/receipts/2222-2222-2222-2222", Expected(404, "receipt-unknown"))
        return "the same receipt again; 7 refused"

    def _send_again(self) -> Sheet:
        """The first sheet; its receipt and instant are due once more."""
        receipt, sheet = next(iter(self.receipts.items()))
        again = self._anybody.send("POST", "/api/v1/responses", sheet.body, Expected(200)).json
        if again != {"receipt": receipt, "accepted_at": sheet.accepted_at}:
            raise Failed(f"the same answers got another receipt: {again}")
        return sheet

    def count(self) -> str:
        """The unit's figure becomes the number of receipts, and is then unchanged for who has seen it."""
        due = len(self.receipts)
        took = wait_until(lambda: self._counts()["unit"]["collected"] >= due, "counted", _COUNTED_WITHIN_S)
        if (collected := self._counts()["unit"]["collected"]) != due:
            raise Failed(f"{collected} counted for {due} receipts")
        tag = self._unit.get("/api/v1/counts").headers.get("etag", "")
        self._unit.ask("GET", "/api/v1/counts", None, Expected(304), If_None_Match=tag)
        return f"{due} within {took:.1f} s; 304 to who knows"

    def _counts(self) -> Any:
        return self._unit.get("/api/v1/counts").json

    def shut(self) -> str:
        """From the close on: no tickets, no answers; the receipt that is there is given again."""
        code = self.links["public"]["code"]
        definition = self._anybody.get("/api/v1/questionnaires/public").json
        late = self._sheet(code, definition)
        time.sleep(max(0.0, self.closes_at.timestamp() + 0.5 - time.time()))
        self._anybody.send("POST", "/api/v1/tickets", {"link": code}, Expected(410, "collection-closed"))
        self._anybody.send("POST", "/api/v1/responses", late.body, Expected(410, "collection-closed"))
        self._send_again()
        return "2 refused; the same receipt again"

    def seal(self) -> str:
        """The tick closes, recounts and seals; who asks again for a receipt gets the one that was sealed."""
        wait_until(lambda: bool(self._counts()["state"] == "sealed"), "sealed", _SEALED_WITHIN_S)
        took = time.time() - self.closes_at.timestamp()
        self._send_again()
        if any(self._looked_up(receipt)["state"] != "counted" for receipt in self.receipts):
            raise Failed("a receipt is not among those counted")
        return f"{took:.0f} s after the close; the same receipt again, all are counted"

    def _looked_up(self, receipt: str) -> Any:
        return self._anybody.get(f"/api/v1/receipts/{receipt}").json

    def verify(self) -> str:
        """Every receipt is a row, every row a receipt, and the bytes are those that were sealed."""
        try:
            rows, manifest, broken = read_export(Witness(self.base_url, self.key), self.campaign)
        except (NotToBeHad, OSError, ValueError, KeyError) as wrong:  # the bytes, where they aren't those of a file
            raise Failed(f"{type(wrong).__name__}: {wrong}") from None
        exported = {row.receipt: row.accepted_at for row in rows}
        expected = {receipt: sheet.accepted_at for receipt, sheet in self.receipts.items()}
        if broken or exported.keys() != expected.keys() or manifest["collected"] != len(expected):
            raise Failed(f"{len(exported)} rows for {len(expected)} receipts, {json.dumps(broken)}")
        if {self._looked_up(receipt)["root"] for receipt in expected} != {manifest["roll"]["root"]}:
            raise Failed("receipts are proved by another root than the manifest's")
        return f"{len(rows)} rows, SHA-256 as sealed"
