"""What a unit typed into an annex: read by the fields that read tables of many units, so that both take the same."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.associations.domain import cell_readers
from chalicelib.associations.domain.cell_readers import UnclearCell, WrongCell
from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.domain.hand_in import HandIn, Typed
from chalicelib.associations.domain.read_table import value_of
from chalicelib.associations.domain.spreadsheet import Cell
from chalicelib.associations.domain.supporter import Supporter
from chalicelib.associations.domain.supporter_rows import SUPPORTERS, SupporterRow
from chalicelib.associations.domain.table import Form, TableField
from chalicelib.associations.domain.unit import CHANNEL_LENGTH, MOST_LINKS, LinksWanted, Unit, plain_name
from chalicelib.kernel.errors import AnnexInvalid, FieldError

UNIT_FIELDS = ("plan", "person", "phone", "email", "city")
LINK_FIELDS = ("edition", "channel", "count")
SUPPORTER_FIELDS = ("name", "kind", "supports", "prizes", "local_only")
_CONTACT = {"person": "name", "phone": "phone", "email": "email"}


@dataclass
class _Reading:
    """Values by field, and what is wrong with others."""

    wrong: list[FieldError] = field(default_factory=list)

    def read(
        self, fields: Mapping[str, TableField], typed: Typed, needed: Sequence[str], row: str = ""
    ) -> dict[str, Any]:
        """What is typed means; `needed` must be there."""
        values: dict[str, Any] = {}
        for name, one in fields.items():
            pointer = f"/{name}{row}"
            try:
                values[name] = value_of(one, Cell(typed.get(name, "")), anchor=False)
            except WrongCell as found:
                reason = "number_needed" if found.reason == "number" and name in needed else found.reason
                self.wrong.append(FieldError(pointer, reason, **found.figures))
            except UnclearCell as unclear:
                said = {"value": typed[name], "suggestion": unclear.suggestion}
                self.wrong.append(FieldError(pointer, "asked_unclear", **said))
            else:
                if values[name] is None and name in needed:
                    self.wrong.append(FieldError(pointer, "required"))
        return values

    def done(self) -> None:
        """Raises `AnnexInvalid` where anything is wrong."""
        if self.wrong:
            raise AnnexInvalid(self.wrong)


def read_unit(
    hand_in: HandIn, before: Unit, reached: Contact, form: Form, editions: Sequence[str]
) -> tuple[Unit, Contact]:
    """The unit and its contact as annex 1 says them. Raises `AnnexInvalid`."""
    reading, fields = _Reading(), {name: form.field(name) for name in UNIT_FIELDS}
    said = reading.read(fields, hand_in.values, ("plan", "person", "phone"))
    rows = {row: reading.read(_links(editions), typed, LINK_FIELDS, row) for row, typed in _filled(hand_in)}
    if not reading.wrong and sum(values["count"] for values in rows.values()) > MOST_LINKS:
        reading.wrong.append(FieldError(f"/count{list(rows)[-1]}", "links_many", most=MOST_LINKS))
    reading.done()
    wanted = tuple(LinksWanted(**values) for values in rows.values())
    changed = {"plan": said["plan"], "city": said["city"], "links_by": wanted}
    if wanted or before.links_by:
        changed["links_wanted"] = sum(one.count for one in wanted)
    contact = {name: said[typed] for typed, name in _CONTACT.items()}
    return before.model_copy(update=changed), reached.model_copy(update=contact)


def read_supporters(hand_in: HandIn, known: Sequence[Supporter]) -> list[Supporter]:
    """The supporters that annex 2 names. Raises `AnnexInvalid`, also for one that somebody else has handed in."""
    reading, found = _Reading(), dict[str, Supporter]()
    fields = {name: SUPPORTERS.field(name) for name in SUPPORTER_FIELDS}
    others = {one.key for one in known if one.unit != hand_in.unit}
    for row, typed in _filled(hand_in):
        values = reading.read(fields, typed | {"prizes": _one_line(typed)}, ("name", "kind"), row)
        name = values.get("name")
        if name and plain_name(name) in others:
            reading.wrong.append(FieldError(f"/name{row}", "supporter_of_others"))
        if name and plain_name(name) in found:
            reading.wrong.append(FieldError(f"/name{row}", "named_twice"))
        try:
            prizes = SupporterRow(0, prizes=values.get("prizes")).all_prizes() or ()
        except WrongCell as wrong:
            reading.wrong.append(FieldError(f"/prizes{row}", wrong.reason, **wrong.figures))
        if not reading.wrong:
            said = values | {"prizes": prizes, "local_only": bool(values["local_only"])}
            found[plain_name(values["name"])] = Supporter(campaign=hand_in.campaign, unit=hand_in.unit, **said)
    if not found and not reading.wrong:
        reading.wrong.append(FieldError("/name-0", "required"))
    reading.done()
    return list(found.values())


def typed_of(unit: Unit, reached: Contact) -> tuple[Typed, tuple[Typed, ...]]:
    """What annex 1 says where a unit is known already."""
    said = {name: getattr(reached, known) for name, known in _CONTACT.items()} | {"plan": unit.plan, "city": unit.city}
    values = {name: str(value) for name, value in said.items() if value is not None}
    return values, tuple({name: str(value) for name, value in one.model_dump().items()} for one in unit.links_by)


def typed_supporters(supporters: Sequence[Supporter]) -> tuple[Typed, ...]:
    """What annex 2 says where supporters are known already."""

    def typed(one: Supporter) -> Iterator[tuple[str, str]]:
        yield "name", one.name
        yield "kind", one.kind.value
        yield "supports", one.supports or ""
        yield "prizes", "\n".join(f"{prize.name} {prize.quantity}" for prize in one.prizes)
        yield "local_only", "yes" if one.local_only else ""

    return tuple({name: value for name, value in typed(one) if value} for one in supporters)


def _filled(hand_in: HandIn) -> Iterator[tuple[str, Typed]]:
    """The rows that say something, each with what is behind its fields' names. A choice alone says nothing."""
    for number, typed in enumerate(hand_in.rows):
        if any(value for name, value in typed.items() if name not in ("edition", "kind", "local_only")):
            yield f"-{number}", typed


def _links(editions: Sequence[str]) -> dict[str, TableField]:
    readers = {
        "edition": cell_readers.choice("edition", {name: name for name in editions}),
        "channel": cell_readers.text(CHANNEL_LENGTH),
        "count": cell_readers.number(1, MOST_LINKS),
    }
    return {name: TableField(name, (name, name), "", read) for name, read in readers.items()}


def _one_line(typed: Typed) -> str:
    """Prizes stand one below the other, where a table has them one behind the other."""
    return "；".join(line for line in typed.get("prizes", "").splitlines() if line.strip())
