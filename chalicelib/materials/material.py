"""Materials: posters, slogans, logos and mascots that the secretariat publishes for the units, version by version."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

NAME_LENGTH = 60
MOST_BYTES = 4_000_000
"""Of one file. On AWS a request of Lambda's holds 6 MB, in Base64, and so does an answer."""
MOST_PIXELS = 16_000_000
"""Of a picture: A3 at 300 dots per inch is 17 million, at 280 it fits."""
MOST_VERSIONS = 50
MOST_MATERIALS = 200


class MaterialKind(StrEnum):
    """What a material is."""

    POSTER = "poster"
    SLOGAN = "slogan"
    MARK = "mark"
    MASCOT = "mascot"


class FileFormat(StrEnum):
    """A file's format, which is its name's ending too."""

    PNG = "png"
    JPEG = "jpg"
    SVG = "svg"
    PDF = "pdf"
    TEXT = "txt"


MEDIA_TYPES = {
    FileFormat.PNG: "image/png",
    FileFormat.JPEG: "image/jpeg",
    FileFormat.SVG: "image/svg+xml",
    FileFormat.PDF: "application/pdf",
    FileFormat.TEXT: "text/plain; charset=utf-8",
}
CARRIES_CODE = {FileFormat.PNG, FileFormat.JPEG, FileFormat.PDF}
"""Formats of posters that can carry a unit's own code."""


class Spot(BaseModel):
    """Where a poster has room for a code: a square, quiet zone included."""

    model_config = ConfigDict(frozen=True)

    x: float = Field(ge=0, le=100)
    """Its left edge, in percent of the poster's width."""
    y: float = Field(ge=0, le=100)
    """Its upper edge, in percent of the poster's height."""
    size: float = Field(gt=0, le=100)
    """Its side, in percent of the poster's width."""

    def box(self, width: float, height: float) -> tuple[float, float, float]:
        """Left, top and side on a poster of this size."""
        return self.x / 100 * width, self.y / 100 * height, self.size / 100 * width

    def fits(self, width: float, height: float) -> bool:
        """Whether the whole square is on the poster, except for rounding."""
        left, top, side = self.box(width, height)
        return left + side <= width * 1.0001 and top + side <= height * 1.0001


class Version(BaseModel):
    """One file of a material."""

    model_config = ConfigDict(frozen=True)

    number: int = Field(ge=1)
    format: FileFormat
    bytes: int
    sha256: str
    width: float
    """In pixels, or in points for PDF; 0 where a format has no size of its own."""
    height: float
    spot: Spot | None = None
    created_at: int
    by: str


class Material(BaseModel):
    """A material with all its versions, oldest first; there is at least one."""

    model_config = ConfigDict(frozen=True)

    campaign: str
    id: str
    kind: MaterialKind
    name: str = Field(min_length=1, max_length=NAME_LENGTH)
    versions: tuple[Version, ...] = Field(min_length=1)
    withdrawn: bool = False
    """Whether units no longer see it."""
    revision: int = 0

    @property
    def newest(self) -> Version:
        """What units see."""
        return self.versions[-1]

    def stored_as(self, version: Version) -> str:
        """The name of a version's file."""
        return f"{self.campaign}/materials/{self.id}/{version.number}.{version.format}"
