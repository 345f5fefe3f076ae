"""Pages as a browser asks for them, and plain forms as it sends them."""

from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from random import Random
from typing import Any

from chalice.app import Request

from chalicelib.instrument import questionnaires
from infra.drills.events import api_event, lambda_context
from infra.drills.players import random_answers

Field = tuple[str, str]


def asked(
    at_ms: int,
    query: Mapping[str, str] | None = None,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Request:
    """A request for a netizen's page, or with a `body` the form that is sent there."""
    method, named = "GET" if body is None else "POST", {name: [value] for name, value in (query or {}).items()}
    event = api_event(method, "/s/-", query=named, headers=headers, body=body, arrived_ms=at_ms)
    return Request(event, lambda_context())


class _Hidden(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Field] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "input" and named.get("type") == "hidden":
            self.found.append((named.get("name") or "", named.get("value") or ""))


def hidden_fields(html: str) -> list[Field]:
    """The hidden inputs of a page."""
    parser = _Hidden()
    parser.feed(html)
    return parser.found


def fields_of(definition: dict[str, Any], topics: Sequence[str], answers: dict[str, Any]) -> list[Field]:
    """The fields in which a form of this definition carries these answers."""
    fields = [("_topic", topic) for topic in topics]
    types = {q["id"]: q["type"] for section in definition["sections"] for q in section["questions"]}
    for name, answer in answers.items():
        if types[name] == "matrix":
            fields += [(f"{name}.{row}", str(stars)) for row, stars in answer.items()]
        elif types[name] == "multiple":
            fields += [(name, option) for option in answer]
        elif types[name] == "region":
            leaf = questionnaires.regions().is_leaf(f"{answer[:2]}0000")
            fields += [(f"{name}.province", f"{answer[:2]}0000"), *([] if leaf else [(name, answer)])]
        else:
            fields.append((name, str(answer)))
    return fields


def chosen_answers(definition: dict[str, Any], topics: Sequence[str], rng: Random) -> dict[str, Any]:
    """Valid answers with an opinion; several choices in the order in which they are offered, as a form gives them."""
    answers: dict[str, Any] = dict(random_answers(definition, topics, rng, opinions=1))
    for section in definition["sections"]:
        for question in section["questions"]:
            if question["type"] == "multiple" and question["id"] in answers:
                answers[question["id"]] = [o["id"] for o in question["options"] if o["id"] in answers[question["id"]]]
    return answers
