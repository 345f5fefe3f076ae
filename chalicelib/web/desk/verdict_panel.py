"""What judging found, as desks show it: numbers by reason and by link, never a single response."""

from collections.abc import Mapping
from typing import NamedTuple

from chalicelib.quality.domain.suspicion import interval
from chalicelib.sealing import verdicts

_MOST_LINKS = 20


class Panel(NamedTuple):
    """Of a unit, or of the nation."""

    as_of: int | None
    """ms since the epoch; None: not judged yet."""
    rules: str
    reasons: list[tuple[str, int]]
    """The most frequent first."""
    links: list[tuple[str, verdicts.OfLink]]
    """A unit's with the most invalid responses."""
    suspected: list["Suspected"]


class Suspected(NamedTuple):
    """A link that stands out: the share of odd responses, and between what it lies in 95 of 100 cases."""

    unit: str
    link: str
    share: float
    low: float
    high: float


def unit_panel(campaign: str, unit: str) -> Panel:
    """A unit's."""
    found, own = verdicts.summary(campaign), verdicts.of_unit(campaign, unit)
    worst = sorted(own.links.items(), key=lambda pair: (-pair[1].invalid, pair[0]))
    links = [(code, link) for code, link in worst if link.invalid][:_MOST_LINKS]
    return _panel(found, own.reasons, links, [])


def nation_panel(campaign: str) -> Panel:
    """The nation's, with the links that a person should look at, the worst first."""
    found = verdicts.summary(campaign)
    suspected = [
        Suspected(unit, link, share, *_interval(campaign, unit, link))
        for unit, judged in (found.units.items() if found else ())
        for link, share in judged.suspected.items()
    ]
    return _panel(found, found.reasons if found else {}, [], sorted(suspected, key=lambda one: -one.low))


def _interval(campaign: str, unit: str, link: str) -> tuple[float, float]:
    judged = verdicts.of_unit(campaign, unit).links[link]
    return interval(judged.invalid, judged.collected)


def _panel(
    found: verdicts.Summary | None,
    reasons: Mapping[str, int],
    links: list[tuple[str, verdicts.OfLink]],
    suspected: list[Suspected],
) -> Panel:
    ordered = sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))
    return Panel(found.as_of if found else None, found.rules if found else "", ordered, links, suspected)
