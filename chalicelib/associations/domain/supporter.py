"""A supporting unit (annex 2): who helps the campaign, with what, and the prizes it gives."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.associations.domain.unit import NAME_LENGTH, plain_name

SUPPORTS_LENGTH = 200
PRIZE_LENGTH = 40
MOST_PRIZES = 20
MOST_OF_A_KIND = 10_000_000


class SupporterKind(StrEnum):
    """What a supporter is."""

    GOVERNMENT = "government"
    ENTERPRISE = "enterprise"
    MEDIA = "media"
    SCHOOL = "school"
    ORGANISATION = "organisation"


class Prize(BaseModel):
    """Prizes of one type."""

    model_config = ConfigDict(frozen=True)

    name: str = Field(min_length=1, max_length=PRIZE_LENGTH)
    quantity: int = Field(ge=1, le=MOST_OF_A_KIND)


class Supporter(BaseModel):
    """A supporter of one campaign."""

    model_config = ConfigDict(frozen=True)

    campaign: str
    name: str = Field(min_length=1, max_length=NAME_LENGTH)
    kind: SupporterKind
    unit: str | None = None
    """The code of the unit that handed it in, if it was one."""
    supports: str | None = Field(default=None, max_length=SUPPORTS_LENGTH)
    """What it helps with."""
    prizes: tuple[Prize, ...] = Field(default=(), max_length=MOST_PRIZES)
    local_only: bool = False
    """Whether its prizes are for local netizens alone."""

    @property
    def key(self) -> str:
        """What distinguishes it from the campaign's other supporters."""
        return plain_name(self.name)
