"""What comes after the receipt: thanks, about how many have answered, what comes next, and a link to pass on.

Read after the response is stored and acknowledged, never before; whatever fails here leaves the receipt as it is.
"""

import logging
from base64 import b64encode

from botocore.exceptions import BotoCoreError, ClientError
from chalice.app import Request, Response
from markupsafe import Markup
from pynamodb.exceptions import PynamoDBException

from chalicelib.counting.domain import counts
from chalicelib.counting.domain.tally import NATION
from chalicelib.counting.usecases.read_counts import tally_of
from chalicelib.kernel.errors import MinshengError
from chalicelib.links.gateways import qr
from chalicelib.links.usecases.open_link import OpenLink, open_link
from chalicelib.web.rim import caller
from chalicelib.web.rim.language import Language
from chalicelib.web.rim.problems import answered
from chalicelib.web.rim.render import Visit, cache_for, environment, visit

log = logging.getLogger(__name__)

COUNT_S = 60.0
"""How old the national count may be: it is told in round figures."""
FEWEST = 100
"""Of fewer, nothing is said: who answers early would count the others."""
_LARGE = 10_000
"""From here on a language may count in a larger unit: Chinese in 万."""
SCALE = 8
"""Pixels to a module of the code, so that a picture of it can be scanned off another screen."""


@answered
def show_echo(request: Request, code: str) -> Response:
    """`GET /s/{code}/echo`: `{"echo": "<section …"}`. The page fetches it once there is a receipt."""
    seen, arrived_ms = visit(request, "../../"), caller.arrived_ms(request)
    opened = open_link(code)
    return caller.reply({"echo": _echo(seen, opened, arrived_ms)}, Cache_Control=cache_for(opened.campaign, arrived_ms))


def echo_or_nothing(seen: Visit, code: str, at_ms: int) -> Markup:
    """The same for a page that the server makes whole; empty where something failed, which is logged."""
    try:
        return _echo(seen, open_link(code), at_ms)
    except (MinshengError, BotoCoreError, ClientError, PynamoDBException):
        log.warning("no echo after a receipt", exc_info=True)
        return Markup()


def _echo(seen: Visit, opened: OpenLink, at_ms: int) -> Markup:
    code, campaign = opened.link.code, opened.campaign
    collected = counts.overall(tally_of(campaign, NATION, COUNT_S)).collected
    html = (
        environment()
        .get_template("netizen/echo.html")
        .render(
            t=seen.language,
            unit=opened.unit_name,
            campaign=campaign,
            open=campaign.admits(at_ms),
            among=among(seen.language, collected),
            closes=seen.language.end(campaign.window_at(at_ms).closes_at),
            address=qr.link_url(code),
            picture=f"data:image/png;base64,{b64encode(qr.png(code, SCALE)).decode()}",
        )
    )
    return Markup(html)  # noqa: S704 (our own template, escaped where it was rendered)


def among(language: Language, collected: int) -> str:
    """ "You are one of more than so many", rounded down, so that it is true; empty below `FEWEST`."""
    step = next((step for step in (_LARGE, 1_000, FEWEST) if collected > step), 0)
    if not step:
        return ""
    rounded = (collected - 1) // step * step
    per, word = language.words("echo_large") if step == _LARGE else (1, "")
    return language("echo_among", count=f"{rounded // per:,}{word}")
