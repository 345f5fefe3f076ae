"""From an export's file to the tables that may be published of it."""

import csv
import gzip
import hashlib
import json
import random
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from chalicelib.instrument.domain.answers import answer_sheet
from chalicelib.instrument.domain.question import Multiple, Question
from chalicelib.instrument.domain.questionnaire import Questionnaire
from chalicelib.instrument.questionnaires import EDITIONS, load, versions
from chalicelib.results.domain.index import definition
from chalicelib.results.domain.noise import KEYS
from chalicelib.results.domain.protection import protection
from chalicelib.results.usecases.count_export import counting
from chalicelib.results.usecases.publish_tables import publish_tables
from infra.drills.players import random_answers
from infra.tables import main
from tests.plain_count import Counts, read

ITEMS = [item.id for area in definition(1).definition.areas for item in area.items]
FIXED = ("receipt", "accepted_at", "unit", "link", "edition", "version", "valid")


def row(n: int, chance: random.Random) -> dict[str, str]:
    """A response; every tenth isn't valid."""
    fixed = {
        "receipt": f"R-{n}",
        "accepted_at": "2026-08-03T10:00:00.000+08:00",
        "unit": "GD01",
        "link": "ABCD",
        "edition": "public",
        "version": "2026.1",
    }
    about = {"q13": chance.choice("aaab"), "q14": chance.choice("cdefg"), "q15": "c", "q19": chance.choice("aad")}
    told = {"q18": chance.choice(("440106", "440106", "440305", "110105")), "q20": "b", "q4": "a;c" if n % 2 else "b"}
    points = {item: str(chance.randint(3, 10)) for item in ITEMS}
    return fixed | {"valid": "false" if n % 10 == 0 else "true"} | about | told | points


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[dict[str, str]], Path]:
    """1,000 rows in the export's format, and the tables made of them."""
    folder = tmp_path_factory.mktemp("final")
    chance = random.Random(3)
    made = [row(n, chance) for n in range(1000)]
    with gzip.open(folder / "responses.csv.gz", "wt", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, [*FIXED, *answer_sheet(load("public", "2026.1")).columns()], restval="")
        writer.writeheader()
        writer.writerows(made)
    publish_tables(folder, "public", folder / "tables")
    return [one for one in made if one["valid"] == "true"], folder


