"""A unit: an association that takes part, and is judged by what its links bring in."""

from pydantic import BaseModel, ConfigDict, Field

UNIT_CODE = r"^[0-9A-Za-z][0-9A-Za-z-]{0,31}$"
NAME_LENGTH = 80
MOST_PLANNED = 100_000_000


class Unit(BaseModel):
    """A unit of one campaign. Its contacts are kept elsewhere, its key only as a hash."""

    model_config = ConfigDict(frozen=True)

    campaign: str
    code: str = Field(pattern=UNIT_CODE)
    name: str = Field(min_length=1, max_length=NAME_LENGTH)
    province: str = Field(pattern=r"^\d{2}$")
    """GB/T 2260, two digits: `44` is Guangdong."""
    plan: int | None = Field(default=None, ge=1, le=MOST_PLANNED)
    """How many responses the unit plans to bring in."""
    key_hash: str | None = None


def progress(collected: int, plan: int | None) -> float | None:
    """Collected over plan, rounded to four places; none without a plan."""
    return round(collected / plan, 4) if plan else None
