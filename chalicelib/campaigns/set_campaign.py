"""Setting up a campaign and moving its window."""

import re
from collections.abc import Sequence
from typing import Any, TypedDict, Unpack

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import CAMPAIGN_ID, CHANGE_LEAD_MS, PAGES, Campaign, Phase
from chalicelib.instrument import questionnaires
from chalicelib.kernel.errors import AlreadySealed, FieldError, NotFound, RequestInvalid
from chalicelib.kernel.seen import ANYTHING, Seen
from chalicelib.kernel.store import audit
from chalicelib.kernel.store.writes import Write


class Change(TypedDict, total=False):
    """What may be said of a campaign; None says nothing. Instants in ms since the epoch."""

    opens_at: int | None
    closes_at: int | None
    title: str | None
    recipients: Sequence[str] | None
    digest_times: Sequence[str] | None
    shows_place: bool | None
    pilot: bool | None
    leads_on: bool | None
    units_due: str | None
    supporters_due: str | None
    organiser: str | None
    organiser_contact: str | None
    icp_number: str | None
    police_number: str | None


def set_campaign(campaign_id: str, now_ms: int, who: str, seen: Seen = ANYTHING, **wanted: Unpack[Change]) -> Campaign:
    """Creates a campaign, or changes what is given of it; in both cases the change is audited.

    A change of the window holds from `CHANGE_LEAD_MS` later on, in every worker from the same instant. Raises
    `AlreadySealed`, `PreconditionFailed`, and `RequestInvalid` naming the earliest instant possible.
    """

    def told(before: Campaign, after: Campaign) -> list[Write]:
        told = {"before": settings_of(before), "after": settings_of(after)}
        return [audit.entry(campaign_id, now_ms, who, "campaign.change", campaign_id, **told)]

    def seen_and_changed(before: Campaign) -> Campaign:
        seen.check(settings_of(before))
        return changed(before, now_ms, wanted)

    try:
        _, after = campaigns.change(campaign_id, seen_and_changed, told)
    except NotFound:
        seen.check(None)
        return _create(campaign_id, now_ms, who, wanted)
    return after


def changed(before: Campaign, now_ms: int, wanted: Change) -> Campaign:
    """The campaign as it will be after a change, which nothing has been stored of. Raises as `set_campaign` does."""
    given = _given(wanted)
    opens, closes = given.pop("opens_at", before.opens_at), given.pop("closes_at", before.closes_at)
    _refuse_bad_window(before, opens, closes, now_ms)
    return before.with_window(opens, closes, now_ms).model_copy(update=given)


def _create(campaign_id: str, now_ms: int, who: str, wanted: Change) -> Campaign:
    given = _given(wanted)
    if not re.fullmatch(CAMPAIGN_ID, campaign_id):
        raise RequestInvalid([FieldError("/id", "campaign_id")])
    if campaign_id in PAGES:
        raise RequestInvalid([FieldError("/id", "campaign_page", name=campaign_id)])
    if missing := [name for name in ("title", "opens_at", "closes_at") if name not in given]:
        raise RequestInvalid([FieldError(f"/{name}", "required") for name in missing])
    _refuse_disorder(given["opens_at"], given["closes_at"])
    if given["closes_at"] < now_ms + CHANGE_LEAD_MS:
        raise RequestInvalid([_too_early("/closes_at", now_ms)])
    campaign = Campaign(id=campaign_id, created_at=now_ms, questionnaires=questionnaires.newest(), **given)
    entry = audit.entry(campaign_id, now_ms, who, "campaign.create", campaign_id, after=settings_of(campaign))
    return campaign if campaigns.create(campaign, entry) else set_campaign(campaign_id, now_ms, who, **wanted)


def _given(wanted: Change) -> dict[str, Any]:
    """What was said, in the types of a campaign."""
    return {name: tuple(v) if isinstance(v, list) else v for name, v in wanted.items() if v is not None}


def _refuse_bad_window(before: Campaign, opens_at: int, closes_at: int, now_ms: int) -> None:
    if before.phase is not Phase.COLLECTING:
        raise AlreadySealed("sealed", campaign=before.id, phase=before.phase)
    errors = []
    if opens_at != before.opens_at:
        if not before.opening_can_move(now_ms):
            errors.append(FieldError("/opens_at", "opened", at=before.opens_at))
        elif opens_at < now_ms + CHANGE_LEAD_MS:
            errors.append(_too_early("/opens_at", now_ms))
    if closes_at != before.closes_at and closes_at < now_ms + CHANGE_LEAD_MS:
        errors.append(_too_early("/closes_at", now_ms))
    if errors:
        raise RequestInvalid(errors)
    _refuse_disorder(opens_at, closes_at)


def _refuse_disorder(opens_at: int, closes_at: int) -> None:
    if closes_at <= opens_at:
        raise RequestInvalid([FieldError("/closes_at", "order")])


def _too_early(pointer: str, now_ms: int) -> FieldError:
    return FieldError(pointer, "early", at=now_ms + CHANGE_LEAD_MS)


def settings_of(campaign: Campaign) -> dict[str, Any]:
    """What of a campaign can be set, as JSON has it."""
    return campaign.model_dump(mode="json", include=set(Change.__annotations__))
