"""The table at the end, `chaos.json`, and what the run comes to."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FIGURES = ("acknowledged", "stored", "counted", "sealed")
FATAL = ("duplicates", "lost", "late")
_TITLES = {"lost": "losses", "late": "late acceptances"}
_SHOWN = 20


@dataclass(slots=True)
class Outcome:
    """What a run came to."""

    seed: int
    faults: Mapping[str, int]
    """By kind."""
    verdict: Mapping[str, Any] | None = None
    """The judge's; None where it came to none."""
    clients: Mapping[str, Any] | None = None
    """What the clients saw."""
    proxy: Mapping[str, Any] | None = None
    """What the fault proxy carried and struck."""
    objections: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether it was judged, and found without a loss, a double, a late one or any other objection."""
        return self.verdict is not None and not self.objections and not any(self.verdict[name] for name in FATAL)

    def as_json(self) -> dict[str, Any]:
        """As the contract has it; figures that nobody could know are null."""
        figures = {name: self.verdict[name] if self.verdict else None for name in (*FIGURES, *FATAL)}
        return {"seed": self.seed, **figures, "faults": dict(sorted(self.faults.items()))}


def write(outcome: Outcome, path: Path) -> None:
    """Writes `chaos.json`."""
    path.write_text(json.dumps(outcome.as_json(), indent=1) + "\n", "utf-8")


def table(outcome: Outcome) -> str:
    """The figures and the faults, and under them whatever is to be said against the run."""
    found = outcome.as_json()
    rows = [("seed", str(outcome.seed))]
    rows += [(_TITLES.get(n, n), "?" if found[n] is None else f"{found[n]:,}") for n in (*FIGURES, *FATAL)]
    rows.append((f"faults of {len(outcome.faults)} kinds", f"{sum(outcome.faults.values()):,}"))
    rows += [(f"  {kind}", f"{n:,}") for kind, n in sorted(outcome.faults.items())]
    width = max(len(title) for title, _ in rows)
    lines = [f"{title:<{width}}  {value:>12}" for title, value in rows]
    rule = "─" * len(lines[0])
    return "\n".join([rule, *lines, rule, *_clients(outcome), *_proxy(outcome), *_objections(outcome)])


def _clients(outcome: Outcome) -> list[str]:
    if outcome.clients is None:
        return []
    told = (
        "clients: {tries:,} requests, {errors:,} answered with an error, {unanswered:,} not at all; "
        "{repeats:,} repeats, {conflicts:,} conflicts, {refused:,} told that it is closed, {given_up} gave up"
    )
    return [told.format(**outcome.clients)]


def _proxy(outcome: Outcome) -> list[str]:
    if outcome.proxy is None:
        return []
    return [f"engine: {outcome.proxy['requests']:,} requests, {sum(outcome.proxy['struck'].values()):,} of them struck"]


def _objections(outcome: Outcome) -> list[str]:
    shown = [f"! {objection}" for objection in outcome.objections[:_SHOWN]]
    more = len(outcome.objections) - _SHOWN
    return [*shown, f"! and {more} more"] if more > 0 else shown
