"""`…/materials`: putting materials up. `/desk/…/materials`: a unit browses and downloads them."""

from collections.abc import Callable
from typing import Any

from chalice.app import Response
from pydantic import ValidationError

from chalicelib.access.domain.roles import Act
from chalicelib.kernel.errors import FieldError, FieldErrors, RequestInvalid
from chalicelib.materials import manage_materials, materials
from chalicelib.materials.material import NAME_LENGTH, MaterialKind, Spot
from chalicelib.web.desk.desk_form import act_of, wrong
from chalicelib.web.desk.visitor import Visitor, at_desk
from chalicelib.web.rim import caller
from chalicelib.web.rim.schemas import MaterialRequest

_PATH = "materials"
_SPOT = ("x", "y", "size")


@at_desk("secretariat", Act.MATERIALS)
def materials_desk(visitor: Visitor) -> Response:
    """`GET …/materials`, `POST …/materials` (`act`: add, version, withdraw, restore)"""
    campaign = visitor.campaign.id
    if visitor.request.method != "POST":
        return _materials(visitor, campaign, {})
    try:
        material = act_of(visitor, _ACTS)(visitor, campaign)
    except FieldErrors as refusal:
        return _materials(visitor, campaign, wrong(visitor, refusal, "material_", most=NAME_LENGTH))
    return visitor.go(f"{_PATH}#material-{material}")


def _materials(visitor: Visitor, campaign: str, said: dict[str, str]) -> Response:
    return visitor.page(
        "secretariat/materials.html",
        materials=materials.of_campaign(campaign),
        kinds=tuple(MaterialKind),
        typed={name: visitor.one(name) for name in ("kind", "name", "material", *_SPOT)},
        wrong=said,
    )


def _add(visitor: Visitor, campaign: str) -> str:
    wanted = caller.read_as(MaterialRequest, {"kind": visitor.one("kind"), "name": visitor.one("name")})
    content, spot = visitor.file("file"), _spot(visitor)
    added = manage_materials.add_material(campaign, wanted.kind, wanted.name, content, spot, visitor.at_ms, visitor.who)
    return added.id


def _version(visitor: Visitor, campaign: str) -> str:
    material, content, spot = visitor.one("material"), visitor.file("file"), _spot(visitor)
    return manage_materials.add_version(campaign, material, content, spot, visitor.at_ms, visitor.who).id


def _withdraw(visitor: Visitor, campaign: str) -> str:
    withdrawn = visitor.one("act") == "withdraw"
    material = visitor.one("material")
    return manage_materials.withdraw(campaign, material, visitor.at_ms, visitor.who, withdrawn=withdrawn).id


def _spot(visitor: Visitor) -> Spot | None:
    """Where codes go; None where nothing was written. Raises `RequestInvalid` where something is no number."""
    typed: dict[str, Any] = {name: visitor.one(name).replace("％", "").replace("%", "").strip() for name in _SPOT}
    if not any(typed.values()):
        return None
    try:
        return Spot.model_validate(typed)
    except ValidationError:
        raise RequestInvalid([FieldError("/spot", "spot")]) from None


_ACTS: dict[str, Callable[[Visitor, str], str]] = {
    "add": _add,
    "version": _version,
    "withdraw": _withdraw,
    "restore": _withdraw,
}
