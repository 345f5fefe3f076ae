"""`…/campaign`: title, window, recipients and schedule; what the closing has come to, and the seal.
`/secretariat/new`: setting up a campaign, the first or the next."""

import re
from collections.abc import Mapping
from typing import Any

from chalice.app import Response

from chalicelib.access.domain.roles import Act
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import CAMPAIGN_ID, IDENTITY, Campaign, Phase
from chalicelib.campaigns.set_campaign import Change, changed, set_campaign, settings_of
from chalicelib.jobs import jobs
from chalicelib.kernel.errors import FieldError, FieldErrors, NotFound, RequestInvalid
from chalicelib.kernel.instants import shanghai
from chalicelib.sealing.closing import job_id
from chalicelib.sealing.unseal import can_unseal
from chalicelib.web.desk import door
from chalicelib.web.desk.desk_form import wrong
from chalicelib.web.desk.visitor import Visitor, at_desk
from chalicelib.web.rim import caller
from chalicelib.web.rim.campaign_requests import CampaignRequest

FIELDS = ("title", "opens_at", "closes_at", "recipients", "schedule", "shows_place", *IDENTITY)
Values = dict[str, str]


@at_desk("secretariat", Act.CAMPAIGN)
def campaign_desk(visitor: Visitor) -> Response:
    """`GET …/campaign`, `POST …/campaign`"""
    campaign = visitor.campaign
    shown = _shown(campaign)
    if visitor.request.method != "POST" or campaign.phase is not Phase.COLLECTING:
        return _form(visitor, campaign, shown, {})
    typed = {name: visitor.one(name, shown[name]).replace("\r\n", "\n") for name in FIELDS}
    try:
        wanted = _read_wanted(typed, shown)
        after = changed(campaign, visitor.at_ms, wanted)
    except FieldErrors as refusal:
        return _form(visitor, campaign, typed, wrong(visitor, refusal))
    differences = [(name, shown[name], value) for name, value in _shown(after).items() if value != shown[name]]
    if not differences:
        return visitor.go("campaign")
    if not visitor.is_confirmed:
        return visitor.confirm("campaign", "campaign", differences=differences)
    set_campaign(campaign.id, visitor.at_ms, visitor.who, visitor.last_seen, **wanted)
    return visitor.go("campaign")


def _form(visitor: Visitor, campaign: Campaign, values: Values, said: Mapping[str, str]) -> Response:
    job = jobs.find(job_id(campaign))
    return visitor.page(
        "secretariat/campaign/campaign.html",
        campaign=campaign,
        state=campaign.state_at(visitor.at_ms),
        values=values,
        shown_version=visitor.version("campaign", settings_of(campaign)),
        wrong=said,
        opened=not campaign.opening_can_move(visitor.at_ms),
        identity=IDENTITY,
        fixed=campaign.phase is not Phase.COLLECTING,
        step=job.step if job and not job.done else None,
        can_unseal=can_unseal(campaign, visitor.at_ms),
    )


def _shown(campaign: Campaign) -> Values:
    """The campaign as the form shows it: the window on Shanghai's wall, to the second."""
    return {
        "title": campaign.title,
        "opens_at": _wall(campaign.opens_at),
        "closes_at": _wall(campaign.closes_at),
        "recipients": "\n".join(campaign.recipients),
        "schedule": " ".join(campaign.digest_times),
        "shows_place": "yes" if campaign.shows_place else "no",
        **{name: getattr(campaign, name) for name in IDENTITY},
    }


def _read_wanted(typed: Values, shown: Values) -> Change:
    """What differs from what was shown. Raises `RequestInvalid`.

    What was left alone is left alone: the form shows no milliseconds, and must not round a window to the second.
    """
    sent: dict[str, Any] = {name: value for name, value in typed.items() if value != shown[name]}
    for name in ("opens_at", "closes_at"):
        if name in sent:
            sent[name] += "+08:00"
    for name in ("recipients", "schedule"):
        if name in sent:
            sent[name] = sent[name].replace(",", " ").replace("，", " ").replace("、", " ").split()
    return caller.read_as(CampaignRequest, sent).change()


def _wall(instant_ms: int) -> str:
    """As a field for date and time takes it: `2021-08-03T09:00`, with seconds where there are any."""
    return shanghai(instant_ms).replace(microsecond=0).strftime("%Y-%m-%dT%H:%M:%S").removesuffix(":00")


_BLANK = dict.fromkeys(FIELDS, "")
_USUAL = {"schedule": "09:00 18:00"}


@at_desk("secretariat", Act.CAMPAIGN, look=Act.CAMPAIGN, of_campaign=False)
def new_campaign_desk(visitor: Visitor) -> Response:
    """`GET /secretariat/new`, `POST /secretariat/new`"""
    typed = {name: visitor.one(name).replace("\r\n", "\n") for name in ("id", *FIELDS)}
    if visitor.request.method != "POST":
        return _new_form(visitor, typed | _USUAL, {})
    try:
        _create(visitor, typed)
    except FieldErrors as refusal:
        return _new_form(visitor, typed, wrong(visitor, refusal))
    return door.go(visitor.seen, visitor.at("campaign", typed["id"]))


def _create(visitor: Visitor, typed: Values) -> None:
    """Raises `RequestInvalid`, also where the id is taken: `set_campaign` would change that campaign."""
    wanted = _read_wanted({name: typed[name] for name in FIELDS}, _BLANK)
    if not re.fullmatch(CAMPAIGN_ID, typed["id"]) or _is_taken(typed["id"]):
        raise RequestInvalid([FieldError("/id", "campaign_id_fresh")])
    set_campaign(typed["id"], visitor.at_ms, visitor.who, **wanted)


def _is_taken(campaign: str) -> bool:
    try:
        campaigns.read(campaign)
    except NotFound:
        return False
    return True


def _new_form(visitor: Visitor, typed: Values, said: dict[str, str]) -> Response:
    return visitor.page("secretariat/campaign/new_campaign.html", values=typed, wrong=said, identity=IDENTITY)
