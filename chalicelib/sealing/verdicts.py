"""What a judging of a whole campaign found, as files: for people by unit, and for exports by response.

<campaign>/judged/summary.json       `Summary`
<campaign>/judged/<unit>.json        `OfUnit`
<campaign>/judged/verdicts.json      `{<response's id>: [reasons]}`, of those with reasons beyond acceptance
"""

import json
from collections import Counter
from collections.abc import Mapping

from pydantic import BaseModel, Field

from chalicelib.kernel.gateways import files
from chalicelib.quality.domain.suspicion import is_suspected

Verdicts = Mapping[str, tuple[str, ...]]
"""All reasons of a response, by its id."""


class OfLink(BaseModel):
    """What was found of one link's responses."""

    collected: int = 0
    invalid: int = 0
    """Without those withdrawn."""
    reasons: Counter[str] = Field(default_factory=Counter)


class OfUnit(BaseModel):
    """What was found of one unit's responses, by link."""

    links: dict[str, OfLink] = Field(default_factory=dict)

    @property
    def reasons(self) -> Counter[str]:
        """How many responses each reason speaks against; one may have several."""
        return sum((link.reasons for link in self.links.values()), Counter())

    @property
    def invalid(self) -> int:
        """How many have a reason, beside those withdrawn."""
        return sum(link.invalid for link in self.links.values())

    @property
    def collected(self) -> int:
        """How many were judged."""
        return sum(link.collected for link in self.links.values())


class UnitSummary(BaseModel):
    """The same in short."""

    reasons: dict[str, int] = Field(default_factory=dict)
    suspected: dict[str, float] = Field(default_factory=dict)
    """The share of odd ones by link, where it stands out."""


class Summary(BaseModel):
    """The last judging of a campaign."""

    as_of: int
    """When it began, ms since the epoch."""
    took_ms: int
    rules: str
    collected: int
    """How many were judged."""
    units: dict[str, UnitSummary] = Field(default_factory=dict)

    @property
    def reasons(self) -> Counter[str]:
        """Of the nation."""
        return sum((Counter(unit.reasons) for unit in self.units.values()), Counter())


def summary(campaign: str) -> Summary | None:
    """The last judging; None before the first."""
    name = _name(campaign, "summary")
    return Summary.model_validate_json(files.read(name)) if files.exists(name) else None


def of_unit(campaign: str, unit: str) -> OfUnit:
    """What the last judging found of a unit; empty before it."""
    name = _name(campaign, unit)
    return OfUnit.model_validate_json(files.read(name)) if files.exists(name) else OfUnit()


def verdicts_name(campaign: str) -> str:
    """Where the verdicts of the last judging lie."""
    return _name(campaign, "verdicts")


def read_verdicts(name: str) -> Verdicts:
    """Those in a file; none where there is no such file yet."""
    found = json.loads(files.read(name)) if name and files.exists(name) else {}
    return {response: tuple(reasons) for response, reasons in found.items()}


def keep(campaign: str, units: Mapping[str, OfUnit], summed: Summary) -> None:
    """Stores what was found of each unit, and then the summary."""
    for code, found in units.items():
        files.put(_name(campaign, code), found.model_dump_json().encode())
    files.put(_name(campaign, "summary"), summed.model_dump_json().encode())


def sum_up(units: Mapping[str, OfUnit]) -> dict[str, UnitSummary]:
    """In short, with the links that stand out among the nation's."""
    judged = sum(found.collected for found in units.values())
    share = sum(found.invalid for found in units.values()) / max(1, judged)
    return {
        code: UnitSummary(reasons=found.reasons, suspected=_suspected(found, share)) for code, found in units.items()
    }


def _suspected(found: OfUnit, nation: float) -> dict[str, float]:
    return {
        code: round(link.invalid / link.collected, 3)
        for code, link in found.links.items()
        if is_suspected(link.invalid, link.collected, nation)
    }


def _name(campaign: str, what: str) -> str:
    return f"{campaign}/judged/{what}.json"
