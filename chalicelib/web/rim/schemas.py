"""The payloads that come in, as models: they validate, and `/openapi.json` is generated from them."""

from contextlib import suppress
from datetime import date, datetime
from typing import Annotated, Any, cast

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from chalicelib.access.domain.roles import Rank
from chalicelib.access.usecases.manage_members import NAME_LENGTH
from chalicelib.associations.domain.contact import EMAIL, EMAIL_LENGTH, PERSON_LENGTH, PHONE, PHONE_LENGTH, Contact
from chalicelib.associations.domain.unit import CHANNEL_LENGTH, CITY_LENGTH, MOST_LINKS, MOST_PLANNED, UNIT_CODE
from chalicelib.campaigns.campaign import CAMPAIGN_ID
from chalicelib.campaigns.set_campaign import Change
from chalicelib.kernel.instants import to_ms
from chalicelib.kernel.lines import is_line
from chalicelib.links.domain.link import CHANNELS, LABEL_LENGTH, Edition
from chalicelib.links.usecases.issue_links import MOST_AT_ONCE
from chalicelib.materials.material import NAME_LENGTH as MATERIAL_NAME
from chalicelib.materials.material import MaterialKind


def _is_text(value: Any) -> Any:
    if isinstance(value, datetime | str):
        return value
    raise PydanticCustomError("instant", "no RFC 3339 instant")


def _is_line(value: str) -> str:
    if not is_line(value):
        raise PydanticCustomError("characters", "characters that can't be seen")
    return value


Line = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_is_line)]
"""What a person writes and others read: each field of a payload that is such a text."""
Instant = Annotated[AwareDatetime, BeforeValidator(_is_text)]
DigestTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Address = Annotated[Line, Field(pattern=EMAIL, max_length=EMAIL_LENGTH)]


def _is_day(value: str) -> str:
    with suppress(ValueError):
        if not value or date.fromisoformat(value).isoformat() == value:
            return value
    raise PydanticCustomError("day", "no day")


Day = Annotated[str, AfterValidator(_is_day)]


class Payload(BaseModel):
    """Base of all payloads: JSON types are taken as they are, unknown fields are passed over."""

    model_config = ConfigDict(extra="ignore", strict=True)


class CampaignRequest(Payload):
    """`PUT /api/v1/campaigns/{id}`: what is left out stays as it is."""

    model_config = ConfigDict(extra="ignore", strict=False)

    title: Annotated[Line, Field(min_length=1, max_length=120)] | None = None
    opens_at: Instant | None = None
    closes_at: Instant | None = None
    recipients: Annotated[list[Address], Field(max_length=50)] | None = None
    schedule: Annotated[list[DigestTime], Field(max_length=24)] | None = None
    shows_place: bool | None = None
    """Whether a unit sees its rank among the units."""
    pilot: bool | None = None
    """Whether it runs beside a year's survey."""
    leads_on: bool | None = None
    """Whether its links lead on, after the seal, to those of a later campaign."""
    units_due: Day | None = None
    """The last day for annex 1; empty: none."""
    supporters_due: Day | None = None
    """The last day for annex 2; empty: none."""
    organiser: Annotated[Line, Field(max_length=120)] | None = None
    """Who answers for the survey and its data, as respondents read it."""
    organiser_contact: Annotated[Line, Field(max_length=200)] | None = None
    """How respondents reach them."""
    icp_number: Annotated[Line, Field(max_length=40)] | None = None
    police_number: Annotated[Line, Field(max_length=40)] | None = None

    def change(self) -> Change:
        """What was sent, in the domain's words."""
        as_sent = self.model_dump(exclude={"opens_at", "closes_at", "schedule"})
        opens_at, closes_at = (to_ms(at) if at else None for at in (self.opens_at, self.closes_at))
        said = {"opens_at": opens_at, "closes_at": closes_at, "digest_times": self.schedule, **as_sent}
        return cast("Change", said)


class UnsealRequest(Payload):
    """`POST /api/v1/campaigns/{id}/unseal`"""

    model_config = ConfigDict(extra="ignore", strict=False)

    reason: Annotated[Line, Field(min_length=5, max_length=400)]
    closes_at: Instant
    """When the collection closes again."""


class TakeOverRequest(Payload):
    """`POST /api/v1/campaigns/{id}/take-over`"""

    source: str = Field(alias="from", pattern=rf"^{CAMPAIGN_ID}$")
    units: bool = True
    links: bool = True
    materials: bool = True
    recipients: bool = True
    without: list[Annotated[str, Field(pattern=UNIT_CODE)]] = Field(default_factory=list, max_length=5_000)
    """Codes of units that are left out."""


class ContactRequest(Payload):
    """`PUT /api/v1/units/{unit}/contact`, or with `POST /api/v1/units`: what is left out is not known."""

    name: Line | None = Field(default=None, min_length=1, max_length=PERSON_LENGTH)
    email: Address | None = None
    phone: Line | None = Field(default=None, pattern=PHONE, max_length=PHONE_LENGTH)
    wants_digest: bool = False
    """Whether the unit wants its own scheduled mails."""

    def contact(self) -> Contact:
        """What was sent, in the domain's words."""
        return Contact(**self.model_dump())


class UnitRequest(Payload):
    """`POST /api/v1/units`"""

    code: str = Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z-]{0,31}$")
    name: Line = Field(min_length=1, max_length=80)
    province: str = Field(min_length=2, max_length=20)
    """A division's code (`44`, `440000`) or name (`广东`)."""
    plan: int | None = Field(default=None, ge=1, le=100_000_000)
    city: Line | None = Field(default=None, min_length=1, max_length=CITY_LENGTH)
    links_wanted: int | None = Field(default=None, ge=0, le=MOST_LINKS)
    last_year: int | None = Field(default=None, ge=0, le=MOST_PLANNED)
    """What the unit brought in the year before."""
    contact: ContactRequest | None = None


class LinksRequest(Payload):
    """`POST /api/v1/units/{unit}/links`: `count` links, or one for each label."""

    channel: Line = Field(min_length=1, max_length=CHANNEL_LENGTH, examples=list(CHANNELS))
    edition: Annotated[Edition, Field(strict=False)]
    count: int = Field(default=1, ge=1, le=MOST_AT_ONCE)
    labels: list[Annotated[Line, Field(max_length=LABEL_LENGTH)]] = Field(default_factory=list, max_length=MOST_AT_ONCE)


class LabelRequest(Payload):
    """`PATCH /api/v1/links/{code}`, and a link's form on the desks."""

    label: Line = Field(max_length=LABEL_LENGTH)


MemberName = Annotated[Line, Field(min_length=1, max_length=NAME_LENGTH)]


class MemberRequest(Payload):
    """`POST /api/v1/members`"""

    name: MemberName
    role: Annotated[Rank, Field(strict=False)]


class MemberChange(Payload):
    """`PATCH /api/v1/members/{id}`: what is left out stays as it is."""

    name: MemberName | None = None
    role: Annotated[Rank, Field(strict=False)] | None = None


class WantedRequest(Payload):
    """`POST /api/v1/links/wanted`: to all units the links that they still lack."""

    channel: Line = Field(min_length=1, max_length=CHANNEL_LENGTH, examples=list(CHANNELS))
    edition: Annotated[Edition, Field(strict=False)]
    otherwise: int = Field(default=0, ge=0, le=MOST_AT_ONCE)
    """How many for a unit that named no number."""


class MaterialRequest(Payload):
    """A form of `/secretariat/materials`."""

    kind: Annotated[MaterialKind, Field(strict=False)]
    name: Annotated[Line, Field(min_length=1, max_length=MATERIAL_NAME)]
