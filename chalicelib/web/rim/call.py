"""A request to an operation of the API, as its view sees it."""

from dataclasses import dataclass

from chalice.app import Request

from chalicelib.access.store.keys import Holder
from chalicelib.campaigns import campaigns, current
from chalicelib.campaigns.campaign import Campaign
from chalicelib.kernel.lazy_imports import deferred
from chalicelib.kernel.seen import Seen
from chalicelib.web.rim import caller
from chalicelib.web.rim.language import choose

with deferred():
    from chalicelib.kernel.gateways import file_addresses


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Call:
    """A request by somebody who may make it."""

    request: Request
    arrived_ms: int
    """When it arrived, in ms since the epoch."""
    _holder: Holder | None
    _changed: Campaign | None = None
    """The campaign that the operation changes something of."""

    @property
    def holder(self) -> Holder:
        """Who asks, where the operation isn't open to anybody."""
        assert self._holder is not None
        return self._holder

    @property
    def who(self) -> str:
        """How the audit log names them."""
        return self.holder.who

    @property
    def asker(self) -> "file_addresses.Asker":
        """Whom addresses of files are given to, where the operation is the secretariat's alone."""
        assert self.holder.member is not None
        return file_addresses.Asker(self.holder.member.key_hash, at_desk="x-api-key" not in self.request.headers)

    @property
    def unit(self) -> tuple[str, str]:
        """Campaign and code of the unit that asks, where the operation is the units' alone."""
        assert self.holder.campaign is not None
        assert self.holder.unit is not None
        return self.holder.campaign, self.holder.unit

    @property
    def campaign(self) -> Campaign:
        """The campaign that is changed, else named (`?campaign=`), else that in which a unit asks, else the one that is
        usually meant; read when asked for. Raises `NotFound`."""
        if self._changed is not None:
            return self._changed
        named = self.query("campaign") or (self._holder and self._holder.campaign)
        return campaigns.read(named) if named else current.current(self.arrived_ms)

    @property
    def seen(self) -> Seen:
        """What the caller has seen of what they change."""
        return caller.seen(self.request)

    @property
    def language(self) -> str:
        """The language to answer in: `?lang=`, else `Accept-Language`, else Chinese."""
        return choose(self.query("lang"), self.request.headers.get("accept-language", "")).tag

    def query(self, name: str) -> str | None:
        """A query parameter; the last one where it is repeated."""
        return caller.query(self.request, name)


def in_usual(holder: Holder, at_ms: int) -> Holder:
    """An association as the unit that it usually is now, others as they are."""
    return in_campaign(holder, None, at_ms) if holder.taking_part else holder


def in_campaign(holder: Holder, named: str | None, at_ms: int) -> Holder:
    """An association as the unit that it is in the campaign that it names, else in the one that is usually meant of
    those in which it takes part; half a read unit for each of these, where they are several. Raises `NotYours`."""
    if named is None and len(holder.taking_part) > 1:
        known = sorted(map(campaigns.cached, holder.taking_part), key=lambda one: (-one.opens_at, one.id))
        named = current.usual(known, at_ms).id
    return holder.at(named or next(iter(holder.taking_part)))


def changed_campaign(named: str | None) -> Campaign:
    """The campaign that a change is of. Raises `NotFound`, and where it must be named `CampaignAmbiguous` and
    `AlreadySealed`."""
    return campaigns.read(named) if named else current.written()
