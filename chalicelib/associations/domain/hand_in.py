"""An annex as a unit fills it in at its own desk: a draft until it is handed in, open again where it is sent back."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

MOST_ROWS = 40
TYPED_LENGTH = 600
REASON_LENGTH = 200

Typed = dict[str, str]
"""What stands in a form's fields, by their names."""


class Annex(StrEnum):
    """Which form: that of the unit itself (annex 1), or that of its supporters (annex 2)."""

    UNITS = "units"
    SUPPORTERS = "supporters"


class Standing(StrEnum):
    """How far it has come."""

    DRAFT = "draft"
    HANDED_IN = "handed-in"
    SENT_BACK = "sent-back"


class HandIn(BaseModel):
    """One annex of one unit. `at` in ms since the epoch; 0 where nobody has filled it in here."""

    model_config = ConfigDict(frozen=True)

    campaign: str
    unit: str
    annex: Annex
    standing: Standing = Standing.DRAFT
    values: Typed = Field(default_factory=dict)
    """What is said once."""
    rows: tuple[Typed, ...] = ()
    """What is said several times: of annex 1 the links that are wanted, of annex 2 the supporters."""
    reason: str = ""
    """Why it was sent back."""
    at: int = 0
    by: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the unit may change it."""
        return self.standing is not Standing.HANDED_IN

    @property
    def seen(self) -> object:
        """What of it may change between two looks, see `kernel.seen`."""
        return self.model_dump(mode="json", include={"standing", "values", "rows", "reason", "at"})
