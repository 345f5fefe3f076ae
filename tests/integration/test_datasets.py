"""What statisticians get of a sealed survey: every file of the dataset, read by other programs than wrote it."""

import csv
import gzip
import hmac
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from copy import copy
from itertools import product
from pathlib import Path
from random import Random
from typing import Any
from xml.etree import ElementTree

import duckdb
import openpyxl
import pytest

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign
from chalicelib.collection.issue_ticket import issue_ticket
from chalicelib.collection.record_response import record_response
from chalicelib.instrument import questionnaires
from chalicelib.instrument.domain.question import FreeText, Matrix, Multiple, Question, Region, Single
from chalicelib.jobs.job import LEASE_MS
from chalicelib.jobs.kinds import Kind
from chalicelib.jobs.run_leased import finish, take_up
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.gateways import files
from chalicelib.kernel.settings import settings
from chalicelib.results.usecases import make_dataset, prepare_tables
from chalicelib.results.usecases.codebook import DDI
from chalicelib.results.usecases.make_dataset import DATASETS
from chalicelib.results.usecases.prepare_tables import TABLE_JOBS
from chalicelib.results.usecases.write_dataset import tables
from chalicelib.sealing import close_collection
from chalicelib.sealing.read_rows import read_rows
from infra.drills.players import random_answers
from infra.verify import verify
from tests import stage

RESPONSES = 24
VERSION = dict(questionnaires.newest())["public"]


@pytest.fixture
def sealed(engine: str) -> Campaign:
    """A campaign with responses in both editions, sealed, whose dataset is ordered."""
    stage.prepare()
    campaign = stage.make_campaign()
    codes = [stage.make_link(campaign, edition) for edition in questionnaires.EDITIONS]
    for number in range(RESPONSES):
        ticket = issue_ticket(codes[number % 2], now_ms())
        definition = questionnaires.load(ticket.edition).published("en")
        answers = random_answers(definition, ticket.topics, Random(number), opinions=0.5)
        record_response(ticket.ticket, None, answers, now_ms())
    stage.move_close(campaign, -settings().settle_s * 1000 - 1)
    close_collection.close_collection(campaign, lambda _: None)
    found = campaigns.read(campaign)
    make_dataset.order(found.model_copy(update={"pilot": True}), now_ms())
    return found


