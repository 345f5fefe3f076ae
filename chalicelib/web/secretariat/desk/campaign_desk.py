"""`/secretariat/campaign`: title, window, recipients and schedule; what the closing has come to, and the seal."""

from collections.abc import Mapping
from typing import Any

from chalice.app import Response

from chalicelib.access.domain.roles import Act
from chalicelib.campaigns.campaign import Campaign, Phase
from chalicelib.campaigns.current import current
from chalicelib.campaigns.set_campaign import changed, set_campaign
from chalicelib.jobs import jobs
from chalicelib.kernel.errors import FieldErrors
from chalicelib.kernel.instants import shanghai, to_ms
from chalicelib.sealing.closing import job_id
from chalicelib.web.desk.desk_form import wrong
from chalicelib.web.desk.visitor import Visitor, at_desk
from chalicelib.web.rim import caller
from chalicelib.web.rim.schemas import CampaignRequest

FIELDS = ("title", "opens_at", "closes_at", "recipients", "schedule", "shows_place")
Values = dict[str, str]


@at_desk("secretariat", "../", Act.CAMPAIGN)
def campaign_desk(visitor: Visitor) -> Response:
    """`GET /secretariat/campaign`, `POST /secretariat/campaign`"""
    campaign = current(visitor.at_ms)
    shown = _shown(campaign)
    if visitor.request.method != "POST" or campaign.phase is not Phase.COLLECTING:
        return _form(visitor, campaign, shown, {})
    typed = {name: visitor.one(name, shown[name]).replace("\r\n", "\n") for name in FIELDS}
    try:
        wanted = read_wanted(typed, shown)
        after = changed(campaign, visitor.at_ms, **wanted)
    except FieldErrors as refusal:
        return _form(visitor, campaign, typed, wrong(visitor, refusal))
    differences = [(name, shown[name], value) for name, value in _shown(after).items() if value != shown[name]]
    if not differences:
        return visitor.go("secretariat/campaign")
    if not visitor.is_confirmed:
        return visitor.confirm("campaign", "secretariat/campaign", differences=differences)
    set_campaign(
        campaign.id,
        visitor.at_ms,
        visitor.who,
        opens_at=wanted["opens_at"],
        closes_at=wanted["closes_at"],
        **wanted["given"],
    )
    return visitor.go("secretariat/campaign")


def _form(visitor: Visitor, campaign: Campaign, values: Values, said: Mapping[str, str]) -> Response:
    job = jobs.find(job_id(campaign))
    return visitor.page(
        "secretariat/campaign.html",
        status=422 if said else 200,
        campaign=campaign,
        state=campaign.state_at(visitor.at_ms),
        values=values,
        wrong=said,
        opened=not campaign.opening_can_move(visitor.at_ms),
        fixed=campaign.phase is not Phase.COLLECTING,
        step=job.step if job and not job.done else None,
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
    }


def read_wanted(typed: Values, shown: Values) -> dict[str, Any]:
    """What differs from what was shown, as `set_campaign.changed` takes it. Raises `RequestInvalid`.

    What was left alone is left alone: the form shows no milliseconds, and must not round a window to the second.
    """
    sent: dict[str, Any] = {name: value for name, value in typed.items() if value != shown[name]}
    for name in ("opens_at", "closes_at"):
        if name in sent:
            sent[name] += "+08:00"
    for name in ("recipients", "schedule"):
        if name in sent:
            sent[name] = sent[name].replace(",", " ").replace("，", " ").replace("、", " ").split()
    wanted = caller.read_as(CampaignRequest, sent)
    given = {
        "title": wanted.title,
        "recipients": wanted.recipients,
        "digest_times": wanted.schedule,
        "shows_place": wanted.shows_place,
    }
    return {
        "opens_at": to_ms(wanted.opens_at) if wanted.opens_at else None,
        "closes_at": to_ms(wanted.closes_at) if wanted.closes_at else None,
        "given": {name: tuple(v) if isinstance(v, list) else v for name, v in given.items() if v is not None},
    }


def _wall(instant_ms: int) -> str:
    """As a field for date and time takes it: `2021-08-03T09:00`, with seconds where there are any."""
    return shanghai(instant_ms).replace(microsecond=0).strftime("%Y-%m-%dT%H:%M:%S").removesuffix(":00")
