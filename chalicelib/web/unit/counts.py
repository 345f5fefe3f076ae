"""The units' routes to their counts."""

import hashlib
import json
from typing import Any

from chalice.app import Request, Response
from typing_extensions import TypedDict

from chalicelib.associations.domain.unit import progress
from chalicelib.counting.domain import counts
from chalicelib.counting.usecases.read_counts import UnitCounts, read_counts, series
from chalicelib.kernel.errors import FieldError, RequestInvalid
from chalicelib.kernel.instants import rfc3339
from chalicelib.links.domain.link import Link
from chalicelib.web.rim import caller, replies
from chalicelib.web.rim.call import Call
from chalicelib.web.rim.caller import matches
from chalicelib.web.rim.operation import UNIT, operation


class LinkCounts(replies.Figures):
    """A link's counts."""

    code: str
    channel: str
    edition: str
    label: str


class CountsReply(replies.Reply):
    """Counts now."""

    as_of: str
    campaign: str
    state: str
    unit: replies.UnitCounts
    national: replies.FiguresToday
    links: list[LinkCounts]


class Point(replies.Reply, TypedDict("_From", {"from": str})):  # `from` is a word of Python's
    """What was collected in an hour or a day, which begins at `from`."""

    unit: int
    national: int


class SeriesReply(replies.Reply):
    """Counts by hour or day."""

    by: str
    points: list[Point]


@operation("GET", "/api/v1/counts", who=UNIT, gives=CountsReply, query=("campaign",), ok_too=(304,))
def counts_now(call: Call) -> Response:
    """Counts now."""
    found = read_counts(*call.unit, call.arrived_ms, _seen(call.request))
    body = _counts(found)
    local, nation = counts.overall(found.local), counts.overall(found.national)
    etag = f'"{local.collected}.{nation.collected}.{_digest(body)}"'
    if matches(call.request, etag):
        return Response("", {"ETag": etag, "Cache-Control": "private, no-cache"}, 304)
    return caller.reply({"as_of": rfc3339(found.as_of), **body}, ETag=etag, Cache_Control="private, no-cache")


@operation("GET", "/api/v1/counts/series", who=UNIT, gives=SeriesReply, refuses=(RequestInvalid,), query=("by",))
def counts_series(call: Call) -> Response:
    """Counts by hour or day."""
    by = call.query("by") or "hour"
    if by not in {"hour", "day"}:
        raise RequestInvalid([FieldError("/by", "by")])
    points = series(read_counts(*call.unit, call.arrived_ms), by)
    shown: list[Point] = [{"from": p.start.isoformat(), "unit": p.local, "national": p.national} for p in points]
    given: SeriesReply = {"by": by, "points": shown}
    return caller.reply(given, Cache_Control="private, no-cache")


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


def _link_counts(link: Link, figures: counts.Figures) -> LinkCounts:
    return {
        "code": link.code,
        "channel": link.channel,
        "edition": link.edition,
        "label": link.label,
        "collected": figures.collected,
        "valid": figures.valid,
    }


def _digest(body: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:16]


def _seen(request: Request) -> tuple[int, int]:
    """What the caller was shown before, from its ETag: the unit's collected and the nation's."""
    local, nation = 0, 0
    for tag in request.headers.get("if-none-match", "").split(","):
        parts = tag.strip().removeprefix("W/").strip('"').split(".")
        if len(parts) == 3 and all(part.isdecimal() and len(part) < 12 for part in parts[:2]):
            local, nation = max(local, int(parts[0])), max(nation, int(parts[1]))
    return local, nation
