"""Putting materials up, bringing them up to date, and withdrawing them."""

import hashlib
from collections.abc import Callable

from chalicelib.kernel.codes import random_code
from chalicelib.kernel.errors import FieldError, RequestInvalid, TooLate
from chalicelib.kernel.gateways import files
from chalicelib.kernel.store import audit
from chalicelib.kernel.store.writes import until_not_overtaken
from chalicelib.links.domain.link import new_code
from chalicelib.materials import materials
from chalicelib.materials.material import (
    CARRIES_CODE,
    MOST_MATERIALS,
    MOST_VERSIONS,
    FileFormat,
    Material,
    MaterialKind,
    Spot,
    Version,
)
from chalicelib.materials.material_files import look
from chalicelib.materials.poster import poster_with_code


def add_material(
    campaign: str, kind: MaterialKind, name: str, content: bytes, spot: Spot | None, now_ms: int, who: str
) -> Material:
    """A new material with its first version. Raises `RequestInvalid` naming `/file`, `/spot` or `/name`."""
    if len(materials.of_campaign(campaign)) >= MOST_MATERIALS:
        raise RequestInvalid([FieldError("/name", "materials_many", most=MOST_MATERIALS)])
    version = _version(1, kind, content, spot, now_ms, who)
    material = Material(campaign=campaign, id=random_code(8), kind=kind, name=name, versions=(version,))
    files.put(material.stored_as(version), content)
    entry = audit.entry(campaign, now_ms, who, "material.add", material.id, before=None, after=_view(material))
    if not materials.create(material, entry):
        raise TooLate("overtaken")
    return material


def add_version(campaign: str, material_id: str, content: bytes, spot: Spot | None, now_ms: int, who: str) -> Material:
    """A newer file of a material, which units see from now on; the older ones stay with the secretariat.

    Raises `NotFound`, and `RequestInvalid` naming `/file` or `/spot`.
    """

    def changed(before: Material) -> Material:
        if len(before.versions) >= MOST_VERSIONS:
            raise RequestInvalid([FieldError("/file", "versions_many", most=MOST_VERSIONS)])
        version = _version(before.newest.number + 1, before.kind, content, spot, now_ms, who)
        files.put(before.stored_as(version), content)
        return before.model_copy(update={"versions": (*before.versions, version)})

    return _change(campaign, material_id, "material.version", now_ms, who, changed)


def withdraw(campaign: str, material_id: str, now_ms: int, who: str, *, withdrawn: bool) -> Material:
    """Takes a material away from the units, or gives it back. Raises `NotFound`."""

    def changed(before: Material) -> Material:
        return before.model_copy(update={"withdrawn": withdrawn})

    return _change(campaign, material_id, "material.withdraw", now_ms, who, changed)


def _change(
    campaign: str, material_id: str, action: str, now_ms: int, who: str, changed: Callable[[Material], Material]
) -> Material:
    def attempt() -> Material:
        before = materials.read(campaign, material_id)
        after = changed(before)
        if after == before:
            return before
        seen = {"before": _view(before), "after": _view(after)}
        return materials.replace(before, after, audit.entry(campaign, now_ms, who, action, material_id, **seen))

    return until_not_overtaken(attempt)


def _version(number: int, kind: MaterialKind, content: bytes, spot: Spot | None, now_ms: int, who: str) -> Version:
    """The version that this file makes: with a place for codes, one is drawn into it on trial."""
    looked = look(content)
    size = (looked.width, looked.height)
    if spot is not None:
        if kind is not MaterialKind.POSTER or looked.format not in CARRIES_CODE:
            raise RequestInvalid([FieldError("/spot", "spot_needless")])
        poster_with_code(content, looked.format, size, spot, new_code())
    return Version(
        number=number,
        format=FileFormat(looked.format),
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        width=size[0],
        height=size[1],
        spot=spot,
        created_at=now_ms,
        by=who,
    )


def _view(material: Material) -> dict[str, object]:
    """A material as the audit shows it."""
    newest = material.newest
    shown = {"kind": material.kind, "name": material.name, "withdrawn": material.withdrawn, "version": newest.number}
    return shown | {"sha256": newest.sha256, "spot": newest.spot.model_dump() if newest.spot else None}
