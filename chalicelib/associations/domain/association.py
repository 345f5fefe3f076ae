"""An association: it lives through the years, with one key, and takes part in campaigns as a unit of each.

What it is called, where it is and whom to reach there is said of each unit: a sealed year keeps what held in it.
"""

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.associations.domain.unit import Unit


class Association(BaseModel):
    """An association by the unit as which it came in."""

    model_config = ConfigDict(frozen=True)

    id: str
    """`<campaign>.<code>` of the first unit that it was."""
    key_hash: str | None = None
    taking_part: dict[str, str] = Field(default_factory=dict)
    """Its code as a unit, by campaign."""


def founded(unit: Unit) -> Association:
    """The association behind a unit of which none is known yet, with the unit's key."""
    return Association(
        id=f"{unit.campaign}.{unit.code}", key_hash=unit.key_hash, taking_part={unit.campaign: unit.code}
    )


def joined(association: Association, unit: Unit) -> Association:
    """The association once it is this unit, too."""
    return association.model_copy(update={"taking_part": association.taking_part | {unit.campaign: unit.code}})
