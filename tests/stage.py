"""A stage for the pages' tests: campaigns, units and links in the tests' own engine, and what was stored there."""

import base64
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from chalicelib.access.domain.roles import Member, Rank
from chalicelib.access.store import keys
from chalicelib.access.store.keys import KeyItem
from chalicelib.access.store.members import all_members
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store import units
from chalicelib.associations.usecases.register_units import key_of
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign
from chalicelib.collection import responses
from chalicelib.collection.response import Response
from chalicelib.instrument import questionnaires
from chalicelib.instrument.domain.answers import answer_sheet
from chalicelib.instrument.usecases.find_questionnaire import load
from chalicelib.jobs import jobs
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import key_hash, new_key
from chalicelib.kernel.gateways.secrets import add_ticket_key
from chalicelib.kernel.settings import settings
from chalicelib.links.domain.link import Edition, Link, new_code
from chalicelib.links.store import links, revocations
from chalicelib.tables import create_missing_tables

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
UNIT_NAME = "远帆网络安全志愿者协会"
TITLE = "网民网络安全感受公益调查"
_serial = count(1)


@dataclass(frozen=True)
class Stored:
    """A stored response and its answers, unpacked."""

    response: Response
    answers: dict[str, Any]


def prepare() -> None:
    """Makes tables and a signing key where they are missing."""
    create_missing_tables()
    if not settings().secrets_file.exists():
        add_ticket_key(now_ms())


def campaign_ids() -> set[str]:
    """The campaigns that there are."""
    return {campaign.id for campaign in campaigns.all_campaigns()}


def remove_campaigns(kept: Collection[str] = ()) -> None:
    """Has no campaigns be but these, so that no other is the current one, or becomes it, and nothing of it is due."""
    gone = campaign_ids() - set(kept)
    for job in jobs.unfinished() if gone else ():
        if job.campaign in gone:
            jobs.JobItem(job.id).delete()
    for campaign in gone:
        campaigns.CampaignItem(campaign).delete()


def make_campaign(
    opens_in_ms: int = -HOUR_MS,
    closes_in_ms: int = 2 * DAY_MS,
    plan: int | None = None,
    recipients: tuple[str, ...] = (),
) -> str:
    """A campaign with one unit; times from now. Gives its id."""
    at_ms, name = now_ms(), f"stage-{next(_serial)}-{now_ms()}"
    opens_at, closes_at = at_ms + opens_in_ms, at_ms + closes_in_ms
    window = {"opens_at": opens_at, "closes_at": closes_at}
    asked = questionnaires.newest()
    campaigns.create(Campaign(id=name, title=TITLE, recipients=recipients, questionnaires=asked, **window))
    units.item_of(Unit(campaign=name, code="u1", name=UNIT_NAME, province="44", plan=plan)).save()
    return name


def make_link(campaign: str | None = None, edition: str = "public") -> str:
    """A link of the campaign, or of a fresh open one. Gives its code."""
    code = new_code()
    unit = {"campaign": campaign or make_campaign(), "unit": "u1", "channel": "poster"}
    links.create(Link(code=code, edition=Edition(edition), **unit))
    return code


def revoke(code: str) -> None:
    """Revokes a link as the use case does: in its campaign, where recording looks."""
    link = links.read(code)
    revocations.revoke(link.campaign, code)


def move_close(campaign: str, closes_in_ms: float) -> None:
    """Closes the campaign that long from now, in effect at once."""
    campaigns.change(campaign, lambda c: c.model_copy(update={"closes_at": now_ms() + int(closes_in_ms)}))


def secretariat_key() -> str:
    """A fresh key of the secretariat."""
    key = new_key()
    keys.give_secretariat(key)
    return key


def member_key(rank: Rank) -> str:
    """A fresh key of a member of the secretariat with this role."""
    key = new_key()
    hashed = key_hash(key)
    KeyItem(hashed, role="secretariat", member=hashed[:12], name=f"{rank} {hashed[:6]}", rank=rank).save()
    return key


def new_member() -> tuple[Member, str]:
    """A fresh reader and their key, however many there are already."""
    key = member_key(Rank.READER)
    return next(one for one in all_members() if one.key_hash == key_hash(key)), key


def forget_members() -> None:
    """Removes the members and keys that earlier tests made: there is a most that the secretariat can add."""
    for member in all_members():
        KeyItem(member.key_hash).delete()


def unit_key_hash(campaign: str) -> str:
    """The hash of the key that the campaign's unit has now."""
    return key_of(units.read(campaign, "u1")) or ""


def content(answer: Mapping[str, Any]) -> bytes:
    """The body of an answer of the Lambda entry point, as its bytes."""
    body: str = answer["body"]
    return base64.b64decode(body) if answer["isBase64Encoded"] else body.encode()


def stored(code: str) -> list[Stored]:
    """What came in through a link, in the order of acceptance."""
    found = [one for one in map(responses.read_item, responses.scan_segment(0, 1)) if one.link == code]
    return [Stored(one, _unpacked(one)) for one in sorted(found, key=lambda one: one.accepted_at)]


def _unpacked(response: Response) -> dict[str, Any]:
    return answer_sheet(load(response.edition, response.version)).unpack(response.answers)
