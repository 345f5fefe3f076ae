"""What was sealed is read from the sealed files, in each format, and only as it was sealed."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import BinaryIO

import pytest

import app
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign
from chalicelib.collection.issue_ticket import issue_ticket
from chalicelib.collection.record_response import record_response
from chalicelib.instrument import questionnaires
from chalicelib.jobs.run_leased import take_up
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.gateways import files
from chalicelib.kernel.settings import settings
from chalicelib.sealing import close_collection, export, write_export
from chalicelib.sealing.export_rows import FIXED, Rows
from chalicelib.sealing.formats import Add, Format, Row, formats
from chalicelib.sealing.read_rows import NotAsSealed, read_manifest, read_rows
from infra.drills.players import random_answers
from infra.verify import verify
from tests import stage

RESPONSES = 6


class Counted(Format):
    """A format whose parts can't just be put one behind the other: how many rows, then the rows."""

    suffix = "list.json"
    media_type = "application/octet-stream"

    @contextmanager
    def writing(self, out: BinaryIO, header: Row) -> Iterator[Add]:
        """A list."""
        rows: list[Row] = []
        yield rows.extend
        out.write(json.dumps(rows).encode())

    def assemble(self, out: BinaryIO, header: Row, parts: Iterable[Iterable[bytes]]) -> None:
        """One list of all."""
        rows = [row for part in parts for row in json.loads(b"".join(part))]
        out.write(json.dumps([len(rows), header, *rows]).encode())

    def read(self, chunks: Iterable[bytes]) -> Iterator[list[str]]:
        """Without the number."""
        yield from json.loads(b"".join(chunks))[1:]


@pytest.fixture
def campaign(engine: str) -> str:
    """A campaign with responses in both editions that has closed and settled."""
    stage.prepare()
    campaign = stage.make_campaign()
    codes = [stage.make_link(campaign, edition) for edition in questionnaires.EDITIONS]
    for number in range(RESPONSES):
        ticket = issue_ticket(codes[number % 2], now_ms())
        definition = questionnaires.load(ticket.edition).published("en")
        answers = random_answers(definition, ticket.topics, Random(number), opinions=0.5)
        record_response(ticket.ticket, None, answers, now_ms())
    stage.move_close(campaign, -settings().settle_s * 1000 - 1)
    return campaign


@pytest.fixture
def two_formats(monkeypatch: pytest.MonkeyPatch) -> list[Format]:
    """Another format beside those that there are."""
    both = [*formats(), Counted()]
    monkeypatch.setattr(write_export, "formats", lambda: both)
    return both


def sealed(campaign: str) -> Campaign:
    """The campaign, closed and sealed."""
    close_collection.close_collection(campaign, lambda _: None)
    return campaigns.read(campaign)


def change(path: str) -> None:
    """A byte of a stored file is another one."""
    raw = bytearray(files.read(path))
    raw[len(raw) // 2] ^= 1
    files.put(path, bytes(raw))


def test_the_sealed_rows_are_those_that_were_stored(campaign: str) -> None:
    """Typed: instants, verdicts, topics, and every answer in its column."""
    found = {row.receipt: row for row in read_rows(sealed(campaign))}

    stored = [one for link in {row.link for row in found.values()} for one in stage.stored(link)]
    assert len(stored) == len(found) == RESPONSES
    for one in stored:
        row, response = found[one.response.receipt], one.response
        assert int(row.accepted_at.timestamp() * 1000) == response.accepted_at
        assert (row.unit, row.link, row.edition, row.version) == ("u1", response.link, response.edition, "2027.1")
        assert (row.valid, row.reasons) == (response.valid, response.reasons)
        cells = dict(zip(Rows(campaign).header, Rows(campaign).row(response), strict=True))
        assert row.answers == {name: cell for name, cell in cells.items() if cell and name not in FIXED}
        assert ";".join(row.topics) == cells["topics"]


def test_nothing_is_read_of_a_campaign_that_is_not_sealed(campaign: str) -> None:
    """Its rows may still change."""
    with pytest.raises(NotFound):
        next(read_rows(campaigns.read(campaign)))


@pytest.mark.parametrize("name", ["responses.csv.gz", "manifest.json"])
def test_a_file_that_was_changed_after_the_seal_gives_no_row(campaign: str, name: str) -> None:
    """Not even the first, though only a later byte differs."""
    found = sealed(campaign)
    change(f"{campaign}/final/{name}")

    with pytest.raises(NotAsSealed):
        read_rows(found)


def test_every_format_is_sealed_with_the_same_rows(campaign: str, two_formats: list[Format]) -> None:
    """From one scan; the manifest lists each file, and the offline check takes both."""
    found = sealed(campaign)

    listed = read_manifest(found)["files"]
    rows = [list(one.read(files.chunks(f"{campaign}/final/{one.name}"))) for one in two_formats]
    assert [file["name"] for file in listed] == [
        *(one.name for one in two_formats),
        "roll.gz",
        "tree.bin",
        "rules.json",
    ]
    assert {file["rows"] for file in listed[:-3]} == {RESPONSES} == {len(those) - 1 for those in rows}
    assert all(those == rows[0] for those in rows)
    folder = Path(settings().files_dir) / campaign / "final"
    moved = f"{RESPONSES} responses lie outside the window"  # since the stage moves the close behind them
    assert found.seal is not None
    assert verify(folder, found.seal.manifest_sha256) == [moved]
    change(f"{campaign}/final/responses.list.json")
    assert verify(folder) == ["responses.list.json: its SHA-256 is not the manifest's"]


def test_every_format_is_exported_on_demand(campaign: str, two_formats: list[Format]) -> None:
    """And nothing but the files is left behind."""
    name = export.request_export(campaign, now_ms(), "test")

    take_up(export.EXPORTS, export.EXPORTS.id_of(name), now_ms())

    found = export.read_export(name).files
    assert [(file["name"], file["rows"]) for file in found] == [(one.name, RESPONSES) for one in two_formats]
    assert {path.name for path in (settings().files_dir / campaign / name).iterdir()} == {
        one.name for one in two_formats
    }


@pytest.mark.parametrize("one", formats(), ids=lambda one: one.name)
def test_the_same_rows_give_the_same_bytes(one: Format, engine: str) -> None:
    """Wherever they are written and whenever; read again, they are what was written, be it quotes or line ends."""
    header, rows = ["a", "b"], [["1", 'he said "no"'], ["", "两行\n文字"], ["3,", ";"]]
    hashes = set()
    for place in ("one", "other"):
        for number, some in enumerate((rows[:2], rows[2:])):
            with files.writing(f"formats/{place}/{number}") as out, one.writing(out, header) as add:
                add(some)
        with files.writing(f"formats/{place}/whole") as out:
            one.assemble(out, header, [files.chunks(f"formats/{place}/{number}") for number in range(2)])
        hashes.add(hashlib.sha256(files.read(f"formats/{place}/whole")).hexdigest())

    assert len(hashes) == 1
    assert list(one.read(files.chunks("formats/one/whole"))) == [header, *rows]


def test_every_format_can_be_downloaded() -> None:
    """Its name and type are known to who hands files out, and the type's bytes pass."""
    assert not {"json", "lines"} & {one.suffix for one in formats()}
    assert {one.name: one.media_type for one in formats()} == export.EXPORTS.downloads
    assert {one.media_type for one in formats()} <= set(app.app.api.binary_types)
    assert export.media_type("kits.zip") == "application/zip"
    assert export.media_type("manifest.json") == "application/json"
