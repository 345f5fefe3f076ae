"""A unit: an association as it takes part in a campaign, judged by what its links collect."""

import unicodedata

from pydantic import BaseModel, ConfigDict, Field

UNIT_CODE = r"^[0-9A-Za-z][0-9A-Za-z-]{0,31}$"
NAME_LENGTH = 80
CITY_LENGTH = 20
MOST_PLANNED = 100_000_000
MOST_LINKS = 1_000
CHANNEL_LENGTH = 40


class LinksWanted(BaseModel):
    """Links that a unit asked for, of one kind."""

    model_config = ConfigDict(frozen=True)

    edition: str
    channel: str = Field(min_length=1, max_length=CHANNEL_LENGTH)
    count: int = Field(ge=0, le=MOST_LINKS)


class Unit(BaseModel):
    """A unit of one campaign. Its contacts are kept elsewhere, its key only as a hash."""

    model_config = ConfigDict(frozen=True)

    campaign: str
    code: str = Field(pattern=UNIT_CODE)
    name: str = Field(min_length=1, max_length=NAME_LENGTH)
    province: str = Field(pattern=r"^\d{2}$")
    """GB/T 2260, two digits: `44` is Guangdong."""
    plan: int | None = Field(default=None, ge=1, le=MOST_PLANNED)
    """How many responses the unit plans to collect."""
    association: str | None = None
    """The association that takes part, see `associations.domain.association`; none where an earlier release has stored
    the unit, which then has a key of its own:"""
    key_hash: str | None = None
    city: str | None = Field(default=None, min_length=1, max_length=CITY_LENGTH)
    links_wanted: int | None = Field(default=None, ge=0, le=MOST_LINKS)
    """How many links the unit asked for."""
    links_by: tuple[LinksWanted, ...] = ()
    """Of which kinds these are, where the unit said so."""
    links_taken: dict[str, str] = Field(default_factory=dict)
    """By earlier campaign the last link of it, by code, in whose place the unit has one of this campaign."""
    last_year: int | None = Field(default=None, ge=0, le=MOST_PLANNED)
    """How many responses the unit collected the year before, to compare its plan with."""

    def document(self) -> str:
        """The unit as it is stored: only what was ever said of it, so that what was stored before a field was known
        is still found as it was."""
        return self.model_dump_json(exclude_unset=True)


def plain_name(name: str) -> str:
    """A name as it is compared: without differences of width, case and spaces."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def progress(collected: int, plan: int | None) -> float | None:
    """Collected over plan, rounded to four places; none without a plan."""
    return round(collected / plan, 4) if plan else None
