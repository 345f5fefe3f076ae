"""The payloads that go out, as models: `/openapi.json` is generated from them, and tests hold replies to them."""

from typing import Any

from pydantic import BaseModel, ConfigDict


class Reply(BaseModel):
    """Base of all replies: a field too many is as wrong as one missing."""

    model_config = ConfigDict(extra="forbid")


class FieldProblem(Reply):
    """One wrong field."""

    pointer: str
    detail: str


class Problem(Reply):
    """A refusal (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] | None = None


class Definition(Reply):
    """A questionnaire; its questions differ by `type`, see the guide."""

    edition: str
    version: str
    title: str
    sections: list[dict[str, Any]]


class TicketReply(Reply):
    """Leave to answer once."""

    ticket: str
    edition: str
    questionnaire: str
    topics: list[str]
    opens_at: str
    closes_at: str


class ResponseReply(Reply):
    """A stored response's receipt."""

    receipt: str
    accepted_at: str


class Health(Reply):
    """The service answers."""

    status: str
    version: str


class Figures(Reply):
    """Collected and valid."""

    collected: int
    valid: int


class FiguresToday(Figures):
    """And those of today."""

    today: int


class UnitCounts(FiguresToday):
    """A unit's counts."""

    code: str
    name: str
    plan: int | None
    progress: float | None


class LinkCounts(Figures):
    """A link's counts."""

    code: str
    channel: str
    edition: str
    label: str


class CountsReply(Reply):
    """Counts now."""

    as_of: str
    campaign: str
    state: str
    unit: UnitCounts
    national: FiguresToday
    links: list[LinkCounts]


class Point(BaseModel):
    """What was collected in an hour or a day, which begins at `from`."""

    model_config = ConfigDict(extra="allow")

    unit: int
    national: int


class SeriesReply(Reply):
    """Counts by hour or day."""

    by: str
    points: list[Point]


class LinkReply(Reply):
    """A link."""

    code: str
    url: str
    unit: str
    channel: str
    edition: str
    label: str
    revoked: bool


class Links(Reply):
    """Links."""

    links: list[LinkReply]


class CampaignReply(Reply):
    """A campaign; what `PUT` takes."""

    id: str
    title: str
    opens_at: str
    closes_at: str
    recipients: list[str]
    schedule: list[str]
    state: str
    revision: int
    sealed_at: str | None


class SealReply(Reply):
    """What was sealed: the manifest, and the SHA-256 of the manifest's file."""

    sealed_at: str
    manifest: dict[str, Any]
    manifest_sha256: str


class UnitReply(Reply):
    """A unit; its key only where it has just been made."""

    code: str
    name: str
    province: str
    plan: int | None
    key: str | None = None


class Units(Reply):
    """The units."""

    units: list[UnitReply]


class RejectedCell(Reply):
    """What is wrong in a table: the row as a spreadsheet numbers it, and the column as its heading calls it."""

    row: int
    column: str
    detail: str


class ImportReply(Reply):
    """What an import did, or on a dry run would do; nothing at all where anything is rejected.

    `updated` counts the known units that the table names, `keys` holds those of the new ones by code, this once.
    """

    created: int
    updated: int
    rejected: list[RejectedCell]
    notes: list[str]
    keys: dict[str, str]


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


class ExportReply(Reply):
    """An export."""

    id: str
    status: str
    files: list[ExportFile]


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
