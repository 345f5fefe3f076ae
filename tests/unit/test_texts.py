"""The words for people: each there once, in every language, and used; and a word for every reason that code gives."""

import ast
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
from pydantic_core._pydantic_core import list_all_errors  # the only list of what pydantic may find

from chalicelib.kernel import errors
from chalicelib.kernel.texts import FOLDER, said, texts
from chalicelib.web.rim.language import languages
from chalicelib.web.rim.problems import KINDS

ROOT = FOLDER.parent
SUBJECTS = sorted(folder.name for folder in FOLDER.iterdir())
IN_CHINESE_ALONE = {"mail", "tables"}
"""As the mails and tables themselves are."""
SOURCES = {path: path.read_text("utf-8") for end in ("py", "html", "txt", "js") for path in ROOT.rglob(f"*.{end}")}
QUOTED = {word for text in SOURCES.values() for pair in re.findall(r"'([\w-]+)'|\"([\w-]+)\"", text) for word in pair}
BEGINNINGS = {word for word in QUOTED if word.endswith("_") and word != "d_"} | {
    begun for text in SOURCES.values() for begun in re.findall(r"f\"(\w+_)\{", text) if begun != "d_"
}
"""Of keys that code or a template puts together."""
PYDANTIC = {one["type"] for one in list_all_errors()}
OF_ROOM = {
    **dict.fromkeys(
        ("instrument/domain/questionnaire", "instrument/domain/read_sheet", "instrument/usecases"), "fields"
    ),
    "instrument": "answers",
    "associations/domain": "imports",
}
GIVING = {
    **{name: one.subject for name, one in vars(errors).items() if getattr(one, "subject", "")},
    **dict.fromkeys(("FieldError", "Wrong", "wrong", "_unfit"), ""),
}
"""What is called with a reason, and the subject of its words; where that is empty, the room decides."""


ANY = "**"
"""Figures that a call takes out of a mapping."""


def placeholders(found: object) -> list[str]:
    """The names of the figures that go into a text, or into any of a list or table of texts."""
    if isinstance(found, dict):
        return sorted(chain.from_iterable(placeholders(one) for one in found.values())) + sorted(found)
    return sorted(re.findall(r"\{(\w+)", str(found)))


def is_used(key: str) -> bool:
    """Whether code, a template or a script names the key, whole, or as `d_` and a name, or by its beginning."""
    names = {key, key.removeprefix("d_"), re.sub(r"^d_|_(title|text)$", "", key)}
    return bool(names & QUOTED) or any(key.startswith(begun) for begun in BEGINNINGS)


def reasons() -> Iterator[tuple[str, str, str, set[str]]]:
    """Every reason that code gives as it stands: where, the subject of its words, the reason, its figures' names."""
    for path, text in SOURCES.items():
        place = path.relative_to(ROOT).as_posix()
        subject = next((of for room, of in OF_ROOM.items() if place.startswith(room)), "fields")
        for call in ast.walk(ast.parse(text if path.suffix == ".py" else "")):
            if not isinstance(call, ast.Call) or (name := getattr(call.func, "id", "")) not in GIVING:
                continue
            given = call.args[1:2] if name == "FieldError" else call.args[:1]
            figures = {word.arg or ANY for word in call.keywords}
            for reason in given:
                if isinstance(reason, ast.Constant):
                    yield place, GIVING[name] or subject, str(reason.value), figures
                if isinstance(reason, ast.JoinedStr):
                    yield place, GIVING[name] or subject, ast.unparse(reason), figures


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_language_has_every_word(subject: str) -> None:
    """The same keys, each once, with the same figures."""
    spoken = {path.stem for path in (FOLDER / subject).iterdir()}
    keys = [{key: placeholders(one) for key, one in texts(subject, tag).items()} for tag in sorted(spoken)]

    assert spoken == ({"zh-Hans"} if subject in IN_CHINESE_ALONE else set(languages()))
    assert all(one == keys[0] for one in keys)


def test_a_repeated_key_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two words under one key the second would win, and nobody would notice."""
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "en.json").write_text('{"kind": "Type", "kind": "Kind"}', "utf-8")
    monkeypatch.setattr("chalicelib.kernel.texts.FOLDER", tmp_path)

    with pytest.raises(ValueError, match="twice"):
        texts("x", "en")


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_word_is_used(subject: str) -> None:
    """By code, a template or a script; the reasons of pydantic by pydantic."""
    assert [key for key in texts(subject, "zh-Hans") if key not in PYDANTIC and not is_used(key)] == []


def test_every_word_that_is_used_is_there() -> None:
    """What templates and scripts name."""
    named = {
        key for path, text in SOURCES.items() if path.suffix == ".html" for key in re.findall(r"\bt\('(\w+)'", text)
    }
    named |= {
        key for path, text in SOURCES.items() if path.suffix == ".js" for key in re.findall(r'say\("(\w+)"', text)
    }

    there = texts("pages", "en").keys() | texts("desk", "en").keys()

    assert {key for key in named if not key.endswith("_")} <= there


def test_every_reason_has_words() -> None:
    """Whatever code refuses, there are words for it in its subject, and the figures that go into them."""
    found = list(reasons())

    assert [(place, reason) for place, subject, reason, _ in found if reason not in texts(subject, "en")] == []
    assert [one for one in found if ANY not in one[3] and set(placeholders(texts(one[1], "en")[one[2]])) - one[3]] == []
    assert len(found) > 100


def test_a_reason_without_words_is_told_as_it_is() -> None:
    """So that a refusal stays one, whatever was forgotten."""
    assert said("problems", "en", "no {words}") == "no {words}"


def test_every_act_in_the_audit_log_has_words() -> None:
    """Wherever an entry is made whose act is written there."""
    made = re.compile(r'audit\.(?:entry|note)\([^"]*?"([a-z-]+\.[a-z-]+)"')
    acts = {act for text in SOURCES.values() for act in made.findall(text)}

    assert len(acts) > 20
    assert acts - texts("desk", "en")["d_acts"].keys() == set()


def test_every_kind_of_problem_has_a_title() -> None:
    """In both languages, which differ."""
    assert all(kind.title("en") != kind.title("zh-Hans") for kind in KINDS.values())


def test_an_instant_is_written_as_the_reader_wants_it() -> None:
    """The figure `at` is a number until then."""
    assert said("problems", "en", "not_open", {"at": 0}) == "collection opens at 1970-01-01T08:00:00.000+08:00"
    assert said("problems", "en", "not_open", {"at": 0}, str) == "collection opens at 0"


def test_what_pydantic_finds_is_told_in_words_of_ours() -> None:
    """Each text of one of its kinds takes figures that this kind has."""
    figures: dict[str, set[str]] = {one["type"]: set(one.get("example_context") or {}) for one in list_all_errors()}

    for reason in texts("fields", "en").keys() & PYDANTIC:
        assert set(placeholders(texts("fields", "en")[reason])) <= figures[reason], reason
