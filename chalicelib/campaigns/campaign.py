"""A campaign: one survey, open everywhere at the same instant and closed everywhere at the same instant."""

from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict

CAMPAIGN_ID = r"[0-9A-Za-z][0-9A-Za-z-]{0,63}"
"""What a campaign may be called: its id is part of keys, paths and addresses."""
PAGES = frozenset(
    {"annexes", "applications", "audit", "awards", "campaign", "candidates", "counting", "draws", "entries", "exports"}
    | {"gifts", "import", "invitations", "link", "links", "mail", "materials", "members", "new", "opinions", "points"}
    | {"publish", "quality", "questionnaires", "reports", "results", "supporters", "take-over", "thanks", "threads"}
    | {"datasets", "sessions", "units", "unseal", "winners", "years"}
)
"""What no campaign may be called: beside it in an address stand a desk's pages, and among the files the datasets."""
IDENTITY = ("organiser", "organiser_contact", "icp_number", "police_number")
"""Fields that say who asks, as respondents read it."""

CHANGE_LEAD_MS = 10_000
"""A change of the window takes effect this long after it was made, so that every worker, whose configuration is at
most `CONFIG_TTL_S` old, applies it from the same instant on."""


class State(StrEnum):
    """A campaign's state, as the outside sees it."""

    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSED = "closed"
    SEALED = "sealed"


class Phase(StrEnum):
    """How far the closing has come. A campaign leaves `collecting` once, and no later phase goes back."""

    COLLECTING = "collecting"
    CLOSING = "closing"
    SEALED = "sealed"


class Window(BaseModel):
    """When responses count: `opens_at <= arrived_at < closes_at`, in ms since the epoch."""

    model_config = ConfigDict(frozen=True)

    opens_at: int
    closes_at: int

    def state_at(self, instant_ms: int) -> State:
        """`scheduled`, `open` or `closed`; exact to the millisecond."""
        if instant_ms < self.opens_at:
            return State.SCHEDULED
        return State.OPEN if instant_ms < self.closes_at else State.CLOSED


class EarlierWindow(Window):
    """The window that a change replaced; it applies to arrivals before `until` (ms)."""

    until: int
    earlier: Self | None = None
    """The one before it, where that one's change was not in effect yet either."""


class Sighting(BaseModel):
    """When the close was first seen to have passed: by the clock, and by one that nobody sets (ms)."""

    model_config = ConfigDict(frozen=True)

    closes_at: int
    wall: int
    steady: int


class Seal(BaseModel):
    """What the seal fixed."""

    model_config = ConfigDict(frozen=True)

    sealed_at: int
    manifest: str
    """The manifest's path among the files."""
    manifest_sha256: str
    number: int = 1
    """The campaign's first seal, or one that replaced it."""
    members: int | None = None
    """How many responses it counted, see `collection.members`; None: sealed by release 0.1.0, which wrote:"""
    root: str = ""
    """Of the tree over its roll, hexadecimal, see `sealing.roll`; empty: it was sealed before there was `tree.bin`."""
    ledger_buckets: int = 0
    """Into how many buckets the ids of the sealed responses are spread."""

    @staticmethod
    def folder(campaign: str, name: str, number: int = 1) -> str:
        """Where the files of a campaign's seal of that number lie: `final`, of its second one `final-2`."""
        return f"{campaign}/{name}" if number == 1 else f"{campaign}/{name}-{number}"


class Campaign(BaseModel):
    """One survey with its window. Immutable; a change makes a new one with the next `revision`."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    opens_at: int
    closes_at: int
    recipients: tuple[str, ...] = ()
    """Who is mailed the digests and the final export."""
    digest_times: tuple[str, ...] = ("09:00", "18:00")
    """When digests go out, on Shanghai's wall."""
    shows_place: bool = False
    """Whether a unit sees its rank among the units."""
    pilot: bool = False
    """Whether it runs beside a year's survey, which is meant before it."""
    leads_on: bool = True
    """Whether its links lead on, after the seal, to those of a later campaign that took them over."""
    earlier: EarlierWindow | None = None
    revoked_in: int = 0
    """Bits of the buckets in which there are revoked links, see `links.store.revocations`."""
    revoked: frozenset[str] = frozenset()
    """Codes that release 0.1.0 revoked; none is added any more."""
    phase: Phase = Phase.COLLECTING
    seen: Sighting | None = None
    """See `sealing.clocks`."""
    seal: Seal | None = None
    superseded: tuple[Seal, ...] = ()
    """Seals that were taken back, the first one first."""
    published_at: int | None = None
    """When its results were made public; from then on its seal holds."""
    questionnaires: tuple[tuple[str, str], ...] = ()
    """Editions, each with the version that is asked, from when the campaign was set up; see `version_of`."""
    rules: str = ""
    """The text of the rules that it is judged by, from its first judging on; see `quality.usecases.freeze_rules`."""
    units_due: str = ""
    """The day by which annex 1 is to be handed in, `2021-07-16` on Shanghai's wall; empty: none."""
    supporters_due: str = ""
    """Likewise of annex 2."""
    organiser: str = ""
    """Who answers for the survey and its data, as respondents read it; empty: not said."""
    organiser_contact: str = ""
    """How respondents reach them: a mail address, a telephone, or both."""
    icp_number: str = ""
    """The site's filing as MIIT writes it, such as 京ICP备00000000号-1."""
    police_number: str = ""
    """Likewise the police's, such as 京公网安备00000000000000号."""
    created_at: int = 0
    revision: int = 1

    @property
    def seal_number(self) -> int:
        """That of the seal that it has, or will have."""
        return len(self.superseded) + 1

    def version_of(self, edition: str) -> str | None:
        """The version of an edition that is asked; None: the first, which campaigns ask that were set up by a release
        without a choice."""
        return dict(self.questionnaires).get(edition)

    def window_at(self, instant_ms: int) -> Window:
        """The window that applies to what arrives at `instant_ms`."""
        holds, earlier = Window(opens_at=self.opens_at, closes_at=self.closes_at), self.earlier
        while earlier is not None and instant_ms < earlier.until:
            holds, earlier = earlier, earlier.earlier
        return holds

    def state_at(self, instant_ms: int) -> State:
        """The campaign's state for what arrives at `instant_ms`."""
        if self.phase is Phase.SEALED:
            return State.SEALED
        if self.phase is Phase.CLOSING:
            return State.CLOSED
        return self.window_at(instant_ms).state_at(instant_ms)

    def admits(self, arrived_ms: int) -> bool:
        """Whether a response that arrived at `arrived_ms` may be stored."""
        return self.state_at(arrived_ms) is State.OPEN

    def opening_can_move(self, now_ms: int) -> bool:
        """Whether nothing can arrive in the window before a change of it is in effect: what was stored by then would
        lie outside the window that replaces it."""
        return now_ms + CHANGE_LEAD_MS <= self.opens_at

    def with_window(self, opens_at: int, closes_at: int, now_ms: int) -> Self:
        """This campaign with another window, in effect from `now_ms + CHANGE_LEAD_MS` on.

        Until then what was said before holds: today's window, and a change that was made less than so long ago from
        its own instant on, since workers know of it already.
        """
        if (opens_at, closes_at) == (self.opens_at, self.closes_at):
            return self
        pending = self.earlier if self.earlier is not None and now_ms < self.earlier.until else None
        until = now_ms + CHANGE_LEAD_MS
        earlier = EarlierWindow(opens_at=self.opens_at, closes_at=self.closes_at, until=until, earlier=pending)
        return self.model_copy(update={"opens_at": opens_at, "closes_at": closes_at, "earlier": earlier})
