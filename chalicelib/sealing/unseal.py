"""Taking a seal back: once, within a day, with a reason; the next one says what it replaces."""

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign, Phase
from chalicelib.kernel.errors import AlreadySealed, FieldError, NotSealed, RequestInvalid
from chalicelib.kernel.store import audit
from chalicelib.kernel.store.writes import Write

WITHIN_MS = 24 * 3_600_000
_LEAD_MS = 60_000
"""So much later at least the collection closes again: workers have to hear of it, and people have to be able to act."""


def can_unseal(campaign: Campaign, at_ms: int) -> bool:
    """Whether a seal is there that isn't a day old, replaces none, and has no published results: figures of other rows
    beside them would tell who was withdrawn."""
    fresh = campaign.seal is not None and at_ms <= campaign.seal.sealed_at + WITHIN_MS
    return fresh and not campaign.superseded and campaign.published_at is None


def unseal(campaign_id: str, closes_at: int, at_ms: int, who: str, reason: str) -> Campaign:
    """Opens a sealed campaign again until `closes_at` (ms); then it is closed, counted and sealed anew.

    The first seal's files stay as they are. Raises `NotFound`, `NotSealed`, `RequestInvalid` where the close is too
    early, and `AlreadySealed` where the seal is a day old, replaces one already, or its results are published.
    """
    if closes_at < at_ms + _LEAD_MS:
        raise RequestInvalid([FieldError("/closes_at", "early_close", at=at_ms + _LEAD_MS)])

    def opened(before: Campaign) -> Campaign:
        if before.seal is None:
            raise NotSealed("not_sealed", campaign=campaign_id)
        if not can_unseal(before, at_ms):
            why = "sealed_for_good" if before.published_at is None else "published_for_good"
            raise AlreadySealed(why, campaign=campaign_id)
        again = {"phase": Phase.COLLECTING, "seal": None, "seen": None, "superseded": (before.seal,)}
        return before.with_window(before.opens_at, closes_at, at_ms).model_copy(update=again)

    def told(before: Campaign, _after: Campaign) -> list[Write]:
        assert before.seal is not None
        seen = {"reason": reason, "before": before.seal.model_dump(), "after": {"closes_at": closes_at}}
        return [audit.entry(campaign_id, at_ms, who, "campaign.unseal", campaign_id, **seen)]

    _, after = campaigns.change(campaign_id, opened, told)
    return after
