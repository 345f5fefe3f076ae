"""Reading counts: the sum of a few tally rows, or, once sealed, the recount's figures."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store import units
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign, Phase, State
from chalicelib.counting.domain import counts
from chalicelib.counting.domain.counts import Figures
from chalicelib.counting.domain.repair import repaired
from chalicelib.counting.domain.tally import NATION, total
from chalicelib.counting.domain.verdicts import judged
from chalicelib.counting.store import tallies
from chalicelib.kernel.instants import shanghai
from chalicelib.kernel.ttl_cache import CONFIG_TTL_S, Cached
from chalicelib.links.domain.link import Link
from chalicelib.links.store import links

Tally = dict[str, int]

CACHE_S = 1.0
"""How old figures may be; with the pump's and the stream's delay well below the promised five seconds."""


@dataclass(frozen=True, slots=True)
class UnitCounts:
    """A unit's figures beside the nation's, read at `as_of` (ms)."""

    as_of: int
    campaign: Campaign
    state: State
    unit: Unit
    local: Tally
    national: Tally
    links: Sequence[Link]

    def today(self, tally: Tally) -> Figures:
        """Figures of the Shanghai day of `as_of`."""
        return counts.day(tally, shanghai(self.as_of).strftime("%Y%m%d"))


def _read(key: tuple[str, str, bool], *, consistent: bool = False) -> Tally:
    campaign, unit, sealed = key
    rows = tallies.read(campaign, unit, consistent=consistent)
    return rows.get(tallies.FINAL, {}) if sealed else dict(judged(_sum(rows), rows.get(tallies.VERDICTS, {})))


def sum_of(campaign: str, unit: str) -> Tally:
    """What was counted for a unit (or the nation) of an unsealed campaign, read consistently: `valid` as accepted,
    whatever was judged since."""
    return dict(_sum(tallies.read(campaign, unit, consistent=True)))


_NOT_COUNTED = {tallies.FINAL, tallies.REPAIR, tallies.VERDICTS}


def _sum(rows: dict[str, Tally]) -> Counter[str]:
    counted = total(row for kind, row in rows.items() if kind not in _NOT_COUNTED)
    return repaired(counted, rows.get(tallies.REPAIR, {}))


_tallies = Cached(_read)


def tally_of(campaign: Campaign, unit: str, max_age_s: float = CACHE_S) -> Tally:
    """A unit's summed tally (or the nation's), at most `max_age_s` old; the sealed one once sealed."""
    return _tallies.get(_key(campaign, unit), max_age_s)


def _key(campaign: Campaign, unit: str) -> tuple[str, str, bool]:
    return campaign.id, unit, campaign.phase is Phase.SEALED


def _not_behind(seen: int, campaign: Campaign, unit: str) -> Tally:
    """The tally with at least `seen` collected. Where this worker's is behind, so may a replica of the table be: then
    it is read consistently."""
    found = tally_of(campaign, unit)
    if counts.overall(found).collected >= seen:
        return found
    return _tallies.get(_key(campaign, unit), 0, partial(_read, consistent=True))


def read_counts(campaign_id: str, unit_code: str, now_ms: int, seen: tuple[int, int] = (0, 0)) -> UnitCounts:
    """A unit's counts.

    `seen` is what the caller has been shown before (the unit's and the nation's collected): where this worker's cache
    is behind that, it reads again, so a caller never sees a count go back because another worker answers.
    """
    campaign = campaigns.cached(campaign_id, CACHE_S)
    return UnitCounts(
        as_of=now_ms,
        campaign=campaign,
        state=campaign.state_at(now_ms),
        unit=units.cached(campaign_id, unit_code, CONFIG_TTL_S),
        local=_not_behind(seen[0], campaign, unit_code),
        national=_not_behind(seen[1], campaign, NATION),
        # A link comes before its responses, which have five seconds as well: none is missing that has to show.
        links=links.cached_of_unit(campaign_id, unit_code, CONFIG_TTL_S),
    )


@dataclass(frozen=True, slots=True)
class Point:
    """What was collected in the hour or day that begins at `start`."""

    start: datetime
    local: int
    national: int


def series(found: UnitCounts, by: str) -> list[Point]:
    """Collected by `hour` or `day` over the window so far, without gaps."""
    return points(found.campaign, found.as_of, (found.local, found.national), by)


def points(campaign: Campaign, at_ms: int, beside: tuple[Tally, Tally], by: str) -> list[Point]:
    """What two tallies (a unit's, the nation's) collected by `hour` or `day` until `at_ms`, without gaps.

    None before the opening; from then on the hour or day that `at_ms` lies in is the last, the close's after it.
    """
    local, national = (counts.by(tally, by) for tally in beside)
    window = campaign.window_at(at_ms)
    if at_ms < window.opens_at:
        return []
    step = timedelta(hours=1) if by == "hour" else timedelta(days=1)
    start = counts.start_of(counts.label(shanghai(window.opens_at), by))
    end = shanghai(min(at_ms + 1, window.closes_at))
    found = []
    while start < end:
        label = counts.label(start, by)
        found.append(Point(start, local[label], national[label]))
        start += step
    return found
