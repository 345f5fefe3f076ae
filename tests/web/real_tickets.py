"""Hooks that schemathesis loads into its own process: most made-up responses get a real ticket, and good answers but
for what was made up, so that they come past the first refusal. `GENERATED_LINK` is the page of an open link."""

import json
import os
import urllib.request
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import schemathesis
from hypothesis import strategies as st

from chalicelib.web.rim.media import WORKBOOKS
from infra.drills.players import Definition, random_answers
from tests.chance import dice


def _beginning(whole: bytes, end: int) -> bytes:
    return whole[:end]


SAVED = Path(__file__).parents[1] / "fixtures" / "workbooks"
for media, kind in zip(WORKBOOKS, ("xlsx", "xls", "ods"), strict=True):
    whole = (SAVED / f"annex.{kind}").read_bytes()
    cut = st.integers(0, len(whole)).map(partial(_beginning, whole))
    schemathesis.openapi.media_type(media, st.just(whole) | cut | st.binary(max_size=200))
BASE_URL, _, CODE = os.environ["GENERATED_LINK"].partition("/s/")
_serial = count(1)


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: schemathesis.Case[Any], kwargs: dict[str, Any]) -> None:
    """Half of the tickets are asked for through the link, and three of four responses come with a ticket of its.
    Each request has its own dice: which topic a ticket draws must not decide what becomes of the later ones."""
    rng = dice(f"request-{next(_serial)}")
    if not isinstance(case.body, dict) or rng.random() < 0.25:
        return
    if case.path == "/api/v1/tickets" and rng.random() < 0.7:
        case.body["link"] = CODE
    if case.path == "/api/v1/responses":
        case.body = _nearly_good(case.body, rng)


def _nearly_good(made_up: dict[str, Any], rng: Random) -> dict[str, Any]:
    """Good answers, of which some are replaced by what was made up; the topics made up, or those assigned."""
    ticket = _ask("tickets", {"link": CODE})
    definition: Definition = _ask(f"questionnaires/{ticket['edition']}")
    answers = random_answers(definition, ticket["topics"], Random(rng.random()))
    odd = made_up.get("answers")
    if isinstance(odd, dict) and rng.random() < 0.5:
        answers |= odd
    elif rng.random() < 0.5:
        answers[rng.choice([*answers])] = odd
    topics = {"topics": made_up["topics"]} if "topics" in made_up and rng.random() < 0.5 else {}
    return {"ticket": ticket["ticket"], "answers": answers, **topics}


def _ask(path: str, body: object = None) -> Any:
    request = urllib.request.Request(f"{BASE_URL}/api/v1/{path}", json.dumps(body).encode() if body else None)
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=20) as reply:
        return json.load(reply)
