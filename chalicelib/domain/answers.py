"""Answers of one questionnaire's version: validated, packed by order, unpacked without loss.

The packed form is JSON, `{"":[…],"<topic>":[…]}`: one list for the common part and one for each topic
named, one value for each question in order, null where there is no answer (`answer_types` says how each
type looks). Topics lie apart, so that a topic added later moves nothing that was stored. Equal answers give
equal strings.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from chalicelib.domain.answer_messages import message
from chalicelib.domain.answer_types import Codec, Packed, Wrong, codec
from chalicelib.domain.errors import AnswersInvalid, FieldError
from chalicelib.domain.question import FALLBACK_LANGUAGE, Multiple, Question, Region, ShowIf
from chalicelib.domain.questionnaire import Questionnaire

COMMON = ""  # the key of the common part among the modules
_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_MISSING = object()
_Given = dict[
    str, Packed | None
]  # what each question so far was answered with, packed; absent where it was wrong
_Condition = Callable[[_Given], bool | None]  # None: can't be told, since the answer it depends on is wrong


@dataclass(frozen=True, slots=True)
class _Step:
    """One question, compiled."""

    id: str
    encode: Callable[[object], Packed | None]
    codec: Codec
    required: bool
    shown: _Condition | None


class AnswerSheet:
    """One questionnaire compiled; get it from `answer_sheet`."""

    def __init__(self, q: Questionnaire) -> None:
        self._topics = set(q.topics)
        asked = {question.id: question for topic in (None, *q.topics) for question in q.questions(topic)}
        self._modules = {
            topic or COMMON: [_step(question, asked, q) for question in q.questions(topic)]
            for topic in (None, *q.topics)
        }
        self._steps = [step for module in self._modules.values() for step in module]
        self._ids = set(asked)
        self._residence = next(
            (i for i, one in asked.items() if isinstance(one, Region) and one.residence), None
        )
        self._province = q.regions.province

    def pack(
        self, answers: Mapping[str, object], topics: Sequence[str], lang: str = FALLBACK_LANGUAGE
    ) -> str:
        """Validate answers to the common part and the topics named, and pack them.

        Both may be any JSON value. Raises AnswersInvalid naming every wrong field, in the questionnaire's
        order and unknown ones last, with messages in `lang`.
        """
        errors: list[FieldError] = []
        if type(answers) is not dict:
            errors.append(_error("/answers", "answers_type", {}, lang))
        named = self._named(topics, errors, lang)
        if errors:
            raise AnswersInvalid(errors)
        packed: dict[str, list[Packed | None]] = {}
        given: _Given = {}
        taken = 0
        for name in (COMMON, *named):
            row: list[Packed | None] = []
            for step in self._modules[name]:
                value = answers.get(step.id, _MISSING)
                taken += value is not _MISSING
                try:
                    given[step.id] = encoded = _encode(step, value, given)
                    row.append(encoded)
                except Wrong as wrong:
                    errors += [
                        _error(_pointer(step.id, at), key, figures, lang) for at, key, figures in wrong.faults
                    ]
            packed[name] = row
        if taken != len(answers):
            errors += self._strays(
                answers, {step.id for name in packed for step in self._modules[name]}, lang
            )
        if errors:
            raise AnswersInvalid(errors)
        return _to_json(packed)

    def unpack(self, packed: str, topics: Sequence[str] | None = None) -> dict[str, object]:
        """The answers in canonical form: of the common part, and of `topics` (None: all that were named)."""
        modules: dict[str, list[Packed | None]] = json.loads(packed)
        answers: dict[str, object] = {}
        for name, row in modules.items():
            if name == COMMON or topics is None or name in topics:
                for step, value in zip(self._modules[name], row, strict=True):
                    if value is not None:
                        answers[step.id] = step.codec.decode(value)
        return answers

    def columns(self) -> list[str]:
        """Headings of an export: the common questions, then each topic's; `q.row` for a matrix."""
        return [step.id + suffix for step in self._steps for suffix in step.codec.suffixes]

    def row(self, answers: Mapping[str, object]) -> list[str]:
        """Unpacked answers as texts under `columns`; empty where not answered."""
        cells: list[str] = []
        for step in self._steps:
            answer = answers.get(step.id)
            cells += [""] * len(step.codec.suffixes) if answer is None else step.codec.cells(answer)
        return cells

    def residence(self, answers: Mapping[str, object]) -> str | None:
        """Two digits of the provincial-level division the respondent lives in; None where not answered."""
        code = answers.get(self._residence) if self._residence else None
        return self._province(code) if isinstance(code, str) else None

    def _named(self, topics: object, errors: list[FieldError], lang: str) -> list[str]:
        """The topics in their order; what is wrong with them goes to `errors`."""
        if not isinstance(topics, list | tuple):
            errors.append(_error("/topics", "topics_type", {}, lang))
            return []
        named: set[str] = set()
        for place, topic in enumerate(topics):
            if not isinstance(topic, str) or topic not in self._topics:
                errors.append(_error(f"/topics/{place}", "topic_unknown", {}, lang))
            elif topic in named:
                errors.append(_error(f"/topics/{place}", "topic_repeated", {}, lang))
            else:
                named.add(topic)
        return sorted(named)

    def _strays(self, answers: Mapping[str, object], taken: set[str], lang: str) -> list[FieldError]:
        strays = sorted(answers.keys() - taken, key=str)
        return [
            _error(_pointer(stray), "not_named" if stray in self._ids else "unknown", {}, lang)
            for stray in strays
        ]


@lru_cache(maxsize=32)
def answer_sheet(q: Questionnaire) -> AnswerSheet:
    """The compiled sheet of a questionnaire; the same object each time."""
    return AnswerSheet(q)


def _encode(step: _Step, value: object, given: _Given) -> Packed | None:
    """The packed answer to one question, None where there is none and needn't be. Raises Wrong."""
    shown = True if step.shown is None else step.shown(given)
    if value is not _MISSING:
        if shown is False:
            raise Wrong(("", "not_shown", {}))
        return step.encode(value)
    if step.required and shown:
        raise Wrong(("", "required", {}))
    return None


def _step(question: Question, asked: Mapping[str, Question], q: Questionnaire) -> _Step:
    compiled = codec(question, q.regions)
    shown = None
    if question.show_if is not None:
        shown = _condition(question.show_if, asked[question.show_if.question], q)
    return _Step(question.id, compiled.encode, compiled, question.required, shown)


def _condition(show_if: ShowIf, on: Question, q: Questionnaire) -> _Condition:
    """Compile a `show_if` to a look at packed answers: an index among indices, or a mask meeting a mask."""
    key, several = on.id, isinstance(on, Multiple)
    encode = codec(on, q.regions).encode
    wanted = {cast("int", encode([option] if several else option)) for option in show_if.options}
    mask = sum(wanted)

    def shown(given: _Given) -> bool | None:
        if key not in given:
            return None
        value = given[key]
        if value is None:
            return False
        return bool(cast("int", value) & mask) if several else value in wanted

    return shown


def _pointer(question: str, row: str = "") -> str:
    """RFC 6901; halves of surrogate pairs, which no reply could carry, become question marks."""
    path = "/".join(
        ["", "answers", *(part.replace("~", "~0").replace("/", "~1") for part in (question, row) if part)]
    )
    return path.encode(errors="replace").decode()


def _error(pointer: str, key: str, figures: dict[str, object], lang: str) -> FieldError:
    return FieldError(pointer, message(key, figures, lang))
