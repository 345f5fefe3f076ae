"""Answers of one questionnaire's version: validated, packed by order, unpacked without loss.

The packed form is JSON, `{"":[…],"<topic>":[…]}`: one list for the common part and one for each topic named, one
value for each question in order, null where there is no answer (the codecs say how each type looks). Topics lie
apart, so that a topic added later moves nothing that was stored. Equal answers give equal strings.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from chalicelib.instrument.domain.answer_codec import NULL, Codec, Wrong, wrong
from chalicelib.instrument.domain.answer_types import codec
from chalicelib.instrument.domain.export_cells import cells_of
from chalicelib.instrument.domain.question import Multiple, Question, Region, ShowIf
from chalicelib.instrument.domain.questionnaire import Questionnaire
from chalicelib.kernel.errors import AnswersInvalid, FieldError

COMMON = ""  # the key of the common part among the modules
_MISSING = object()
_Given = dict[str, str | None]  # what the questions so far were answered with, packed; None where it was wrong
_Condition = Callable[[_Given], bool | None]  # None: nobody can tell, what it depends on was wrong


class _Step(NamedTuple):
    """One question, compiled."""

    id: str
    encode: Callable[[object], str]
    required: bool
    shown: _Condition | None
    codec: Codec
    blank: tuple[str, ...]
    """Its cells in an export where it is not answered."""
    cells: Callable[[Any], Sequence[str]]
    """Its cells of a packed value."""


class AnswerSheet:
    """One questionnaire compiled; get it from `answer_sheet`."""

    def __init__(self, q: Questionnaire) -> None:
        modules = {topic or COMMON: q.questions(topic) for topic in (None, *q.topics)}
        asked = {question.id: question for questions in modules.values() for question in questions}
        self._modules = {
            name: tuple(_step(question, asked, q) for question in questions) for name, questions in modules.items()
        }
        self._steps = [step for module in self._modules.values() for step in module]
        self._blank = {name: [cell for step in module for cell in step.blank] for name, module in self._modules.items()}
        self._ids = frozenset(asked)
        self._residence = next((i for i, one in asked.items() if isinstance(one, Region) and one.residence), None)
        self._province = q.regions.province

    def pack(self, answers: Mapping[str, object], topics: Sequence[str]) -> str:
        """Validate answers to the common part and the topics named, and pack them.

        Both may be any JSON value. Raises AnswersInvalid naming every wrong field, in the order of the questions
        and unknown ones last.
        """
        errors: list[FieldError] = []
        named = self._named(topics, errors)
        if not isinstance(answers, dict):
            raise AnswersInvalid([*errors, FieldError("/answers", "answers_type")])
        given: _Given = dict.fromkeys(self._ids) if errors else {}  # no stray of a topic whose name was wrong
        parts = [f'"{name}":[{self._part(name, answers, given, errors)}]' for name in (COMMON, *named)]
        if not answers.keys() <= given.keys():
            errors += self._strays(answers.keys() - given.keys())
        if errors:
            raise AnswersInvalid(errors)
        return f"{{{','.join(parts)}}}"

    def unpack(self, packed: str, topics: Sequence[str] | None = None) -> dict[str, object]:
        """The answers in canonical form: of the common part, and of `topics` (None: all that were named)."""
        answers: dict[str, object] = {}
        for name, values in parts_of(packed).items():
            if topics is None or name == COMMON or name in topics:
                for step, value in zip(self._modules[name], values, strict=True):
                    if value is not None:
                        answers[step.id] = step.codec.decode(value)
        return answers

    def columns(self) -> list[str]:
        """Headings of an export: the common questions, then each topic's; `q.row` for the rows of a matrix."""
        return [step.id + suffix for step in self._steps for suffix in step.codec.suffixes]

    def row(self, parts: Mapping[str, Sequence[Any]]) -> list[str]:
        """The `parts` of packed answers as texts under `columns`, masked; empty where not answered."""
        cells: list[str] = []
        for name, steps in self._modules.items():
            if name not in parts:
                cells += self._blank[name]
                continue
            for step, value in zip(steps, parts[name], strict=True):
                cells += step.blank if value is None else step.cells(value)
        return cells

    def residence(self, answers: Mapping[str, object]) -> str | None:
        """Two digits of the provincial-level division the respondent lives in; None where not answered."""
        code = answers.get(self._residence) if self._residence else None
        return self._province(code) if isinstance(code, str) else None

    def _named(self, topics: object, errors: list[FieldError]) -> list[str]:
        """The topics in the order in which they are packed; what is wrong with them goes to `errors`."""
        if not isinstance(topics, list | tuple):
            errors.append(FieldError("/topics", "topics_type"))
            return []
        named: set[str] = set()
        for place, topic in enumerate(topics):
            if not isinstance(topic, str) or topic not in self._modules or topic == COMMON:
                errors.append(FieldError(f"/topics/{place}", "topic_unknown"))
            elif topic in named:
                errors.append(FieldError(f"/topics/{place}", "topic_repeated"))
            else:
                named.add(topic)
        return sorted(named)

    def _part(self, name: str, answers: dict[str, object], given: _Given, errors: list[FieldError]) -> str:
        """One module's values, packed; what is wrong with them goes to `errors`."""
        values: list[str] = []
        for step in self._modules[name]:
            value = answers.get(step.id, _MISSING)
            try:
                plain = step.shown is None and value is not _MISSING
                packed = step.encode(value) if plain else _encode_unless_hidden(step, value, given)
            except Wrong as fault:
                given[step.id] = None
                errors += [
                    FieldError(pointer("answers", step.id, row), reason, **figures)
                    for row, reason, figures in fault.faults
                ]
            else:
                given[step.id] = packed
                values.append(packed)
        return ",".join(values)

    def _strays(self, ids: set[str]) -> list[FieldError]:
        reasons = {stray: "not_named" if stray in self._ids else "unknown" for stray in sorted(ids)}
        return [FieldError(pointer("answers", stray), reason) for stray, reason in reasons.items()]


