"""The payloads that go out to the secretariat, as models."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.access.domain.roles import Rank
from chalicelib.web.openapi.replies import Figures, FiguresToday, Reply, UnitCounts


class CampaignReply(Reply):
    """A campaign; what `PUT` takes."""

    id: str
    title: str
    opens_at: str
    closes_at: str
    recipients: list[str]
    schedule: list[str]
    shows_place: bool
    units_due: str | None
    supporters_due: str | None
    state: str
    revision: int
    sealed_at: str | None


class SealReply(Reply):
    """What was sealed: the manifest, and the SHA-256 of the manifest's file."""

    sealed_at: str
    manifest: dict[str, Any]
    manifest_sha256: str


class ContactReply(Reply):
    """Whom to reach at a unit; what isn't known is null."""

    name: str | None
    email: str | None
    phone: str | None
    wants_digest: bool


class UnitReply(Reply):
    """A unit; its key only where it has just been made."""

    code: str
    name: str
    province: str
    plan: int | None
    city: str | None
    links_wanted: int | None
    last_year: int | None
    contact: ContactReply | None
    key: str | None = None


class Units(Reply):
    """The units."""

    units: list[UnitReply]


class RejectedCell(Reply):
    """What is wrong in a table: the row as a spreadsheet numbers it, and the column as its heading calls it."""

    row: int
    column: str
    detail: str


class SupportersImportReply(Reply):
    """What an import did, or on a dry run would do; nothing at all where anything is rejected.

    `updated` counts what is known and the table names.
    """

    created: int
    updated: int
    rejected: list[RejectedCell]
    notes: list[str]


class ImportReply(SupportersImportReply):
    """Likewise of units: `keys` holds those of the new ones by code, this once."""

    keys: dict[str, str]


class PrizeReply(Reply):
    """Prizes of one type."""

    name: str
    quantity: int


class SupporterReply(Reply):
    """A supporting unit; `unit` is the code of the unit that handed it in."""

    name: str
    kind: str
    unit: str | None
    supports: str | None
    prizes: list[PrizeReply]
    local_only: bool


class Supporters(Reply):
    """The supporting units."""

    supporters: list[SupporterReply]


class KeyReply(Reply):
    """A unit's new key."""

    unit: str
    key: str


class TicketKeyReply(Reply):
    """The id of the key that signs from now on."""

    id: str


class UnitOverview(UnitCounts):
    """A unit among the others."""

    province: str


class Province(Figures):
    """Counts by residence."""

    code: str


class EditionFigures(Figures):
    """Counts by edition."""

    edition: str


class OverviewReply(Reply):
    """All figures."""

    as_of: str
    campaign: str
    state: str
    units: list[UnitOverview]
    national: FiguresToday
    provinces: list[Province]
    editions: list[EditionFigures]


class ExportFile(Reply):
    """A file of an export, at a short-lived address."""

    name: str
    sha256: str
    rows: int | None
    bytes: int | None = None
    url: str


class GiftReply(Reply):
    """Gifts of one kind, how many are given away, and how many stay with the fund."""

    name: str
    quantity: int
    floor: int
    cap: int | None
    given: int
    left: int


class GiftsOfUnit(Reply):
    """What a unit gets, in the order of the gifts."""

    code: str
    name: str
    plan: int | None
    counts: list[int]


class GiftsReply(Reply):
    """What the fund gives, and who gets how many."""

    gifts: list[GiftReply]
    units: list[GiftsOfUnit]


class MissingAnnexes(Reply):
    """A unit, which annexes it hasn't handed in, and whether it can be reminded by mail."""

    code: str
    name: str
    units: bool
    supporters: bool
    reachable: bool


class AnnexesReply(Reply):
    """By when the annexes are due, and who hasn't handed in which."""

    units_due: str | None
    supporters_due: str | None
    missing: list[MissingAnnexes]


class RemindersReply(Reply):
    """How many units are reminded."""

    reminded: int


class LinksOrderReply(Reply):
    """An order of links for all units: how many units it has looked at, and how many links it has issued."""

    id: str
    status: str
    done: int
    of: int
    issued: int


class KitsReply(Reply):
    """An archive of all units' kits: how many units are packed, and in the end its file."""

    id: str
    status: str
    done: int
    of: int
    files: list[ExportFile]


class ExportReply(Reply):
    """An export."""

    id: str
    status: str
    files: list[ExportFile]


class HourDifference(Reply):
    """An hour of a unit (`~`: the nation) in which tallies and recount differ; collected and valid each."""

    unit: str
    hour: str
    tallied: tuple[int, int]
    recounted: tuple[int, int]


class LinkDifference(Reply):
    """A link whose tally is out of the bounds that the recount sets."""

    unit: str
    link: str
    tallied: int
    stored: int


class RecountReply(Reply):
    """A recount: how far it has come (0 to 1), and what it found."""

    id: str
    status: str
    done: float
    rows: int | None = None
    unreadable: int | None = None
    until: str | None = None
    differences: list[HourDifference] = Field(default_factory=list)
    links: list[LinkDifference] = Field(default_factory=list)
    repaired: list[HourDifference] = Field(default_factory=list)


class MemberReply(Reply):
    """A member of the secretariat; their key stands here once, when it is new."""

    id: str
    name: str
    role: Rank
    since: str | None
    key: str | None = None


class Members(Reply):
    """The members."""

    members: list[MemberReply]


class AuditEntry(BaseModel):
    """Who did what and when."""

    model_config = ConfigDict(extra="allow")

    at: str
    who: str
    action: str
    subject: str


class AuditReply(Reply):
    """The audit log, newest first."""

    entries: list[AuditEntry]
