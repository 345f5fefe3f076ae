"""`/desk`: a unit's figures beside the nation's, and its links and codes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chalice.app import Response

from chalicelib.associations.domain.hand_in import Annex
from chalicelib.associations.domain.unit import progress
from chalicelib.associations.store import contacts, hand_ins, supporters
from chalicelib.associations.usecases.set_contact import set_contact
from chalicelib.associations.usecases.watch_annexes import is_missing
from chalicelib.campaigns.campaign import State
from chalicelib.counting.domain import counts, pace
from chalicelib.counting.domain.counts import Figures
from chalicelib.counting.usecases.rank_unit import rank_unit
from chalicelib.counting.usecases.read_counts import Point, UnitCounts, read_counts, series
from chalicelib.instrument import questionnaires
from chalicelib.kernel.errors import FieldErrors
from chalicelib.kernel.instants import shanghai, to_ms
from chalicelib.kernel.settings import settings
from chalicelib.links.domain.link import LABEL_LENGTH
from chalicelib.links.store import links
from chalicelib.links.usecases import issue_links
from chalicelib.web.desk.desk_form import act_of, wrong
from chalicelib.web.desk.link_rows import link_row, listed, place_in_list
from chalicelib.web.desk.verdict_panel import unit_panel
from chalicelib.web.desk.visitor import Visitor, at_desk
from chalicelib.web.rim import caller
from chalicelib.web.rim.link_body import own_link
from chalicelib.web.rim.schemas import LabelRequest
from chalicelib.web.unit.chart import chart

LAST_HOURS = 48


@dataclass(frozen=True, slots=True)
class ShownPoint:
    """An hour or a day as a chart and its table show it; `at` in seconds since the epoch."""

    label: str
    at: int
    own: int
    nation: int


@at_desk("unit")
def desk(visitor: Visitor) -> Response:
    """`GET /desk/{campaign}`, `POST /desk/{campaign}`"""
    return _desk(visitor) if visitor.request.method != "POST" else act_of(visitor, _ACTS)(visitor)


def _label(visitor: Visitor) -> Response:
    link = own_link(visitor.holder, visitor.one("link"))
    try:
        wanted = caller.read_as(LabelRequest, {"label": visitor.one("label")})
    except FieldErrors as refusal:
        return _desk(visitor, {link.code: wrong(visitor, refusal, most=LABEL_LENGTH)["label"]})
    issue_links.label_link(link.code, wanted.label, visitor.at_ms, link.unit, visitor.last_seen)
    return visitor.go(f"#link-{link.code}", **place_in_list(visitor.request))


def _supporter(visitor: Visitor) -> Response:
    link = own_link(visitor.holder, visitor.one("link"))
    issue_links.support_link(link.code, visitor.one("supporter") or None, visitor.at_ms, link.unit, visitor.last_seen)
    return visitor.go(f"#link-{link.code}", **place_in_list(visitor.request))


def _digest(visitor: Visitor) -> Response:
    """Turns the unit's own scheduled mails on or off; where they go, the secretariat says."""
    campaign, unit = visitor.holder.campaign or "", visitor.holder.unit or ""
    contact = contacts.read(campaign, unit)
    if contact is not None:
        wanted = contact.model_copy(update={"wants_digest": visitor.one("wanted") == "1"})
        set_contact(campaign, unit, wanted, visitor.at_ms, unit)
    return visitor.go("#digest")


_ACTS: dict[str, Callable[[Visitor], Response]] = {"label": _label, "supporter": _supporter, "digest": _digest}