@lru_cache(maxsize=32)
def answer_sheet(q: Questionnaire) -> AnswerSheet:
    """The compiled sheet of a questionnaire; the same object each time."""
    return AnswerSheet(q)


def parts_of(packed: str) -> dict[str, list[Any]]:
    """The values of packed answers by topic, those of the common part under `COMMON`."""
    parts: dict[str, list[Any]] = json.loads(packed)
    return parts


def pointer(*parts: str) -> str:
    """A JSON pointer (RFC 6901). Halves of surrogate pairs, which no reply could carry, become question marks."""
    path = "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts if part)
    return path.encode(errors="replace").decode()


def _encode_unless_hidden(step: _Step, value: object, given: _Given) -> str:
    """The packed answer, NULL where there is none and needn't be. Raises Wrong."""
    shown = True if step.shown is None else step.shown(given)
    if value is _MISSING:
        if step.required and shown:
            raise wrong("required")
        return NULL
    if shown is False:
        raise wrong("not_shown")
    return step.encode(value)


def _step(question: Question, asked: Mapping[str, Question], q: Questionnaire) -> _Step:
    compiled = codec(question, q.regions)
    show_if = question.show_if
    shown = None if show_if is None else _condition(show_if, asked[show_if.question], q)
    blank = ("",) * len(compiled.suffixes)
    return _Step(question.id, compiled.encode, question.required, shown, compiled, blank, cells_of(compiled))


def _condition(show_if: ShowIf, on: Question, q: Questionnaire) -> _Condition:
    """Compile a `show_if` to a look at what `on` was answered with, packed: an index, or a mask."""
    encode, several = codec(on, q.regions).encode, isinstance(on, Multiple)
    wanted = {encode([option] if several else option) for option in show_if.options}
    mask = sum(map(int, wanted))

    def shown(given: _Given) -> bool | None:
        packed = given[on.id]
        if packed is None or packed == NULL:
            return None if packed is None else False
        return bool(int(packed) & mask) if several else packed in wanted

    return shown
