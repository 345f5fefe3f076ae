"""A unit as it comes in and goes out."""

from typing import Any

from chalicelib import questionnaires
from chalicelib.domain.errors import FieldError, RequestInvalid
from chalicelib.domain.unit import Unit
from chalicelib.web.schemas import UnitRequest


def read_unit(wanted: UnitRequest, campaign: str) -> Unit:
    """The unit in a request. Raises `RequestInvalid` where its province is none."""
    province = questionnaires.regions().find_province(wanted.province)
    if province is None:
        raise RequestInvalid([FieldError("/province", "must be a provincial-level division: 44, 440000 or 广东")])
    return Unit(campaign=campaign, code=wanted.code, name=wanted.name, province=province, plan=wanted.plan)


def unit_body(unit: Unit) -> dict[str, Any]:
    """A unit as the secretariat sees it; never its key."""
    return {"code": unit.code, "name": unit.name, "province": unit.province, "plan": unit.plan}