def _desk(visitor: Visitor, said: dict[str, str] | None = None) -> Response:
    found = _read(visitor.holder.campaign or "", visitor.holder.unit or "", visitor.at_ms)
    own, nation = counts.overall(found.local), counts.overall(found.national)
    window = found.campaign.window_at(visitor.at_ms)
    own_supporters = _own_supporters(found)
    rows = [link_row(found.campaign, found.local, link) for link in found.links]
    return visitor.page(
        "unit/unit.html",
        found=found,
        year=str(shanghai(found.campaign.opens_at).year),
        own=own,
        nation=nation,
        own_today=found.today(found.local).collected,
        nation_today=found.today(found.national).collected,
        progress=progress(own.collected, found.unit.plan),
        projected=pace.projected(found.local, window, visitor.at_ms),
        elapsed=pace.elapsed(window, visitor.at_ms),
        window=window,
        place=rank_unit(found.campaign, found.unit.code),
        listed=listed(visitor.request, rows),
        label_length=LABEL_LENGTH,
        wrong=said or {},
        contact=contacts.read(found.campaign.id, found.unit.code),
        panel=unit_panel(found.campaign.id, found.unit.code),
        public_url=settings().public_url,
        **_breakdown(found),
        **_annexes(visitor, found, own_supporters),
        **_supported(found, own_supporters),
        **charts(series(found, "hour"), series(found, "day")),
    )


def _annexes(visitor: Visitor, found: UnitCounts, own: Mapping[str, str]) -> dict[str, Any]:
    """Which annexes the unit has still to hand in, and whether one of them was sent back."""
    if found.campaign.state_at(visitor.at_ms) in (State.CLOSED, State.SEALED):
        return {"open_annexes": [], "sent_back": False}
    known = {Annex.UNITS: found.unit.plan is not None, Annex.SUPPORTERS: bool(own)}
    some = {annex: hand_ins.find(found.campaign.id, found.unit.code, annex) for annex in Annex}
    lacking = [annex for annex, one in some.items() if is_missing(one, registered=known[annex])]
    return {
        "open_annexes": [visitor.seen.language(f"d_annex_{annex}") for annex in lacking],
        "sent_back": any(known[annex] for annex in lacking),
    }


def _read(campaign: str, unit: str, at_ms: int) -> UnitCounts:
    """The counts, with the links as they are now: who has just named one wants to see its name."""
    return replace(read_counts(campaign, unit, at_ms), links=links.of_unit(campaign, unit))


def charts(hours: Sequence[Point], days: Sequence[Point]) -> dict[str, Any]:
    """What a desk's charts and their tables show: the last two days by hour, all by day."""
    by_hour = [_shown(point, f" {point.start:%H}:00") for point in hours[-LAST_HOURS:]]
    by_day = [_shown(point, "") for point in days]
    return {
        "series": [("hour", by_hour), ("day", by_day)],
        "chart": lambda points, column: chart([(one.label, (one.own, one.nation)[column - 1]) for one in points]),
    }


def _shown(point: Point, hour: str) -> ShownPoint:
    start = point.start
    return ShownPoint(f"{start.month}/{start.day}{hour}", to_ms(start) // 1000, point.local, point.national)


def _breakdown(found: UnitCounts) -> dict[str, Any]:
    """Figures by channel and by edition: sums over links."""
    return {
        "channels": _summed(found, (link.channel for link in found.links)),
        "editions": _summed(found, (link.edition.value for link in found.links)),
        "nationwide": {name: counts.of(found.national, "e", name).collected for name in questionnaires.EDITIONS},
    }


def _own_supporters(found: UnitCounts) -> dict[str, str]:
    """The unit's supporters by their keys."""
    return {one.key: one.name for one in supporters.of_campaign(found.campaign.id) if one.unit == found.unit.code}


def _supported(found: UnitCounts, own: Mapping[str, str]) -> dict[str, Any]:
    """The unit's supporters, and what came in through the links of each."""
    names = (own.get(link.supporter or "", "") for link in found.links)
    return {"supporters": own, "supported": [pair for pair in _summed(found, names) if pair[0]]}


def _summed(found: UnitCounts, names: Iterable[str]) -> list[tuple[str, Figures]]:
    sums: dict[str, Figures] = {}
    for link, name in zip(found.links, names, strict=True):
        figures, before = counts.of(found.local, "l", link.code), sums.get(name, Figures(0, 0))
        sums[name] = Figures(before.collected + figures.collected, before.valid + figures.valid)
    return sorted(sums.items(), key=lambda pair: -pair[1].collected)
