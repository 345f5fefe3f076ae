"""Deciding what an import does: which units are new, which are known and change, and what can't be decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.domain.table import Change, Decision, Rejection
from chalicelib.associations.domain.unit import Unit, plain_name
from chalicelib.associations.domain.unit_codes import UnitCodes
from chalicelib.associations.domain.unit_rows import UnitRow

_UNIT = ("name", "province", "plan", "city", "links_wanted", "last_year")
_CONTACT = {"person": "name", "phone": "phone", "email": "email"}


@dataclass(frozen=True, slots=True)
class UnitChange(Change[UnitRow, Unit]):
    """Of a unit and its contact."""

    contact_before: Contact | None = None
    contact: Contact | None = None
    """Whom to reach there from now on."""

    @property
    def is_new_to_us(self) -> bool:
        """Whether the row says anything that wasn't known."""
        return (self.before, self.contact_before) != (self.after, self.contact)


@dataclass(slots=True)
class UnitDecision(Decision[UnitChange]):
    """What an import of units does."""

    namesakes: list[tuple[int, str]] = field(default_factory=list)
    """Rows of new units that bear the name of a known one, and that one's code."""


def decide(
    campaign: str, rows: Sequence[UnitRow], known: Sequence[Unit], reachable: Mapping[str, Contact] | None = None
) -> UnitDecision:
    """What `rows` do to the `known` units of a campaign; `reachable` are their contacts, by code.

    A unit is found by its code; without one by its name and province. A new one without a code gets the next of its
    province (`44-05`). What a row leaves empty stays as it is. No unit may be meant by two rows.
    """
    return _Deciding(campaign, rows, known, reachable or {}).decision


class _Deciding:
    def __init__(
        self, campaign: str, rows: Sequence[UnitRow], known: Sequence[Unit], reachable: Mapping[str, Contact]
    ) -> None:
        self.decision = UnitDecision()
        self._reachable = reachable
        self._campaign = campaign
        self._by_code = {unit.code: unit for unit in known}
        self._by_name: dict[tuple[str, str], list[Unit]] = {}
        for unit in known:
            self._by_name.setdefault(_called(unit.name, unit.province), []).append(unit)
        self._codes = UnitCodes([*self._by_code, *(row.code for row in rows if row.code)])
        self._meant: dict[object, int] = {_called_in(row): row.number for row in rows if row.code and row.name}
        for row in rows:
            self._decide(row)

    def _decide(self, row: UnitRow) -> None:
        namesakes = self._by_name.get(_called_in(row), [])
        before = self._by_code.get(row.code) if row.code else next(iter(namesakes), None)
        if not row.code and len(namesakes) > 1:
            codes = ", ".join(unit.code for unit in namesakes[:5])
            self._reject(row, "name", "ambiguous", {"codes": codes})
        elif (before is not None or self._is_whole(row)) and not self._is_meant_again(row, before):
            if before is None and namesakes:
                self.decision.namesakes.append((row.number, namesakes[0].code))
            contact = self._reachable.get(before.code) if before else None
            change = UnitChange(row, before, self._after(row, before), contact, _contact(row, contact))
            self.decision.changes.append(change)

    def _is_meant_again(self, row: UnitRow, before: Unit | None) -> bool:
        """Whether another row means the same unit; then this one is rejected."""
        code = before.code if before else row.code
        first = self._meant.setdefault(code.casefold() if code else _called_in(row), row.number)
        if first != row.number:
            self._reject(row, "code" if row.code else "name", "repeated", {"row": first})
        return first != row.number

    def _is_whole(self, row: UnitRow) -> bool:
        """Whether a row says enough to make a new unit of; else what is missing is rejected."""
        missing = [name for name in ("name", "province") if getattr(row, name) is None]
        for name in missing:
            self._reject(row, name, "required")
        return not missing

    def _after(self, row: UnitRow, before: Unit | None) -> Unit:
        said = {name: value for name in _UNIT if (value := getattr(row, name)) is not None}
        if before is not None:
            return before.model_copy(update=said)
        code = row.code or self._codes.next_of(row.province or "")
        return Unit.model_validate({"campaign": self._campaign, "code": code, **said})

    def _reject(self, row: UnitRow, name: str, reason: str, figures: Mapping[str, object] | None = None) -> None:
        self.decision.rejections.append(Rejection(row.number, name, reason, figures or {}))


def _contact(row: UnitRow, before: Contact | None) -> Contact | None:
    """Whom to reach, by what was known and what the row says of it."""
    said = {name: value for column, name in _CONTACT.items() if (value := getattr(row, column)) is not None}
    return (before or Contact()).model_copy(update=said) if said else before


def _called_in(row: UnitRow) -> tuple[str, str]:
    return _called(row.name or "", row.province or "")


def _called(name: str, province: str) -> tuple[str, str]:
    """What distinguishes units without a code."""
    return plain_name(name), province
