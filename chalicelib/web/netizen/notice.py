"""Pages that say in words why there is nothing to answer, or nothing to be sent."""

from chalice import Response

from chalicelib.campaigns.campaign import Campaign, State
from chalicelib.counting.domain import counts
from chalicelib.counting.domain.tally import NATION
from chalicelib.counting.usecases.read_counts import tally_of
from chalicelib.kernel import errors
from chalicelib.links.domain.link import Link
from chalicelib.links.usecases.lead_on import lead_on
from chalicelib.web.rim.render import NO_STORE, Visit, cache_for, page

_REFUSALS: dict[type[errors.MinshengError], tuple[str, int]] = {
    errors.LinkUnknown: ("unknown", 404),
    errors.LinkRevoked: ("revoked", 410),
    errors.MalformedRequest: ("malformed", 400),
    errors.TooLarge: ("malformed", 413),
    errors.QuestionnaireUnknown: ("malformed", 400),
    errors.TicketInvalid: ("expired", 401),
    errors.ResponseWithdrawn: ("withdrawn", 410),
    errors.AnswerConflict: ("conflict", 409),
    errors.CollectionClosed: ("late", 410),
    errors.CollectionNotOpen: ("early", 403),
    errors.TooLate: ("busy", 503),
    errors.TooManyRequests: ("busy", 429),
}


def refused(seen: Visit, error: errors.MinshengError, code: str = "") -> Response:
    """The page for a refusal; `code` is the link's, where it is known, so that the page can settle what waits on the
    device. Re-raises what has no page of its own."""
    kind, status = next((said for known, said in _REFUSALS.items() if isinstance(error, known)), ("", 0))
    if not kind:
        raise error
    response = page("netizen/notice.html", seen, status=status, cache=NO_STORE, kind=kind, code=code, campaign=None)
    if kind == "busy":
        response.headers["Retry-After"] = str(getattr(error, "retry_after_s", 5))
    return response


def not_open(seen: Visit, campaign: Campaign, link: Link, at_ms: int) -> Response:
    """The page before opening, with the opening time; after closing, with thanks and the national count, and the way on
    to the survey of another year that is open."""
    window = campaign.window_at(at_ms)
    kind = "scheduled" if campaign.state_at(at_ms) is State.SCHEDULED else "closed"
    return page(
        "netizen/notice.html",
        seen,
        cache=cache_for(campaign, at_ms),
        kind=kind,
        code=link.code,
        onward=lead_on(link, campaign, at_ms),
        campaign=campaign,
        opens=seen.language.instant(window.opens_at),
        closes=seen.language.end(window.closes_at),
        count=collected(campaign) if kind == "closed" else None,
    )


def collected(campaign: Campaign) -> int:
    """How many responses the whole nation has given to this campaign."""
    return counts.overall(tally_of(campaign, NATION)).collected
