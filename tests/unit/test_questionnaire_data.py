"""The data files of both editions: their shape, their texts, and that what was published stays as it was."""

import json
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

import chalicelib.instrument.questionnaires
from chalicelib.instrument.domain.question import Cascade, Matrix, Multiple, Question, Single
from chalicelib.instrument.questionnaires import EDITIONS, load, versions

DATA = Path(chalicelib.instrument.questionnaires.__file__).parent
FILES = sorted(str(path.relative_to(DATA)) for path in DATA.glob("*/*/**/*.json"))
LANGUAGES = {"zh-Hans", "en"}
KEYS = {
    "single": {"options"},
    "multiple": {"options"},
    "cascade": {"options"},
    "rating": {"scale"},
    "matrix": {"scale", "rows"},
    "text": {"max_length"},
    "region": set(),
}
# Stored answers are packed by the order of questions, options and rows: where one of these fails, make a new version.
PUBLISHED = {
    ("public", "2026.1", None): "bb8f9de8f0a8b3ff",
    ("public", "2026.1", "minors"): "3a0831be53d2d0de",
    ("public", "2026.1", "privacy"): "93efdbe50709ffad",
    ("public", "2026.1", "shopping"): "a3cb3eff4f3fbf26",
    ("practitioner", "2026.1", None): "4da85c952ef3116d",
    ("practitioner", "2026.1", "platforms"): "66e5536028474407",
    ("public", "2027.1", None): "bb8f9de8f0a8b3ff",
    ("public", "2027.1", "minors"): "3a0831be53d2d0de",
    ("public", "2027.1", "privacy"): "93efdbe50709ffad",
    ("public", "2027.1", "shopping"): "a3cb3eff4f3fbf26",
    ("practitioner", "2027.1", None): "4da85c952ef3116d",
    ("practitioner", "2027.1", "platforms"): "66e5536028474407",
    ("public", "2027.1", "crime"): "85b735316e8626f0",
    ("public", "2027.1", "divide"): "aa873f6a3e0b34e9",
    ("public", "2027.1", "duties"): "6e30adc8534921af",
    ("public", "2027.1", "epidemic"): "0b7ca4177cc4f42f",
    ("public", "2027.1", "law"): "ca4f1dd678f36465",
    ("public", "2027.1", "services"): "b28cb49ede51f318",
    ("practitioner", "2027.1", "compliance"): "019421f993da34d3",
    ("practitioner", "2027.1", "industry"): "28ec28e594e60e09",
}


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a JSON value, however deep."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects(inner)


def skeleton(question: Question) -> list[object]:
    """What packing depends on."""
    if isinstance(question, Single | Multiple | Cascade):
        return [question.id, question.type, [leaf.id for leaf in question.leaves()]]
    return [question.id, question.type, [row.id for row in question.rows] if isinstance(question, Matrix) else []]


@pytest.mark.parametrize("file", FILES)
def test_every_text_is_there_in_every_language(file: str) -> None:
    """What has words in one language has them in all."""
    data = json.loads((DATA / file).read_bytes())

    texts = [one for one in objects(data) if "zh-Hans" in one]

    assert texts
    assert [text for text in texts if set(text) != LANGUAGES] == []
    assert [text for text in texts if not text["en"].isascii() or text["zh-Hans"].isascii()] == []


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_common_part_has_the_instruments_shape(edition: str) -> None:
    """21 questions of the types and sizes that the survey is made of."""
    questions = load(edition).questions()
    multiples = [question for question in questions if isinstance(question, Multiple)]
    matrices = [question for question in questions if isinstance(question, Matrix)]

    assert [question.id for question in questions] == [f"q{number}" for number in range(1, 22)]
    assert Counter(question.type for question in questions) == {
        "single": 10, "multiple": 4, "cascade": 2, "region": 1, "matrix": 3, "text": 1,
    }  # fmt: skip
    assert sorted(sum(option.exclusive for option in question.options) for question in multiples) == [0, 1, 1, 1]
    assert sorted(len(matrix.rows) for matrix in matrices) == [5, 5, 6]
    assert {(matrix.scale.min, matrix.scale.max, len(matrix.scale.labels)) for matrix in matrices} == {(1, 10, 5)}
    assert sorted(sum(row.pole == "negative" for row in matrix.rows) for matrix in matrices) == [0, 0, 2]
    assert [question.id for question in questions if not question.required] == ["q20", "q21"]


@pytest.mark.parametrize(("edition", "topics"), [("public", 9), ("practitioner", 3)])
def test_topics_are_of_a_bearable_length(edition: str, topics: int) -> None:
    """6 to 10 questions each, some of them asked only after certain answers."""
    q = load(edition)

    assert len(q.topics) == topics
    for topic in q.topics:
        assert 6 <= len(q.questions(topic)) <= 10
        assert any(question.show_if for question in q.questions(topic))


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("lang", ["zh-Hans", "en", "fr"])
def test_the_published_form_is_the_contracts(edition: str, lang: str) -> None:
    """Exactly the keys of the contract, every one of them always, and nothing that is ours."""
    definition = json.loads(json.dumps(load(edition).published(lang)))

    assert set(definition) == {"edition", "version", "title", "sections"}
    for section in definition["sections"]:
        assert set(section) == {"id", "title", "topic", "questions"}
        for question in section["questions"]:
            own = KEYS[question["type"]] | ({"max_choices"} & set(question))
            assert set(question) == {"id", "type", "required", "text", "show_if"} | own
            for option in question.get("options", []):
                assert set(option) == {"id", "text", "exclusive", "options"}
                assert all(set(leaf) == set(option) for leaf in option["options"])
            for row in question.get("rows", []):
                assert set(row) == {"id", "text"}
            assert isinstance(question["text"], str)
    assert [section["id"] for section in definition["sections"]][-2:] == ["about_you", "opinion"]


def test_languages_differ_in_texts_only() -> None:
    """Ids and order never change with the language, and a language that is missing is Chinese."""
    q = load("public")

    def bare(definition: Any) -> Any:
        return json.loads(
            json.dumps(definition),
            object_hook=lambda o: {k: v for k, v in o.items() if k not in {"text", "title", "labels"}},
        )

    assert bare(q.published("en")) == bare(q.published("zh-Hans"))
    assert q.published("fr") == q.published("zh-Hans") != q.published("en")
    assert q.languages == ("zh-Hans", "en")


@pytest.mark.parametrize(("edition", "version", "topic"), PUBLISHED)
def test_what_was_published_stays(edition: str, version: str, topic: str | None) -> None:
    """Ids and order of a published version are as they were, so that what is stored still unpacks."""
    questions = [skeleton(question) for question in load(edition, version).questions(topic)]

    seen = sha256(json.dumps(questions).encode()).hexdigest()[:16]

    assert seen == PUBLISHED[edition, version, topic]


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_version_loads(edition: str) -> None:
    """Folders and files bear the names of what is in them; the newest version is served where none is named."""
    for version in versions(edition):
        q = load(edition, version)
        files = (DATA / edition / version / "topics").glob("*.json")
        assert (q.edition, q.version, set(q.topics)) == (edition, version, {file.stem for file in files})
        assert load(edition, version) is q
    assert load(edition).version == versions(edition)[-1]
