"""Last year's responses of the demonstration: invented people, and a few forgers on a few links of their own choice."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from chalicelib.campaigns.campaign import Campaign
from chalicelib.collection.paradata import pack
from chalicelib.collection.response import Response
from chalicelib.collection.responses import item_of
from chalicelib.instrument import questionnaires
from chalicelib.instrument.domain.answers import answer_sheet
from chalicelib.instrument.domain.questionnaire import Questionnaire
from chalicelib.kernel.codes import new_receipt
from chalicelib.links.domain.link import Link
from chalicelib.verdicts.acceptance import judge
from infra.drills.judging.crowd import OPENS, Played, play
from infra.local.invented import Links

_SHARES = {"public": 0.8, "practitioner": 0.2}
_FORGED = 0.05
_TOGETHER = {"schools", "offices", "communities"}
"""People who answer by one link."""


def invent_responses(campaign: Campaign, links: Links, number: int) -> Iterator[dict[str, Any]]:
    """About so many items of the responses table; the same each time but for the receipts."""
    rng = Random(2)  # noqa: S311 - the same each time
    for edition, share in _SHARES.items():
        q, found = questionnaires.load(edition), _Places(rng, links, edition)
        for one in play(q, 2, round(number * share), _FORGED):
            yield item_of(_response(campaign, q, one, found.of(one), rng))


class _Places:
    """By which link somebody answered: units earlier in the list bring in more."""

    def __init__(self, rng: Random, links: Links, edition: str) -> None:
        self._rng = rng
        self._links = [[one for one in links[code] if one.edition == edition] for code in sorted(links)]
        self._shared: dict[str, Link] = {}

    def of(self, one: Played) -> Link:
        """Groups and forgers share the links that they have in the sample."""
        if one.honest and one.kind not in _TOGETHER:
            return self._draw()
        return self._shared.setdefault(one.line["link"], self._draw())

    def _draw(self) -> Link:
        unit = min(int(self._rng.expovariate(3 / len(self._links))), len(self._links) - 1)
        return self._rng.choice(_some(self._links, unit))


def _some(links: Sequence[Sequence[Link]], unit: int) -> Sequence[Link]:
    """The unit's, or those of the next that has any."""
    return next(links[(unit + step) % len(links)] for step in range(len(links)) if links[(unit + step) % len(links)])


def _response(campaign: Campaign, q: Questionnaire, one: Played, link: Link, rng: Random) -> Response:
    line, sheet = one.line, answer_sheet(q)
    took_ms, window = line["accepted_at"] - line["started_at"], campaign.closes_at - campaign.opens_at
    paradata = line.get("paradata")
    dwell = paradata["dwell"] if paradata else ()
    return Response(
        id=urlsafe_b64encode(rng.randbytes(16)).decode().rstrip("="),
        campaign=campaign.id,
        unit=link.unit,
        link=link.code,
        edition=q.edition,
        version=q.version,
        answers=sheet.pack(line["answers"], line["topics"]),
        accepted_at=campaign.opens_at + (line["accepted_at"] - OPENS) % window,
        took_ms=took_ms,
        receipt=new_receipt(),
        reasons=judge(q, line["answers"], took_ms, dwell),
        residence=sheet.residence(line["answers"]),
        paradata=pack(paradata, len(q.section_ids), took_ms),
    )
