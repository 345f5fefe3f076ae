"""Mending what a unit of a campaign is called, where it is, and what it plans."""

from collections.abc import Mapping

from chalicelib.associations.domain.unit import Unit, plain_name
from chalicelib.associations.store import units
from chalicelib.associations.store.registrations import Registration, write_together
from chalicelib.associations.usecases.register_units import view
from chalicelib.campaigns.campaign import Campaign, Phase
from chalicelib.kernel.errors import AlreadySealed, FieldError, RequestInvalid
from chalicelib.kernel.seen import ANYTHING, Seen
from chalicelib.kernel.store import audit
from chalicelib.kernel.store.writes import until_not_overtaken

CHANGEABLE = ("name", "province", "city", "plan", "links_wanted", "last_year")


def changeable(unit: Unit) -> dict[str, object]:
    """What of a unit may be changed, as it is."""
    return unit.model_dump(include=set(CHANGEABLE))


def change_unit(
    campaign: Campaign, code: str, said: Mapping[str, object], now_ms: int, who: str, seen: Seen = ANYTHING
) -> Unit:
    """Changes what is said, the rest stays. A number of links that was broken down by kinds is no longer, once changed.

    Raises `NotFound`, `AlreadySealed`, `PreconditionFailed`, and `RequestInvalid` where another unit of the province
    has the name.
    """
    if campaign.phase is Phase.SEALED:
        raise AlreadySealed("sealed_units", campaign=campaign.id)

    def attempt() -> Unit:
        before = units.read(campaign.id, code)
        seen.check(changeable(before))
        after = before.model_copy(update=dict(said))
        if after.links_wanted != before.links_wanted:
            after = after.model_copy(update={"links_by": ()})
        if _called(after) != _called(before):
            _refuse_taken(after)
        if after != before:
            told = {"before": view(before), "after": view(after)}
            entry = audit.entry(campaign.id, now_ms, who, "unit.change", code, **told)
            write_together([Registration(before, after, entry)])
        return after

    return until_not_overtaken(attempt)


def _refuse_taken(after: Unit) -> None:
    for other in units.of_campaign(after.campaign):
        if other.code != after.code and _called(other) == _called(after):
            raise RequestInvalid([FieldError("/name", "unit_name_taken", unit=other.code)])


def _called(unit: Unit) -> tuple[str, str]:
    return plain_name(unit.name), unit.province
