"""`/secretariat`: the nation and all units at a glance, to sort, to search, and to see who needs a call."""

from collections.abc import Callable
from typing import Any

from chalice.app import Response

from chalicelib.access.domain.roles import Act
from chalicelib.associations.domain.places import place_name
from chalicelib.associations.domain.unit import progress
from chalicelib.campaigns.campaign import Campaign
from chalicelib.counting.domain import counts, pace
from chalicelib.counting.domain.tally import NATION
from chalicelib.counting.usecases.read_counts import tally_of
from chalicelib.counting.usecases.watch_units import Watched, watch_units
from chalicelib.instrument import questionnaires
from chalicelib.kernel.errors import MalformedRequest
from chalicelib.kernel.instants import shanghai
from chalicelib.kernel.ttl_cache import Cached
from chalicelib.links.usecases.find_whose import Whose, find_whose
from chalicelib.mail.store import outbox
from chalicelib.web.desk.verdict_panel import nation_panel
from chalicelib.web.desk.visitor import Visitor, at_desk
from chalicelib.web.rim import caller

ORDERS: dict[str, Callable[[Watched], Any]] = {
    "code": lambda row: row.unit.code,
    "name": lambda row: row.unit.name,
    "plan": lambda row: row.unit.plan or 0,
    "collected": lambda row: row.collected,
    "valid": lambda row: row.valid,
    "today": lambda row: row.today,
    "progress": lambda row: -1.0 if row.progress is None else row.progress,
    "last": lambda row: row.last_hour,
}
NUMBERS = {"plan", "collected", "valid", "today", "progress", "last"}
"""Columns of which the largest comes first when they are first chosen."""
FILTERS: dict[str, Callable[[Watched], bool]] = {
    "": lambda _: True,
    "lagging": lambda row: row.lags,
    "silent": lambda row: row.silent,
    "jumps": lambda row: row.jump is not None,
}

_FAILED_AGE_S = 60.0
_failed_mails = Cached(outbox.failed)
"""Finding them reads the whole outbox, and this page is looked at all day."""


@at_desk("secretariat", Act.LOOK)
def overview_desk(visitor: Visitor) -> Response:
    """`GET /secretariat/{campaign}?sort=&order=&q=&show=`; `POST` signs in and out alone."""
    if visitor.request.method == "POST":
        raise MalformedRequest("form_act")
    campaign = visitor.campaign
    rows = watch_units(campaign, visitor.at_ms)
    return visitor.page(
        "secretariat/overview.html",
        campaign=campaign,
        state=campaign.state_at(visitor.at_ms),
        now=visitor.at_ms,
        window=campaign.window_at(visitor.at_ms),
        plan=sum(row.unit.plan or 0 for row in rows),
        lagging=sum(row.lags for row in rows),
        silent=sum(row.silent for row in rows),
        jumps=sum(row.jump is not None for row in rows),
        panel=nation_panel(campaign.id),
        unit_names={row.unit.code: row.unit.name for row in rows},
        failed=len(_failed_mails.get(campaign.id, _FAILED_AGE_S)),
        **_national(campaign, visitor.at_ms, visitor.seen.language.tag),
        **_table(visitor, campaign, rows),
    )


def _national(campaign: Campaign, at_ms: int, lang: str) -> dict[str, Any]:
    nation, regions = tally_of(campaign, NATION), questionnaires.regions()
    window = campaign.window_at(at_ms)
    provinces = [
        (regions.name(f"{code}0000", lang), counts.of(nation, "p", code)) for code in counts.values(nation, "p")
    ]
    return {
        "nation": counts.overall(nation),
        "today": counts.day(nation, shanghai(at_ms).strftime("%Y%m%d")).collected,
        "projected": pace.projected(nation, window, at_ms),
        "elapsed": pace.elapsed(window, at_ms),
        "editions": [(name, counts.of(nation, "e", name)) for name in questionnaires.EDITIONS],
        "provinces": sorted(provinces, key=lambda pair: -pair[1].collected),
        "days": [(f"{day[4:6]}/{day[6:]}", counts.day(nation, day).collected) for day in counts.days(nation)],
        "share": progress,
    }


def _table(visitor: Visitor, campaign: Campaign, rows: list[Watched]) -> dict[str, Any]:
    sort, order, asked, show = (caller.query(visitor.request, name) or "" for name in ("sort", "order", "q", "show"))
    sort, show = sort if sort in ORDERS else "code", show if show in FILTERS else ""
    falling = order == "desc" if order in {"asc", "desc"} else sort in NUMBERS
    regions, lang = questionnaires.regions(), visitor.seen.language.tag
    names = {row.unit.province: place_name(regions, row.unit.province, lang) for row in rows}
    words = asked.lower().split()
    found = [
        row
        for row in rows
        if all(word in f"{row.unit.code} {row.unit.name} {names[row.unit.province]}".lower() for word in words)
    ]
    whose = Whose()
    if asked and not found:
        whose = find_whose(campaign, asked.strip(), with_contacts=visitor.may(Act.UNITS))
        meant = whose.units | {link.unit for link in whose.links}
        found = [row for row in rows if row.unit.code in meant]
    found = [row for row in found if FILTERS[show](row)]
    return {
        "rows": sorted(found, key=ORDERS[sort], reverse=falling),
        "held": {row.unit.code: [link for link in whose.links if link.unit == row.unit.code] for row in found},
        "total": len(rows),
        "asked": asked,
        "show": show,
        "sort": sort,
        "falling": falling,
        "columns": [(name, name in NUMBERS) for name in ORDERS],
        "province": names,
        "hour": lambda hour: f"{hour[4:6]}-{hour[6:8]} {hour[8:]}:00" if hour else "",
    }
