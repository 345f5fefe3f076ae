"""The roles of the secretariat's members, and the one table of what each may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.kernel.errors import NotYours


class Rank(StrEnum):
    """A member's role: a name for a set of acts, see `ROLES`."""

    READER = "reader"
    OPERATOR = "operator"
    ADMINISTRATOR = "administrator"


class Act(StrEnum):
    """What somebody may want to do with the secretariat's key."""

    LOOK = "look"
    UNITS = "units"
    LINKS = "links"
    EXPORTS = "exports"
    CANCEL = "cancel"
    MATERIALS = "materials"
    MAILS = "mails"
    CAMPAIGN = "campaign"
    KEYS = "keys"
    RECOUNTS = "recounts"
    UNSEAL = "unseal"
    PUBLISH = "publish"
    MEMBERS = "members"


_READER = frozenset({Act.LOOK})  # all that the secretariat sees: figures, kits, exports that are there, the audit log
_OPERATOR = _READER | {
    Act.UNITS,  # registering, importing and changing them
    Act.LINKS,  # issuing, naming and revoking them
    Act.EXPORTS,  # ordering one
    Act.CANCEL,  # whatever was ordered, until it has ended
    Act.MAILS,  # trying one again that was given up
    Act.MATERIALS,  # putting up, bringing up to date, withdrawing
}
_ADMINISTRATOR = _OPERATOR | {
    Act.CAMPAIGN,  # setting it up; its window, recipients and schedule
    Act.KEYS,  # replacing units' keys and the one that signs tickets
    Act.RECOUNTS,  # ordering one: it may correct counts
    Act.UNSEAL,  # taking a seal back
    Act.PUBLISH,  # making results public, once for ever
    Act.MEMBERS,  # who is a member, and as what
}
ROLES: Mapping[Rank, frozenset[Act]] = {
    Rank.READER: _READER,
    Rank.OPERATOR: _OPERATOR,
    Rank.ADMINISTRATOR: _ADMINISTRATOR,
}
"""What each role may do. A role need not hold another's acts: one with a single act is one more line.

In the order in which somebody who lacks an act is told whom to ask.
"""


def may(rank: Rank, act: Act) -> bool:
    """Whether a member of this role may do this."""
    return act in ROLES[rank]


def who_may(act: Act) -> tuple[Rank, ...]:
    """The roles that may do this, in the order of `ROLES`."""
    return tuple(rank for rank in ROLES if may(rank, act))


class RoleNeeded(NotYours):
    """The key is a member's of the secretariat, but this takes another role."""

    def __init__(self, act: Act) -> None:
        self.roles = who_may(act)
        """Those that may."""
        super().__init__(f"needs_{self.needed}")

    @property
    def needed(self) -> Rank:
        """The first of the roles that may: whom to ask."""
        return self.roles[0]


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
    def said(self) -> tuple[str, str]:
        """What of them can be changed."""
        return self.name, self.rank

    @property
    def who(self) -> str:
        """How the audit log names them. A unit's code never contains a slash."""
        return f"secretariat/{self.name}" if self.name else "secretariat"
