"""Setting what the fund gives, and dividing it over the units by their plans."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.gateways.tables import Cell, csv_file, xlsx_file
from chalicelib.associations.store import units
from chalicelib.gifts import gifts
from chalicelib.gifts.shares import Gift, divide
from chalicelib.kernel.seen import ANYTHING, Seen
from chalicelib.kernel.store import audit
from chalicelib.kernel.store.writes import until_not_overtaken
from chalicelib.kernel.texts import chinese

_FIXED = ("code", "unit_name", "province", "plan")
_say = chinese("tables")


@dataclass(frozen=True, slots=True)
class Division:
    """Who gets how many: a line for each unit, a count for each gift."""

    gifts: tuple[Gift, ...]
    lines: list[tuple[Unit, list[int]]]

    def given(self) -> list[int]:
        """What is given away of each gift."""
        return [sum(counts[place] for _, counts in self.lines) for place in range(len(self.gifts))]

    def left(self) -> list[int]:
        """What stays with the fund of each gift, since caps hold or plans are missing."""
        return [gift.quantity - given for gift, given in zip(self.gifts, self.given(), strict=True)]


def set_gifts(campaign: str, wanted: Sequence[Gift], now_ms: int, who: str, seen: Seen = ANYTHING) -> None:
    """Stores what the fund gives in the place of what was said before. Raises `PreconditionFailed` and `TooLate`."""
    after = tuple(wanted)

    def attempt() -> None:
        before = gifts.read(campaign)
        seen.check(view(before or ()))
        if (before or ()) == after:
            return
        told = {"before": view(before or ()), "after": view(after)}
        gifts.replace(campaign, before, after, audit.entry(campaign, now_ms, who, "gifts.change", campaign, **told))

    until_not_overtaken(attempt)


def view(some: Sequence[Gift]) -> list[dict[str, object]]:
    """What the fund gives, as JSON has it."""
    return [gift.model_dump() for gift in some]


def repeated(wanted: Sequence[Gift]) -> list[int]:
    """The places of gifts that bear the name of an earlier one."""
    seen: Counter[str] = Counter()
    places = []
    for place, gift in enumerate(wanted):
        if seen[gift.name]:
            places.append(place)
        seen[gift.name] += 1
    return places


def divide_gifts(campaign: str) -> Division:
    """The division by the plans as they are now."""
    given, everybody = gifts.read(campaign) or (), units.of_campaign(campaign)
    plans = {unit.code: unit.plan for unit in everybody}
    shares = [divide(gift, plans) for gift in given]
    return Division(given, [(unit, [share[unit.code] for share in shares]) for unit in everybody])


def table(division: Division, kind: str) -> bytes:
    """The division as a table, `csv` or `xlsx`, with its sums."""
    columns = [*map(_say, _FIXED), *(gift.name for gift in division.gifts)]
    rows: list[list[Cell]] = [
        [unit.code, unit.name, unit.province, unit.plan, *counts] for unit, counts in division.lines
    ]
    rows.append([_say("gifts_sum"), "", "", sum(unit.plan or 0 for unit, _ in division.lines), *division.given()])
    rows.append([_say("gifts_left"), "", "", "", *division.left()])
    return csv_file(columns, rows) if kind == "csv" else xlsx_file(_say("gifts"), columns, rows)
