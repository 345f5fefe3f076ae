"""What is wrong with a filled-in form, in the respondent's words.

The domain has the last word on what may be stored; here it is said first, and more kindly, what is missing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.kernel.errors import AnswersInvalid
from chalicelib.web.rim.form_reader import Question, Sheet, topics_of
from chalicelib.web.rim.language import Language


@dataclass(frozen=True)
class FormProblem:
    """One entry of the error summary."""

    field: str
    """The id of the element that it leads to."""
    question: str
    """The question it stands at, and the row, if any: `q9`, `q9.row`."""
    text: str
    """As the summary says it."""
    brief: str
    """As it is said at the question itself."""


def find_problems(sheet: Sheet, say: Language) -> list[FormProblem]:
    """Everything that the respondent still has to see to."""
    found = [problem for question in sheet.shown() for problem in _at(question, sheet, say)]
    if topics_of(sheet.definition) and not sheet.topics:
        found.insert(0, FormProblem("f-_topic", "_topic", say("error_topics"), say("error_topics")))
    return found


def from_refusal(refusal: AnswersInvalid, sheet: Sheet, say: Language) -> list[FormProblem]:
    """The domain's refusal as entries of the summary; a pointer is `/answers/question` or `/answers/question/row`."""
    texts = {question["id"]: question["text"] for question in sheet.shown()}
    found: dict[str, FormProblem] = {}
    for error in refusal.errors:
        parts = error.pointer.split("/")[2:4]
        question = parts[0] if parts else ""
        place = ".".join(parts) if _has_rows(sheet, question) else question
        if question in texts:
            found.setdefault(place, _problem(place, texts[question], say("error_wrong"), say))
        else:
            text = say.why(refusal.subject, error)
            found.setdefault(place, FormProblem("main", place, text, text))
    return list(found.values())


def _at(question: Question, sheet: Sheet, say: Language) -> Iterator[FormProblem]:
    id_, answer = question["id"], sheet.answers.get(question["id"])
    if question["type"] == "matrix":
        yield from _missing_rows(question, answer, say)
    elif answer is None and question["required"]:
        started = question["type"] == "region" and sheet.provinces.get(id_)
        yield _problem(id_, question["text"], say("error_county" if started else "error_required"), say)
    elif isinstance(answer, list):
        yield from _too_many(question, answer, say)
    elif question["type"] == "text" and isinstance(answer, str) and len(answer) > question["max_length"]:
        yield _problem(id_, question["text"], say("error_length", max=question["max_length"]), say)


def _problem(place: str, question: str, brief: str, say: Language) -> FormProblem:
    return FormProblem(f"f-{place}", place, say("error_at", problem=brief, question=question), brief)


def _missing_rows(question: Question, answer: object, say: Language) -> Iterator[FormProblem]:
    """A matrix takes every row or, where it is optional, none."""
    given = answer if isinstance(answer, dict) else {}
    if not given and not question["required"]:
        return
    for row in question["rows"]:
        if row["id"] not in given:
            place = f"{question['id']}.{row['id']}"
            text = say("error_row", row=row["text"])
            yield FormProblem(f"f-{place}", place, text, text)


def _too_many(question: Question, chosen: list[str], say: Language) -> Iterator[FormProblem]:
    id_, most = question["id"], question.get("max_choices")
    for option in question["options"]:
        if option["exclusive"] and option["id"] in chosen and len(chosen) > 1:
            yield _problem(id_, question["text"], say("error_exclusive", option=option["text"]), say)
            return
    if most is not None and len(chosen) > most:
        yield _problem(id_, question["text"], say("error_max", max=most), say)


def _has_rows(sheet: Sheet, question_id: str) -> bool:
    return any(question["id"] == question_id and "rows" in question for question in sheet.shown())
