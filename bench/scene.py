"""What the parts play in: an open campaign with 135 units, and netizens' requests as Lambda gets them."""

import json
from dataclasses import dataclass
from random import Random
from typing import Any

from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store import registrations, units
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign
from chalicelib.collection.issue_ticket import issue_ticket
from chalicelib.instrument import questionnaires
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import key_hash, new_key
from chalicelib.kernel.gateways.secrets import add_ticket_key
from chalicelib.kernel.settings import settings
from chalicelib.links.domain.link import Edition, Link, new_code
from chalicelib.links.store import links
from chalicelib.tables import create_missing_tables
from infra.drills.events import api_event
from infra.drills.players import random_answers

PUBLIC = questionnaires.load("public", "2026.1")
PROVINCES = sorted({code[:2] for code in questionnaires.regions().leaves})
UNITS = 135
LINKS = 8
DAY_MS = 86_400_000
READ_FOR_MS = 240_000
"""How long ago a ticket was issued: long enough for its answers to be valid."""


@dataclass(frozen=True)
class Scene:
    """An open campaign; `link` is one of the public edition, `key` that of its unit."""

    campaign: Campaign
    link: str
    key: str


def make() -> Scene:
    """Sets the scene up in the engine that runs."""
    create_missing_tables()
    if not settings().secrets_file.exists():
        add_ticket_key(now_ms())
    now = now_ms()
    campaign = Campaign(
        id="bench-2026", title="网民网络安全感受公益调查", opens_at=now - 9 * DAY_MS, closes_at=now + DAY_MS
    )
    campaigns.create(campaign)
    for code in map(unit_code, range(UNITS)):
        units.item_of(Unit(campaign=campaign.id, code=code, name=f"单位{code}", province="44", plan=3_000)).save()
    codes = [_link(campaign.id, unit_code(0)) for _ in range(LINKS)]
    key = new_key()
    registrations.give_key(registrations.association_of(units.read(campaign.id, unit_code(0))), key_hash(key))
    return Scene(campaign, codes[0], key)


def unit_code(number: int) -> str:
    """`44-007`"""
    return f"44-{number:03d}"


def response_event(scene: Scene, number: int) -> dict[str, Any]:
    """A valid response without an opinion to all topics, 35 to 40 answers, under a ticket of its own."""
    ticket = issue_ticket(scene.link, now_ms() - READ_FOR_MS)
    body: dict[str, Any] = {"ticket": ticket.ticket, "topics": list(PUBLIC.topics), "answers": answers(number)}
    body["paradata"] = {"dwell": [READ_FOR_MS / 1000 / len(PUBLIC.section_ids)] * len(PUBLIC.section_ids), "edits": 3}
    return api_event("POST", "/api/v1/responses", body=json.dumps(body, ensure_ascii=False))


def answers(number: int) -> dict[str, object]:
    """Answers to the public edition and all its topics, as a browser would send them, without an opinion."""
    return random_answers(PUBLIC.published("zh-Hans"), PUBLIC.topics, Random(number), opinions=0)


def _link(campaign: str, unit: str) -> str:
    link = Link(code=new_code(), campaign=campaign, unit=unit, channel="poster", edition=Edition.PUBLIC)
    links.create(link)
    return link.code
