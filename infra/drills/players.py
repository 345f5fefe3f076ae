"""Netizens who know nothing but the published definition; imports nothing of ours: load scripts use it too.

`random_answers` gives valid answers as a browser would send them.
"""

from collections.abc import Sequence
from random import Random
from typing import Any

Definition = dict[str, Any]
COUNTIES = (
    "110105",
    "310115",
    "440106",
    "441900",
    "500103",
    "429004",
    "650102",
    "710000",
    "810000",
    "820000",
    "990000",
)
OPINIONS = ("希望垃圾短信少一点。", "举报之后应当告诉我们结果。", "More help for older people, please.")


def questions(definition: Definition, topics: Sequence[str]) -> list[dict[str, Any]]:
    """The common questions and those of the topics, in the order in which they are asked."""
    sections = [s for s in definition["sections"] if s["topic"] is None or s["topic"] in topics]
    return [question for section in sections for question in section["questions"]]


def is_shown(question: dict[str, Any], answers: dict[str, object]) -> bool:
    """Whether these earlier answers show the question."""
    show_if = question["show_if"]
    if show_if is None:
        return True
    given = answers.get(show_if["question"])
    chosen = given if isinstance(given, list) else [given]
    return any(option in show_if["in"] for option in chosen)


def random_answers(
    definition: Definition,
    topics: Sequence[str],
    rng: Random,
    regions: Sequence[str] = COUNTIES,
    opinions: float = 0.1,
) -> dict[str, object]:
    """Valid answers to the common part and `topics`; `opinions` is the share of those who write one."""
    answers: dict[str, object] = {}
    for question in questions(definition, topics):
        if not is_shown(question, answers):
            continue
        if question["type"] == "text":
            if rng.random() < opinions:
                answers[question["id"]] = rng.choice(OPINIONS)[: question["max_length"]]
        elif question["required"] or rng.random() < 0.5:
            answers[question["id"]] = random_answer(question, rng, regions)
    return answers


def random_answer(question: dict[str, Any], rng: Random, regions: Sequence[str] = COUNTIES) -> object:
    """A valid answer to one question that isn't a text."""
    match question["type"]:
        case "single":
            return rng.choice(question["options"])["id"]
        case "cascade":
            group = rng.choice(question["options"])
            return rng.choice(group["options"] or [group])["id"]
        case "multiple":
            return _several(question, rng)
        case "rating":
            return rng.randint(question["scale"]["min"], question["scale"]["max"])
        case "matrix":
            scale = question["scale"]
            return {row["id"]: rng.randint(scale["min"], scale["max"]) for row in question["rows"]}
        case "region":
            return rng.choice(regions)
    raise ValueError(f"no way to answer {question['type']!r}")


def _several(question: dict[str, Any], rng: Random) -> list[str]:
    exclusive = [option["id"] for option in question["options"] if option["exclusive"]]
    if exclusive and rng.random() < 0.1:
        return [rng.choice(exclusive)]
    others = [option["id"] for option in question["options"] if not option["exclusive"]]
    most = min(len(others), question.get("max_choices", 4), 4)
    return rng.sample(others, rng.randint(1, most))
