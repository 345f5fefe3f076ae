"""Setting up a campaign and moving its window."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, Unpack

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import CAMPAIGN_ID, CHANGE_LEAD_MS, Campaign, Phase
from chalicelib.kernel.errors import AlreadySealed, FieldError, NotFound, RequestInvalid
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
    units_due: str | None
    supporters_due: str | None


def set_campaign(campaign_id: str, now_ms: int, who: str, **wanted: Unpack[Change]) -> Campaign:
    """Creates a campaign, or changes what is given of it; in both cases the change is audited.

    A change of the window holds from `CHANGE_LEAD_MS` later on, in every worker from the same instant. Raises
    `AlreadySealed`, and `RequestInvalid` naming the earliest instant possible.
    """
    given: dict[str, Any] = {name: value for name, value in wanted.items() if value is not None}
    given |= {name: tuple(given[name]) for name in ("recipients", "digest_times") if name in given}
    opens_at, closes_at = given.pop("opens_at", None), given.pop("closes_at", None)

    def told(before: Campaign, after: Campaign) -> list[Write]:
        seen = {"before": _view(before), "after": _view(after)}
        return [audit.entry(campaign_id, now_ms, who, "campaign.change", campaign_id, **seen)]

    try:
        _, after = campaigns.change(campaign_id, lambda c: changed(c, now_ms, opens_at, closes_at, given), told)
    except NotFound:
        return _create(campaign_id, now_ms, who, opens_at, closes_at, given)
    return after


def changed(
    before: Campaign, now_ms: int, opens_at: int | None, closes_at: int | None, given: Mapping[str, Any]
) -> Campaign:
    """The campaign as it will be after a change, which nothing has been stored of. Raises as `set_campaign` does."""
    opens = before.opens_at if opens_at is None else opens_at
    closes = before.closes_at if closes_at is None else closes_at
    _refuse_bad_window(before, opens, closes, now_ms)
    return before.with_window(opens, closes, now_ms).model_copy(update=given)


def _create(
    campaign_id: str,
    now_ms: int,
    who: str,
    opens_at: int | None,
    closes_at: int | None,
    given: dict[str, Any],
) -> Campaign:
    if not re.fullmatch(CAMPAIGN_ID, campaign_id):
        raise RequestInvalid([FieldError("/id", "campaign_id")])
    if opens_at is None or closes_at is None or "title" not in given:
        missing = {"title": given.get("title"), "opens_at": opens_at, "closes_at": closes_at}
        raise RequestInvalid([FieldError(f"/{n}", "required") for n, v in missing.items() if v is None])
    _refuse_disorder(opens_at, closes_at)
    if closes_at < now_ms + CHANGE_LEAD_MS:
        raise RequestInvalid([_too_early("/closes_at", now_ms)])
    campaign = Campaign(id=campaign_id, opens_at=opens_at, closes_at=closes_at, created_at=now_ms, **given)
    entry = audit.entry(campaign_id, now_ms, who, "campaign.create", campaign_id, after=_view(campaign))
    if not campaigns.create(campaign, entry):
        return set_campaign(campaign_id, now_ms, who, opens_at=opens_at, closes_at=closes_at, **given)
    return campaign


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


def _view(campaign: Campaign) -> dict[str, Any]:
    return campaign.model_dump(mode="json", include=set(Change.__annotations__))
