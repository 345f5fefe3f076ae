"""A campaign, from a netizen's first look to a late retry, through the entry points: what other tests leave out.

Not collected by itself: `test_grants.py` runs it under the recorder.
"""

from random import Random
from typing import Any

import pytest

import app
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign
from chalicelib.collection import responses
from chalicelib.collection.ledger import LedgerItem
from chalicelib.collection.members import raw_id
from chalicelib.counting.usecases.recount import nightly
from chalicelib.instrument import questionnaires
from chalicelib.instrument.domain.version import Version, as_text
from chalicelib.instrument.store import versions
from chalicelib.instrument.usecases import find_questionnaire
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import key_hash
from chalicelib.kernel.settings import settings
from chalicelib.kernel.store.writes import commit
from chalicelib.links.store import revocations
from infra.drills.events import api_event, lambda_context, schedule_event, stream_event, stream_record
from infra.drills.players import random_answers
from tests import stage

SEQUENCE = 10**20


def asked(method: str, resource: str, body: Any = None, **event: Any) -> int:
    """A request; its status."""
    answer = app.app(api_event(method, resource, body=body, **event), lambda_context())
    return int(answer["statusCode"])


def test_a_campaign_is_played(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages, a response, the fold of it and of what can't be read, the tick that seals, the retry after that."""
    stage.prepare()
    campaign = stage.make_campaign(plan=10)
    _brought(campaign)
    code = stage.make_link(campaign)
    opened = {"parameters": {"code": code}}
    assert asked("GET", "/") == 200
    assert asked("GET", "/s/{code}", **opened) == 200

    body, gone = _answers(code), _answers(code)
    assert asked("POST", "/api/v1/responses", body) == 201
    revocations.revoke(campaign, code)
    assert asked("DELETE", "/api/v1/receipts/{receipt}", parameters={"receipt": _another(campaign)}) == 200
    monkeypatch.setattr("chalicelib.campaigns.campaigns._cache._values", {})
    assert asked("POST", "/api/v1/responses", gone) == 410
    items = list(responses.scan_segment(0, 1))
    records = [
        stream_record(item, SEQUENCE + n) for n, item in enumerate([*items, {"id": {"S": key_hash("no response")}}])
    ]
    app.fold_counts(stream_event(records), lambda_context())
    nightly(campaign_of(campaign), now_ms())
    stage.move_close(campaign, -int(settings().settle_s * 1000) - 1)
    monkeypatch.setattr("chalicelib.sealing.clocks.APART_MS", 0)
    find_questionnaire._published.cache_clear()
    for _ in range(20):  # campaigns of other tests may come first
        app.tick(schedule_event(now_ms()), lambda_context())
        if campaign_of(campaign).seal is not None:
            break

    later = now_ms() + 10_000
    monkeypatch.setattr("chalicelib.campaigns.campaigns._cache._values", {})
    assert asked("GET", "/s/{code}", **opened, arrived_ms=later) == 410
    assert asked("POST", "/api/v1/responses", body) == 200
    (stored,) = [one.response for one in stage.stored(code)]
    assert asked("GET", "/api/v1/receipts/{receipt}", parameters={"receipt": stored.receipt}) == 200
    own = [stored.id]
    _sealed_by_the_first_release(campaign, own)
    monkeypatch.setattr("chalicelib.campaigns.campaigns._cache._values", {})
    assert asked("POST", "/api/v1/responses", body) == 200


def _brought(name: str) -> None:
    """It asks a version that the secretariat brought."""
    content = questionnaires.content("public", "2026.1")
    content["common"]["version"] = "9002.1"
    seen = {"uploaded_at": 1, "uploaded_by": "secretariat", "published_at": 2}
    commit(versions.replacing(None, Version(edition="public", version="9002.1", content=as_text(content), **seen)))
    campaigns.change(name, lambda c: c.model_copy(update={"questionnaires": (("public", "9002.1"),)}))
    find_questionnaire._published.cache_clear()


def _sealed_by_the_first_release(name: str, ids: list[str]) -> None:
    """It kept a table of what it had sealed."""

    def earlier(campaign: Campaign) -> Campaign:
        assert campaign.seal is not None
        seal = campaign.seal.model_copy(update={"members": None, "ledger_buckets": 1})
        return campaign.model_copy(update={"seal": seal})

    LedgerItem(name, 0, ids=b"".join(map(raw_id, ids))).save()
    campaigns.change(name, earlier)


def campaign_of(name: str) -> Any:
    """The campaign as it is stored."""
    return campaigns.read(name)


def _another(campaign: str) -> str:
    """The receipt of one more response."""
    code = stage.make_link(campaign)
    assert asked("POST", "/api/v1/responses", _answers(code)) == 201
    (stored,) = [one.response for one in stage.stored(code)]
    return stored.receipt


def _answers(code: str) -> dict[str, Any]:
    from chalicelib.collection.issue_ticket import issue_ticket

    ticket = issue_ticket(code, now_ms())
    definition = find_questionnaire.load(ticket.edition, ticket.questionnaire).published("en")
    return {"ticket": ticket.ticket, "answers": random_answers(definition, ticket.topics, Random(5))}
