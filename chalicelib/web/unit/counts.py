"""The units' routes: counts, series, links and their codes."""

import hashlib
import json
from typing import Any

from chalice.app import Request, Response

from chalicelib.access.usecases.authenticate import unit_of
from chalicelib.associations.domain.unit import progress
from chalicelib.counting.domain import counts
from chalicelib.counting.usecases.read_counts import UnitCounts, read_counts, series
from chalicelib.kernel.errors import FieldError, RequestInvalid
from chalicelib.kernel.instants import rfc3339
from chalicelib.links.domain.link import Link
from chalicelib.web.rim import caller
from chalicelib.web.rim.conditional import matches
from chalicelib.web.rim.problems import answered


@answered
def counts_now(request: Request) -> Response:
    """`GET /api/v1/counts`"""
    campaign, unit = unit_of(caller.key(request))
    found = read_counts(campaign, unit, caller.arrived_ms(request), _seen(request))
    body = _counts(found)
    local, nation = counts.overall(found.local), counts.overall(found.national)
    etag = f'"{local.collected}.{nation.collected}.{_digest(body)}"'
    if matches(request, etag):
        return Response("", {"ETag": etag, "Cache-Control": "private, no-cache"}, 304)
    return caller.reply({"as_of": rfc3339(found.as_of), **body}, ETag=etag, Cache_Control="private, no-cache")


@answered
def counts_series(request: Request) -> Response:
    """`GET /api/v1/counts/series?by=hour|day`"""
    campaign, unit = unit_of(caller.key(request))
    by = caller.query(request, "by") or "hour"
    if by not in {"hour", "day"}:
        raise RequestInvalid([FieldError("/by", "by")])
    points = series(read_counts(campaign, unit, caller.arrived_ms(request)), by)
    shown = [{"from": p.start.isoformat(), "unit": p.local, "national": p.national} for p in points]
    return caller.reply({"by": by, "points": shown}, Cache_Control="private, no-cache")


def _counts(found: UnitCounts) -> dict[str, Any]:
    """The figures without `as_of`: what the ETag covers."""
    local, nation = counts.overall(found.local), counts.overall(found.national)
    return {
        "campaign": found.campaign.id,
        "state": found.state,
        "unit": {
            "code": found.unit.code,
            "name": found.unit.name,
            "plan": found.unit.plan,
            "collected": local.collected,
            "valid": local.valid,
            "today": found.today(found.local).collected,
            "progress": progress(local.collected, found.unit.plan),
        },
        "national": {
            "collected": nation.collected,
            "valid": nation.valid,
            "today": found.today(found.national).collected,
        },
        "links": [_link_counts(link, counts.of(found.local, "l", link.code)) for link in found.links],
    }


def _link_counts(link: Link, figures: counts.Figures) -> dict[str, Any]:
    shown = {"code": link.code, "channel": link.channel, "edition": link.edition, "label": link.label}
    return {**shown, "collected": figures.collected, "valid": figures.valid}


def _digest(body: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:16]


def _seen(request: Request) -> tuple[int, int]:
    """What the caller was shown before, as its ETag tells: the unit's collected and the nation's."""
    local, nation = 0, 0
    for tag in request.headers.get("if-none-match", "").split(","):
        parts = tag.strip().removeprefix("W/").strip('"').split(".")
        if len(parts) == 3 and all(part.isdecimal() and len(part) < 12 for part in parts[:2]):
            local, nation = max(local, int(parts[0])), max(nation, int(parts[1]))
    return local, nation