def test_tables_are_those_of_an_independent_count(rows: tuple[list[dict[str, str]], Path]) -> None:
    """Of valid rows only, every option of a choice of several by itself, each within the noise."""
    valid, folder = rows
    truth = Counter(option for one in valid if one["q18"].startswith("44") for option in one["q4"].split(";"))

    cells = json.loads((folder / "tables/public/q4.json").read_bytes())["cells"]

    (guangdong,) = [cell for cell in cells if (cell["area"], cell["group"]) == ("44", None)]
    assert set(guangdong["options"]) == {"a", "b", "c"}
    for option, shown in guangdong["options"].items():
        assert abs(shown["n"] - truth[option]) <= protection().noise.most


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export of all editions and versions that come with the product, with people from everywhere and abroad."""
    folder, chance = tmp_path_factory.mktemp("answered"), random.Random(8)
    asked = [load(edition, version) for edition in EDITIONS for version in versions(edition)]
    columns = dict.fromkeys(column for one in asked for column in answer_sheet(one).columns())
    with gzip.open(folder / "responses.csv.gz", "wt", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, [*FIXED, *columns], restval="")
        writer.writeheader()
        for n in range(700):
            one = chance.choice(asked)
            answers = random_answers(one.published("en"), one.topics[:2], chance)
            told = {"edition": one.edition, "version": one.version, "valid": "true" if n % 9 else "false"}
            writer.writerow({**told, "receipt": f"R-{n}", **dict(cells(answers))})
    return folder


def cells(answers: dict[str, object]) -> Iterator[tuple[str, str]]:
    """Answers as an export has them."""
    for name, answer in answers.items():
        if isinstance(answer, dict):
            yield from ((f"{name}.{part}", str(point)) for part, point in answer.items())
        else:
            yield name, ";".join(map(str, answer)) if isinstance(answer, list) else str(answer)


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_count_is_that_of_plain_python(answered: Path, tmp_path: Path, edition: str) -> None:
    """All items in all cells; the keys and weights of the options of one answer add up to those of its people."""
    asked = [question for version in versions(edition) for question in every_question(load(edition, version))]
    several = {question.id for question in asked if isinstance(question, Multiple)}
    truth = Counts()
    for person in read(answered / "responses.csv.gz", edition, several):
        truth.add(person)

    with counting(answered, edition, tmp_path) as people:
        found = {item: counted for item in people.items(edition) if (counted := people.counted(item))}
        assert people.bases == truth.bases

    assert {item.name for item in found} == truth.base.keys() - {
        "q18",
        *(one.id for one in asked if one.type == "text"),
    }
    for item, counted in found.items():
        assert {cell: one.base.n for cell, one in counted.items()} == {
            cell: base.n for cell, base in truth.base[item.name].items()
        }
        for cell, one in counted.items():
            if one.base.n < protection().least_group:
                assert not one.options
                continue
            assert {option: count.n for option, count in one.options.items()} == {
                option: count.n for option, count in truth.chosen[item.name, cell].items()
            }
            if not item.several:
                assert sum(count.key for count in one.options.values()) % KEYS == one.base.key % KEYS
                assert sum(count.weight for count in one.options.values()) == pytest.approx(one.base.weight)


def every_question(one: Questionnaire) -> Iterator[Question]:
    """The common ones and those of all topics."""
    return chain.from_iterable(one.questions(topic) for topic in (None, *one.topics))


def test_record_keys_are_new_each_time(answered: Path, tmp_path: Path) -> None:
    """And all of one byte come up."""
    drawn = []
    for _ in range(2):
        with counting(answered, "public", tmp_path) as people:
            drawn.append(people._database.execute("SELECT key FROM people").fetchall())

    assert drawn[0] != drawn[1]
    assert len({key for (key,) in drawn[0]}) > KEYS / 2


def test_weights_move_the_sample_to_the_margins(rows: tuple[list[dict[str, str]], Path]) -> None:
    """Three quarters men by count; by weight about as many as the source says."""
    _, folder = rows

    nation = json.loads((folder / "tables/public/q13.json").read_bytes())["cells"][0]
    about = json.loads((folder / "tables/public/about.json").read_bytes())

    assert nation["options"]["a"]["share"] == pytest.approx(75, abs=5)
    assert nation["options"]["a"]["weighted"] == pytest.approx(51.5, abs=3)
    assert about["weights"]["design_effect"] > 1


def test_the_index_names_its_definition(rows: tuple[list[dict[str, str]], Path]) -> None:
    """With the hash of the frozen file; answers from 3 to 10 come to the middle of that."""
    _, folder = rows

    made = json.loads((folder / "tables/public/index.json").read_bytes())

    assert made["sha256"] == definition(1).sha256
    assert made["cells"][0]["areas"]["work"] == pytest.approx(100 * (6.5 - 1) / 9, abs=3)


def test_nothing_of_a_response_is_in_the_tables(rows: tuple[list[dict[str, str]], Path]) -> None:
    """No receipt, unit or link."""
    _, folder = rows

    text = "".join(path.read_text() for path in (folder / "tables").rglob("*.json"))

    assert not [secret for secret in ("R-", "GD01", "ABCD") if secret in text]


def test_a_second_time_is_refused(rows: tuple[list[dict[str, str]], Path]) -> None:
    """New keys for the same rows would let anybody average the noise."""
    _, folder = rows

    with pytest.raises(FileExistsError):
        publish_tables(folder, "public", folder / "tables")


def test_the_command_takes_a_sealed_export_once(
    rows: tuple[list[dict[str, str]], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Both editions' tables; then it refuses, and so it does for an export that was changed after its seal."""
    _, folder = rows
    monkeypatch.setattr("sys.argv", ["tables", str(folder), str(tmp_path / "out")])
    manifest = seal(folder)

    assert main() == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"public", "practitioner"}

    assert main() == 1
    assert "made once" in capsys.readouterr().err

    monkeypatch.setattr("sys.argv", ["tables", str(folder), str(tmp_path / "other")])
    manifest.write_text(manifest.read_text().replace('"valid": 900', '"valid": 899'))
    assert main() == 1
    assert not (tmp_path / "other").exists()


def seal(folder: Path) -> Path:
    """Writes the manifest of the export."""
    data = (folder / "responses.csv.gz").read_bytes()
    numbers = {"collected": 1000, "valid": 900}
    manifest = {
        "opens_at": "2026-08-03T09:00:00.000+08:00",
        "closes_at": "2026-08-13T00:00:00.000+08:00",
        **numbers,
        "files": [
            {
                "name": "responses.csv.gz",
                "sha256": hashlib.sha256(data).hexdigest(),
                "bytes": len(data),
                "rows": 1000,
            }
        ],
        "units": [{"code": "GD01"} | numbers],
        "days": [{"day": "2026-08-03"} | numbers],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder / "manifest.json"