def make(campaign: Campaign) -> Path:
    """The folder of its dataset, made."""
    take_up(DATASETS, DATASETS.id_of(f"{campaign.id}.1"), now_ms())
    return settings().files_dir / make_dataset.folder(campaign.id, 1)


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV."""
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def contents(path: Path) -> str:
    """All that a file says, unpacked."""
    if path.suffix == ".parquet":
        return str(duckdb.connect().execute(f"SELECT * FROM '{path}'").fetchall())
    if path.suffix == ".xlsx":
        return str([list(sheet.values) for sheet in openpyxl.load_workbook(path)])
    raw = path.read_bytes()
    return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode()


def test_every_file_is_as_listed_and_tells_of_nobody(sealed: Campaign) -> None:
    """Receipts, links, units and instants are in none; verifying follows each; a byte changed is found."""
    secrets = {secret for row in read_rows(sealed) for secret in (row.receipt, row.link, row.unit)}
    secrets |= {row.accepted_at.strftime("%H:%M:%S") for row in read_rows(sealed)}

    place = make(sealed)

    listed = json.loads((place / "dataset.json").read_bytes())
    there = {str(path.relative_to(place)) for path in place.rglob("*") if path.is_file()}
    assert there == {*(file["name"] for file in listed["files"]), "dataset.json"}
    assert len(there) == 15
    for name in there:
        text = contents(place / name)
        assert not [secret for secret in secrets if secret in text], name
    assert sealed.seal is not None
    assert verify(place, sealed.seal.manifest_sha256) == []
    assert verify(place, "0" * 64)
    file = place / f"codebooks/public-{VERSION}.xml"
    file.write_bytes(file.read_bytes().replace(b"q1", b"q2", 1))
    assert verify(place)


def test_values_are_those_of_the_sealed_rows(sealed: Campaign) -> None:
    """Typed, by another walk through the questionnaires; Parquet and CSV hold the same, and no order tells of it."""
    place = make(sealed)

    rows = table(place / "responses.csv.gz")
    assert Counter(map(said, rows)) == Counter(map(said, map(expected, exported(sealed))))
    assert {cell for row in rows for cell in row.values()} >= {"-7", "-8"}
    assert [row["row"] for row in rows] == sorted(row["row"] for row in rows)
    found = duckdb.connect().execute(f"SELECT * FROM '{place / 'responses.parquet'}'")
    types = {name: str(type_) for name, type_, *_ in found.description or ()}
    assert [[written(cell) for cell in row] for row in found.fetchall()] == [list(row.values()) for row in rows]
    assert [types[name] for name in ("day", "valid", "q12.laws", "q4.a", "q13")] == [
        *("DATE", "BOOLEAN", "TINYINT", "TINYINT", "VARCHAR")
    ]
    assert "q18.county" not in table(place / "anonymised/responses.csv.gz")[0]
    opinions = Counter(row["opinion"] for row in table(place / "opinions.csv.gz"))
    assert opinions == Counter(row["q21"] for row in exported(sealed) if row["q21"])


def written(cell: object) -> str:
    """As CSV has it."""
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def said(row: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """A row of the dataset without its number."""
    return tuple(sorted((name, cell) for name, cell in row.items() if name != "row"))


def exported(campaign: Campaign) -> list[dict[str, str]]:
    """The rows of the sealed export."""
    assert campaign.seal is not None
    return table(settings().files_dir / campaign.seal.manifest.replace("manifest.json", "responses.csv.gz"))


def expected(row: dict[str, str]) -> dict[str, str]:
    """A row of the dataset, from a row of the export, as one would write it without SQL."""
    made = {name: row[name] for name in ("edition", "version", "topics", "valid", "reasons")}
    made |= {"day": row["accepted_at"][:10]}
    topics = [None, *filter(None, row["topics"].split(";"))]
    for edition, version in product(questionnaires.EDITIONS, [row["version"]]):
        one = questionnaires.load(edition, version)
        for topic in (None, *one.topics):
            for question in one.questions(topic):
                here = edition == row["edition"] and topic in topics
                on = question.show_if
                shown = here and (on is None or bool({*on.options} & {*row[on.question].split(";")}))
                why = "-9" if shown else "-8" if here else "-7"
                for name, value in cells(question, row, why):
                    made[name] = value if here or name not in made else made[name]
    return made


def cells(question: Question, row: dict[str, str], why: str) -> Iterator[tuple[str, str]]:
    """The cells of a question; `why` it has none."""
    given = row.get(question.id, "") if why != "-7" else ""
    if isinstance(question, Matrix):
        yield from (
            (f"{question.id}.{one.id}", (why != "-7" and row[f"{question.id}.{one.id}"]) or why)
            for one in question.rows
        )
    elif isinstance(question, Multiple):
        chosen = given.split(";")
        yield from (
            (f"{question.id}.{one.id}", str(int(one.id in chosen)) if given else why) for one in question.options
        )
    elif isinstance(question, Region):
        parts = {"province": 2, "city": 4, "county": 6}
        yield from ((f"{question.id}.{part}", given[:digits] or why) for part, digits in parts.items())
    elif not isinstance(question, FreeText):
        yield question.id, given or why


def test_labels_are_those_of_the_questionnaire_that_was_answered(sealed: Campaign) -> None:
    """In words, also where the other edition has the same option; and the codebooks say what each code means."""
    place = make(sealed)

    for edition in questionnaires.EDITIONS:
        rows = table(place / f"labelled/{edition}-{VERSION}.csv.gz")
        labels = {option.id: option.text["zh-Hans"] for option in question_of(edition, "q1").options}
        plain = {row["row"]: row["q1"] for row in table(place / "responses.csv.gz") if row["edition"] == edition}
        (row_number, heading) = next(iter(rows[0])), next(name for name in rows[0] if name.startswith("q1 "))
        assert {row[row_number]: row[heading] for row in rows} == {row: labels[code] for row, code in plain.items()}
        book = ElementTree.parse(place / f"codebooks/{edition}-{VERSION}.xml")
        said = {
            one.findtext(f"{{{DDI}}}catValu"): one.findtext(f"{{{DDI}}}labl")
            for one in book.findall(f".//{{{DDI}}}var[@name='q1']/{{{DDI}}}catgry")
        }
        assert said.items() >= labels.items()
        assert said["-9"] == "未作答"


def test_it_waits_for_the_tables(sealed: Campaign) -> None:
    """Of a year's survey; a pilot has none."""
    assert sealed.seal is not None
    again = sealed.model_copy(
        update={"seal": sealed.seal.model_copy(update={"number": 2}), "superseded": (sealed.seal,)}
    )

    def ordered() -> bool:
        make_dataset.order(again, now_ms())
        return DATASETS.get(f"{sealed.id}.2") is not None

    def done(kind: Kind[Any]) -> None:
        take_up(kind, kind.id_of(f"{sealed.id}.2"), now_ms(), lambda lease: finish(lease, now_ms()))

    assert not ordered()
    prepare_tables.order(again, now_ms())
    assert not ordered()
    done(TABLE_JOBS)
    assert ordered()
    done(DATASETS)


