"""The payloads that come in, as models: they validate, and `/openapi.json` is generated from them."""

from datetime import datetime
from typing import Annotated, Any

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
from chalicelib.associations.domain.unit import CHANNEL_LENGTH, CITY_LENGTH, MOST_LINKS, MOST_PLANNED
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
Address = Annotated[Line, Field(pattern=EMAIL, max_length=EMAIL_LENGTH)]


class Payload(BaseModel):
    """Base of all payloads: JSON types are taken as they are, unknown fields are passed over."""

    model_config = ConfigDict(extra="ignore", strict=True)


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
