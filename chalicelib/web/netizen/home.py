"""The campaign's own pages: its home, and what happens to the answers."""

from typing import Any

from chalice.app import Request, Response

from chalicelib.associations.store import units
from chalicelib.campaigns.campaign import Campaign, State
from chalicelib.campaigns.current import current
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.settings import settings
from chalicelib.kernel.ttl_cache import Cached
from chalicelib.web.netizen.notice import collected
from chalicelib.web.rim import caller
from chalicelib.web.rim.addresses import at_one_address
from chalicelib.web.rim.problems import answered
from chalicelib.web.rim.render import NO_STORE, cache_for, page, visit

_PLAN_LASTS_S = 60.0


@answered
def show_home(request: Request) -> Response:
    """`GET /`: the campaign with its dates, editions and national progress."""
    seen, arrived_ms = visit(request, ""), caller.arrived_ms(request)
    campaign = _campaign(arrived_ms)
    context: dict[str, Any] = {"campaign": campaign}
    if campaign is not None:
        context["collected"], context["plan"] = collected(campaign), _plans.get(campaign, _PLAN_LASTS_S)
        window = campaign.window_at(arrived_ms)
        context["state"] = State(campaign.state_at(arrived_ms)).value
        context["opens"] = seen.language.instant(window.opens_at)
        context["closes"] = seen.language.end(window.closes_at)
    cache = cache_for(campaign, arrived_ms) if campaign is not None else NO_STORE
    return page("netizen/home.html", seen, cache=cache, address=f"{settings().public_url}/", **context)


@answered
@at_one_address
def show_privacy(request: Request) -> Response:
    """`GET /privacy`: who asks, and what happens to the answers, in plain words."""
    campaign = _campaign(caller.arrived_ms(request))
    cache = "public, max-age=60, s-maxage=60"
    return page("netizen/privacy.html", visit(request, ""), cache=cache, campaign=campaign)


def _planned(campaign: Campaign) -> int:
    """How many responses all units together plan to collect."""
    return sum(unit.plan or 0 for unit in units.of_campaign(campaign.id))


_plans = Cached(_planned)


def _campaign(at_ms: int) -> Campaign | None:
    try:
        return current(at_ms)
    except NotFound:
        return None
