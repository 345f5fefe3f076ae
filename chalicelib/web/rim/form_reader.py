"""What a plain form carries, read by the definition that it was made of.

Fields of the form itself begin with `_`, which no question's id does; a question's fields bear its id, a matrix row's
`id.row`, a region's province `id.province`. Nothing here judges answers: `instrument.domain.answers` does. Whatever is
forged is passed on to it, or belongs to no question and is left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from chalicelib.instrument import questionnaires
from chalicelib.kernel.errors import MalformedRequest, TooLarge

MOST_BYTES = 64 * 1024
_MOST_FIELDS = 500
Question = Mapping[str, Any]
"""A question as the contract publishes it."""
Fields = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Sheet:
    """One filled-in form."""

    definition: Mapping[str, Any]
    topics: tuple[str, ...]
    """Those chosen, in the definition's order."""
    answers: dict[str, object]
    """Only of questions that are shown."""
    provinces: Mapping[str, str] = field(default_factory=dict)
    """Chosen on the way to a county, by question."""

    def shown(self) -> Iterator[Question]:
        """The questions that this respondent has to answer, in order."""
        return _shown(self.definition, self.topics, self.answers)


def read_fields(content_type: str, body: bytes) -> dict[str, list[str]]:
    """The fields of an urlencoded body, line ends as LF.

    Raises TooLarge over 64 KiB and MalformedRequest for another content type, bytes that aren't UTF-8, or more fields
    than any form of ours has.
    """
    if len(body) > MOST_BYTES:
        raise TooLarge("form_bytes", most=MOST_BYTES)
    if content_type.partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise MalformedRequest("form_kind")
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError as e:
        raise MalformedRequest("form_fields") from e
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value.replace("\r\n", "\n"))
    return fields


def read_sheet(definition: Mapping[str, Any], fields: Fields) -> Sheet:
    """The topics and answers in `fields`."""
    chosen = fields.get("_topic", ())
    topics = tuple(topic for topic in topics_of(definition) if topic in chosen)
    provinces: dict[str, str] = {}
    typed: dict[str, object] = {}
    for question in _questions(definition, topics):
        if question["type"] == "region":
            provinces[question["id"]] = _last(fields, f"{question['id']}.province")
        answer = _answer(question, fields)
        if answer not in (None, "", [], {}):
            typed[question["id"]] = answer
    shown = {question["id"] for question in _shown(definition, topics, typed)}
    return Sheet(definition, topics, {id_: answer for id_, answer in typed.items() if id_ in shown}, provinces)


def topics_of(definition: Mapping[str, Any]) -> dict[str, str]:
    """The definition's topics and their titles, in its order."""
    sections = definition["sections"]
    return {section["topic"]: section["title"] for section in sections if section["topic"] is not None}


def _questions(definition: Mapping[str, Any], topics: Sequence[str]) -> Iterator[Question]:
    for section in definition["sections"]:
        if section["topic"] is None or section["topic"] in topics:
            yield from section["questions"]


def _shown(definition: Mapping[str, Any], topics: Sequence[str], answers: Mapping[str, object]) -> Iterator[Question]:
    """A question is shown unless it depends on one that is hidden, or was answered otherwise."""
    seen: dict[str, object] = {}
    for question in _questions(definition, topics):
        condition = question["show_if"]
        if condition is not None:
            given = seen.get(condition["question"])
            if not set(condition["in"]) & set(given if isinstance(given, list) else [given]):
                continue
        seen[question["id"]] = answers.get(question["id"])
        yield question


def _answer(question: Question, fields: Fields) -> object:
    name = question["id"]
    match question["type"]:
        case "multiple":
            return list(fields.get(name, ()))
        case "rating":
            return _stars(_last(fields, name))
        case "matrix":
            rows = {row["id"]: _stars(_last(fields, f"{name}.{row['id']}")) for row in question["rows"]}
            return {row: stars for row, stars in rows.items() if stars is not None}
        case "text":
            return _last(fields, name).strip()
        case "region":
            return _region(_last(fields, name), _last(fields, f"{name}.province"))
        case _:
            return _last(fields, name)


def _last(fields: Fields, name: str) -> str:
    return fields[name][-1] if name in fields else ""


def _stars(typed: str) -> object:
    """A number where it is one; anything else stays as it was forged, to be refused."""
    return int(typed) if typed.isdecimal() and len(typed) < 4 else typed or None


def _region(county: str, province: str) -> str:
    """The county, as long as it lies in the province chosen; the province itself where there is none below it."""
    if county and (not province or county[:2] == province[:2]):
        return county
    return province if questionnaires.regions().is_leaf(province) else ""
