"""What is downloaded of materials: a version's file, and a poster with a unit's own code."""

from dataclasses import dataclass

from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.gateways import files
from chalicelib.kernel.gateways.file_addresses import Elsewhere, put_and_hand_out
from chalicelib.materials import materials
from chalicelib.materials.material import FileFormat, Material, Version
from chalicelib.materials.poster import poster_with_code


@dataclass(frozen=True, slots=True)
class Download:
    """A file to hand out, or where it is fetched."""

    name: str
    format: FileFormat
    content: bytes | Elsewhere


def seen_by_units(campaign: str) -> list[Material]:
    """What units may browse."""
    return [material for material in materials.of_campaign(campaign) if not material.withdrawn]


def find_material(campaign: str, material_id: str, *, for_unit: bool) -> Material:
    """A material; to a unit one that was withdrawn is none. Raises `NotFound`."""
    material = materials.read(campaign, material_id)
    if for_unit and material.withdrawn:
        raise NotFound("no_material", name=material_id)
    return material


def read_file(material: Material, number: int | None = None) -> Download:
    """A version's file; the newest where no number is given. Raises `NotFound`."""
    version = _version(material, number)
    content = files.read(material.stored_as(version))
    return Download(f"{material.id}-{version.number}.{version.format}", version.format, content)


def draw_poster(material: Material, code: str) -> Download:
    """The newest version with a link's code in it. Raises `NotFound` where it has no place for one.

    A picture that came as JPEG may grow beyond what an answer holds: it is then fetched from where it was put.
    """
    version = material.newest
    if version.spot is None:
        raise NotFound("no_material_code", name=material.id)
    content = files.read(material.stored_as(version))
    drawn = poster_with_code(content, version.format, (version.width, version.height), version.spot, code)
    kind = FileFormat.PDF if version.format is FileFormat.PDF else FileFormat.PNG
    name = f"{material.id}-{version.number}-{code}.{kind}"
    return Download(name, kind, put_and_hand_out(f"{material.campaign}/posters/{name}", drawn))


def _version(material: Material, number: int | None) -> Version:
    if number is None:
        return material.newest
    for version in material.versions:
        if version.number == number:
            return version
    raise NotFound("no_material_version", name=material.id, number=number)
