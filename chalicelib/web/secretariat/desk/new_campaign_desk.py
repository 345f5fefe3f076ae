"""`/secretariat/new`: setting up a campaign, the first or the next."""

import re

from chalice.app import Response

from chalicelib.access.domain.roles import Act
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import CAMPAIGN_ID
from chalicelib.campaigns.set_campaign import set_campaign
from chalicelib.kernel.errors import FieldError, FieldErrors, NotFound, RequestInvalid
from chalicelib.web.desk.desk_form import wrong
from chalicelib.web.desk.visitor import Visitor, at_desk
from chalicelib.web.secretariat.desk.campaign_desk import FIELDS, Values, read_wanted

_BLANK = dict.fromkeys(FIELDS, "")
_USUAL = {"schedule": "09:00 18:00"}


@at_desk("secretariat", "../", Act.CAMPAIGN, look=Act.CAMPAIGN)
def new_campaign_desk(visitor: Visitor) -> Response:
    """`GET /secretariat/new`, `POST /secretariat/new`"""
    typed = {name: visitor.one(name).replace("\r\n", "\n") for name in ("id", *FIELDS)}
    if visitor.request.method != "POST":
        return _form(visitor, typed | _USUAL, {})
    try:
        _create(visitor, typed)
    except FieldErrors as refusal:
        return _form(visitor, typed, wrong(visitor, refusal))
    return visitor.go("secretariat/campaign")


def _create(visitor: Visitor, typed: Values) -> None:
    """Raises `RequestInvalid`, also where the id is taken: `set_campaign` would change that campaign."""
    wanted = read_wanted({name: typed[name] for name in FIELDS}, _BLANK)
    if not re.fullmatch(CAMPAIGN_ID, typed["id"]) or _is_taken(typed["id"]):
        raise RequestInvalid([FieldError("/id", "campaign_id_fresh")])
    window = {"opens_at": wanted["opens_at"], "closes_at": wanted["closes_at"]}
    set_campaign(typed["id"], visitor.at_ms, visitor.who, **window, **wanted["given"])


def _is_taken(campaign: str) -> bool:
    try:
        campaigns.read(campaign)
    except NotFound:
        return False
    return True


def _form(visitor: Visitor, typed: Values, said: dict[str, str]) -> Response:
    return visitor.page("secretariat/new_campaign.html", status=422 if said else 200, values=typed, wrong=said)
