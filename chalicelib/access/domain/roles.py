"""The roles of the secretariat's members, and the one table of what each act needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.kernel.errors import NotYours


class Rank(StrEnum):
    """A member's role. Each may do all that those before it may."""

    READER = "reader"
    OPERATOR = "operator"
    ADMINISTRATOR = "administrator"


class Act(StrEnum):
    """What somebody may want to do with the secretariat's key."""

    LOOK = "look"
    UNITS = "units"
    LINKS = "links"
    EXPORTS = "exports"
    MATERIALS = "materials"
    MAILS = "mails"
    CAMPAIGN = "campaign"
    KEYS = "keys"
    RECOUNTS = "recounts"
    MEMBERS = "members"


NEEDS: Mapping[Act, Rank] = {
    Act.LOOK: Rank.READER,  # all that the secretariat sees: figures, kits, exports that are there, the audit log
    Act.UNITS: Rank.OPERATOR,  # registering, importing and changing them
    Act.LINKS: Rank.OPERATOR,  # issuing, naming and revoking them
    Act.EXPORTS: Rank.OPERATOR,  # ordering one
    Act.MAILS: Rank.OPERATOR,  # trying one again that was given up
    Act.MATERIALS: Rank.OPERATOR,  # putting up, bringing up to date, withdrawing
    Act.CAMPAIGN: Rank.ADMINISTRATOR,  # setting it up; its window, recipients and schedule
    Act.KEYS: Rank.ADMINISTRATOR,  # replacing units' keys and the one that signs tickets
    Act.RECOUNTS: Rank.ADMINISTRATOR,  # ordering one: it may correct counts
    Act.MEMBERS: Rank.ADMINISTRATOR,  # who is a member, and as what
}
"""The lowest role that may do each."""


class RoleNeeded(NotYours):
    """The key is a member's of the secretariat, but this takes a higher role: `needed`."""

    def __init__(self, needed: Rank) -> None:
        super().__init__(f"this takes the key of a member of the secretariat who is {needed}")
        self.needed = needed


_ORDER = tuple(Rank)


def may(rank: Rank, act: Act) -> bool:
    """Whether a member of this role may do this."""
    return _ORDER.index(rank) >= _ORDER.index(NEEDS[act])


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the secretariat."""

    id: str
    name: str
    """Empty for a key from the time before members had names."""
    rank: Rank
    key_hash: str
    since: int
    """When they were added, in ms since the epoch; 0 where nobody knows."""

    @property
    def who(self) -> str:
        """How the audit log names them. A unit's code never holds a slash."""
        return f"secretariat/{self.name}" if self.name else "secretariat"
