"""The payloads about a campaign as a whole: setting it up, taking its seal back, taking an earlier one over."""

from contextlib import suppress
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from chalicelib.associations.domain.unit import UNIT_CODE
from chalicelib.campaigns.campaign import CAMPAIGN_ID
from chalicelib.campaigns.set_campaign import Change
from chalicelib.kernel.instants import to_ms
from chalicelib.web.rim.schemas import Address, Instant, Line, Payload

DigestTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


def _is_day(value: str) -> str:
    with suppress(ValueError):
        if not value or date.fromisoformat(value).isoformat() == value:
            return value
    raise PydanticCustomError("day", "no day")


Day = Annotated[str, AfterValidator(_is_day)]


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
        return {
            "opens_at": to_ms(self.opens_at) if self.opens_at else None,
            "closes_at": to_ms(self.closes_at) if self.closes_at else None,
            "title": self.title,
            "recipients": self.recipients,
            "digest_times": self.schedule,
            "shows_place": self.shows_place,
            "pilot": self.pilot,
            "leads_on": self.leads_on,
            "units_due": self.units_due,
            "supporters_due": self.supporters_due,
            "organiser": self.organiser,
            "organiser_contact": self.organiser_contact,
            "icp_number": self.icp_number,
            "police_number": self.police_number,
        }


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
