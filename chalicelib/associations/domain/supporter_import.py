"""Deciding what an import of annex 2 does: which supporters are new, which change, and what can't be decided."""

from collections.abc import Mapping, Sequence

from chalicelib.associations.domain.cell_readers import WrongCell
from chalicelib.associations.domain.supporter import Supporter
from chalicelib.associations.domain.supporter_rows import SupporterRow
from chalicelib.associations.domain.table import Change, Decision, Rejection
from chalicelib.associations.domain.unit import Unit, plain_name

_SAID = ("name", "kind", "supports", "local_only")


SupporterChange = Change[SupporterRow, Supporter]


def decide_supporters(
    campaign: str, rows: Sequence[SupporterRow], known: Sequence[Supporter], units: Sequence[Unit]
) -> Decision[SupporterChange]:
    """What `rows` do to the `known` supporters of a campaign; they are distinguished by their names.

    What a row leaves empty stays as it is. A unit is meant by its code or its name.
    """
    decision = Decision[SupporterChange]()
    by_key = {supporter.key: supporter for supporter in known}
    seen: dict[str, int] = {}
    for row in rows:
        try:
            before = by_key.get(_key(row, seen))
            after = _after(campaign, row, before, units)
        except _At as found:
            decision.rejections.append(Rejection(row.number, found.column, found.wrong.reason, found.wrong.figures))
        else:
            decision.changes.append(Change(row, before, after))
    return decision


class _At(Exception):
    def __init__(self, column: str, wrong: WrongCell) -> None:
        super().__init__(column)
        self.column, self.wrong = column, wrong


def _key(row: SupporterRow, seen: dict[str, int]) -> str:
    """What distinguishes a row's supporter from those of the other rows."""
    if row.name is None:
        raise _At("name", WrongCell("required"))
    key = plain_name(row.name)
    first = seen.setdefault(key, row.number)
    if first != row.number:
        raise _At("name", WrongCell("repeated", row=first))
    return key


def _after(campaign: str, row: SupporterRow, before: Supporter | None, units: Sequence[Unit]) -> Supporter:
    if before is None and row.kind is None:
        raise _At("kind", WrongCell("required"))
    said: dict[str, object] = {name: value for name in _SAID if (value := getattr(row, name)) is not None}
    try:
        prizes = row.all_prizes()
    except WrongCell as wrong:
        raise _At("prizes" if wrong.reason == "quantity" else "quantities", wrong) from None
    said |= {"prizes": prizes} if prizes is not None else {}
    said |= {"unit": _unit(row.unit, units)} if row.unit is not None else {}
    if before is not None:
        return before.model_copy(update=said)
    return Supporter.model_validate({"campaign": campaign, **said})


def _unit(named: str, units: Sequence[Unit]) -> str:
    by_code: Mapping[str, Unit] = {unit.code.casefold(): unit for unit in units}
    if (found := by_code.get(named.casefold())) is not None:
        return found.code
    namesakes = [unit.code for unit in units if plain_name(unit.name) == plain_name(named)]
    if len(namesakes) != 1:
        wrong = WrongCell("ambiguous", codes=", ".join(namesakes[:5])) if namesakes else WrongCell("unknown_unit")
        raise _At("unit", wrong)
    return namesakes[0]
