"""The payloads that go out, as models: `/openapi.json` is generated from them, and tests hold replies to them."""

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


class MaterialReply(Reply):
    """A material and its newest version."""

    id: str
    kind: str
    name: str
    withdrawn: bool
    version: int
    format: str
    bytes: int
    sha256: str
    since: str
    carries_code: bool


class Materials(Reply):
    """Materials: for units those that aren't withdrawn."""

    materials: list[MaterialReply]


class Links(Reply):
    """Links."""

    links: list[LinkReply]
