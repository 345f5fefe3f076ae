"""What a rehearsal came to: the table, `rehearsal.json`, and whether anything is to be said against it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from infra.drills.chaos.report import FATAL, FIGURES
from infra.drills.rehearse.curve import course
from infra.drills.rehearse.journal import Journal
from infra.drills.rehearse.lag import PROMISED_S, broken_promises, lags, percentile
from infra.drills.rehearse.options import Options
from infra.drills.rehearse.timetable import Visit, busiest_second

_SHOWN = 10
_PHASES = ("opening", "waves", "last")
_PERCENTILES = {"p50": 0.5, "p99": 0.99, "max": 1.0}
Spread = dict[str, float]


@dataclass(slots=True)
class Outcome:
    """Everything that was seen, and the judge's verdict."""

    options: Options
    planned: list[Visit]
    journal: Journal
    verdict: Mapping[str, Any] | None
    """None where the judge came to none."""
    objections: list[str]
    """What went wrong on the way."""

    def as_json(self) -> dict[str, Any]:
        """`rehearsal.json`; figures that nobody could know are null."""
        journal, instants = self.journal, self.journal.received()
        lag = lags([moment for of_unit in instants.values() for moment in of_unit], journal.looks)
        broken = broken_promises(instants, journal.looks)
        return {
            "span": self.options.span,
            "seed": self.options.seed,
            "minutes": self.options.minutes,
            **{name: self.verdict[name] if self.verdict else None for name in (*FIGURES, *FATAL)},
            "per_second": round(len(self.planned) / self.options.seconds, 1),
            "busiest_second": busiest_second(self.planned),
            "lag_s": spread(lag),
            "phases": {phase: self._phase(phase) for phase in _PHASES},
            "polls": sum(bool(look.unit) for look in journal.looks),
            "turned_away": len(journal.visits) - journal.acknowledged,
            "objections": self.objections + broken + self._further(lag),
        }

    def _phase(self, phase: str) -> dict[str, Any]:
        visits = [visit for visit in self.journal.visits if course().phase(visit.hour) == phase]
        return {
            "visits": len(visits),
            "page_s": spread(visit.page_s for visit in visits if visit.page_s is not None),
            "answer_s": spread(visit.answer_s for visit in visits if visit.answer_s is not None),
            "behind_s": spread(visit.began - visit.due for visit in visits),
        }

    def _further(self, lag: list[float]) -> list[str]:
        """The judge's objections, the netizens', and what the promises say."""
        said = list(self.verdict["objections"]) if self.verdict else ["nobody could judge it"]
        said += [f"{self.verdict[name]} {name}" for name in FATAL if self.verdict and self.verdict[name]]
        late = sum(seconds > PROMISED_S for seconds in lag)
        said += [f"{late} receipts were not counted within {PROMISED_S:.0f} s"] if late else []
        notes, refusals = self.journal.notes, self.journal.refusals
        if notes is None or refusals is None:
            return [*said, "the crowd ended without a word"]
        said += [f"{notes['given_up']} netizens got no answer"] if notes["given_up"] else []
        outside = refusals.early + refusals.late - refusals.early_refused - refusals.late_refused
        said += [f"{outside} who came outside the window were not refused as they should be"] if outside else []
        return said + list(notes["wrong"])


def spread(values: Iterable[float]) -> Spread:
    """Percentiles in seconds; null for *never*, as JSON knows no infinity."""
    ordered = list(values)
    found = {name: percentile(ordered, share) for name, share in _PERCENTILES.items()}
    return {name: round(value, 3) for name, value in found.items() if isfinite(value)}


def write(found: Mapping[str, Any], path: Path) -> None:
    """Writes `rehearsal.json`."""
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")


def table(found: Mapping[str, Any], journal: Journal) -> str:
    """For the person who has watched."""
    lines = [
        _load(found),
        "",
        *(f"{name:<14}{'?' if found[name] is None else f'{found[name]:,}':>10}" for name in (*FIGURES, *FATAL)),
        "",
        f"{'from receipt to count':<26}{_times(found['lag_s'])}   {PROMISED_S:.0f} s are promised",
        "",
        f"{'':<10}{'visits':>8}   {'page':<24}{'answer':<24}{'came later than due':<24}",
        *(_phase(name, of_phase) for name, of_phase in found["phases"].items() if of_phase["visits"]),
        "",
        f"{found['polls']:,} polls by units; {_refused(journal)}",
    ]
    if found["turned_away"]:
        lines.append(f"{found['turned_away']:,} came too late: collection closed before their turn or their answer")
    objections = found["objections"]
    lines += [f"! {objection}" for objection in objections[:_SHOWN]]
    lines += [f"! and {len(objections) - _SHOWN} more"] if len(objections) > _SHOWN else []
    rule = "─" * 92
    return "\n".join([rule, *lines, rule])


def _load(found: Mapping[str, Any]) -> str:
    mean, busiest = course().mean_per_s, found["busiest_second"]
    return (
        f"{found['span']} in {found['minutes']:g} min: {found['per_second']:g}/s, {found['per_second'] / mean:.1f} "
        f"times 2021's mean; {busiest} in the busiest second, {busiest / mean:.0f} times"
    )


def _phase(name: str, found: Mapping[str, Any]) -> str:
    kinds = ("page_s", "answer_s", "behind_s")
    return f"{name:<10}{found['visits']:>8,}   {''.join(f'{_times(found[kind]):<24}' for kind in kinds)}"


def _times(found: Spread) -> str:
    """`0.02 · 0.08 · 0.12 s`: half of them, all but a hundredth, all."""
    return " · ".join(f"{found[name]:.2f}" if name in found else "never" for name in _PERCENTILES) + " s"


def _refused(journal: Journal) -> str:
    refusals = journal.refusals
    if refusals is None:
        return "nobody came outside the window"
    return (
        f"refused: {refusals.early_refused} of {refusals.early} before the opening, "
        f"{refusals.late_refused} of {refusals.late} after the close"
    )
