"""A request to an operation of the API, as its view sees it."""

from dataclasses import dataclass

from chalice.app import Request

from chalicelib.access.store.keys import Holder
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign
from chalicelib.campaigns.current import current
from chalicelib.web.rim import caller
from chalicelib.web.rim.language import choose


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Call:
    """A request by somebody who may make it."""

    request: Request
    arrived_ms: int
    """When it arrived, in ms since the epoch."""
    _holder: Holder | None

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
    def unit(self) -> tuple[str, str]:
        """Campaign and code of the unit that asks, where the operation is the units' alone."""
        assert self.holder.campaign is not None
        assert self.holder.unit is not None
        return self.holder.campaign, self.holder.unit

    @property
    def campaign(self) -> Campaign:
        """The campaign that is named (`?campaign=`), else the current one; read when asked for. Raises `NotFound`."""
        named = self.query("campaign")
        return campaigns.read(named) if named else current(self.arrived_ms)

    @property
    def language(self) -> str:
        """The language to answer in: `?lang=`, else `Accept-Language`, else Chinese."""
        return choose(self.query("lang"), self.request.headers.get("accept-language", "")).tag

    def query(self, name: str) -> str | None:
        """A query parameter; the last one where it is repeated."""
        return caller.query(self.request, name)