def test_where_no_words_were_asked_for_there_are_no_opinions() -> None:
    """A questionnaire of the secretariat's own may have closed questions alone."""
    closed = copy(questionnaires.load("public", VERSION))
    sections = [
        section.model_copy(update={"questions": tuple(one for one in section.questions if one.type != "text")})
        for section in closed.common.sections
    ]
    closed.common = closed.common.model_copy(update={"sections": tuple(sections)})

    assert "opinions" in tables([questionnaires.load("public", VERSION)])
    assert tables([closed]).keys() == {"responses", "anonymised/responses", f"labelled/public-{VERSION}"}


def question_of(edition: str, name: str) -> Single:
    """A question of an edition."""
    (found,) = (one for one in questionnaires.load(edition, VERSION).questions() if one.id == name)
    assert isinstance(found, Single)
    return found


def test_a_kill_is_resumed_and_the_key_is_forgotten(sealed: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was there stays, byte by byte; row numbers are the same in all files; then nothing leads to a receipt."""
    keep = make_dataset._keep

    def killed(lease: make_dataset.Making, number: int, name: str, made: Path, rows: int | None) -> None:
        if name == "opinions.parquet":
            raise KeyboardInterrupt
        keep(lease, number, name, made, rows)

    monkeypatch.setattr(make_dataset, "_keep", killed)
    with monkeypatch.context() as gone:
        gone.setattr(shutil, "rmtree", lambda *_, **__: None)  # a process that is killed clears nothing away
        with pytest.raises(KeyboardInterrupt):
            make(sealed)
    place = settings().files_dir / make_dataset.folder(sealed.id, 1)
    before = {path: path.stat().st_mtime_ns for path in place.rglob("*.*")}
    left = list((settings().files_dir / files.scratch("datasets") / f"{sealed.id}.1").iterdir())
    monkeypatch.setattr(make_dataset, "_keep", keep)
    order = DATASETS.find(f"{sealed.id}.1")

    take_up(DATASETS, order.job.id, now_ms() + LEASE_MS)

    assert len(left) == 1
    assert not (settings().files_dir / files.scratch("datasets") / f"{sealed.id}.1").exists()
    assert len(before) == 4
    assert {path: path.stat().st_mtime_ns for path in before} == before
    key = bytes.fromhex(order.progress.key)
    hashes = {hmac.digest(key, one["receipt"].encode(), "sha256").hex()[:20] for one in exported(sealed)}
    assert hashes == {row["row"] for row in table(place / "responses.csv.gz")}
    assert hashes >= {row["row"] for row in table(place / "opinions.csv.gz")}
    after = DATASETS.find(f"{sealed.id}.1")
    assert (after.status, after.progress.key) == ("done", "")
    make_dataset.order(sealed.model_copy(update={"pilot": True}), now_ms())
    assert len(DATASETS.of_campaign(sealed.id)) == 1
