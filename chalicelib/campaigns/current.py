"""Which campaign a request means that names none: a convenience of reading, never of writing."""

from collections.abc import Sequence

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign, Phase
from chalicelib.kernel.errors import AlreadySealed, CampaignAmbiguous, NotFound


def current(now_ms: int) -> Campaign:
    """The campaign that is usually meant, of all that there are. Raises `NotFound` where there is none."""
    return usual(campaigns.all_campaigns(), now_ms)


def usual(known: Sequence[Campaign], now_ms: int) -> Campaign:
    """Of these, the latest opening first: the one that is open, a year's survey before a pilot; else the next to open;
    else the last. Raises `NotFound` where there is none."""
    if not known:
        raise NotFound("no_campaign_yet")
    running = [c for c in known if c.opens_at <= now_ms < c.closes_at and c.phase is Phase.COLLECTING]
    coming = [c for c in known if now_ms < c.opens_at]
    return min(running or coming[-1:] or known[:1], key=lambda c: c.pilot)


def written() -> Campaign:
    """The campaign that a change means which names none: the only one that isn't sealed.

    Raises `CampaignAmbiguous` where there are several, `AlreadySealed` where there is none, `NotFound` where there
    never was one.
    """
    known = campaigns.all_campaigns()
    if not known:
        raise NotFound("no_campaign_yet")
    unsealed = [one for one in known if one.phase is not Phase.SEALED]
    if not unsealed:
        raise AlreadySealed("sealed_all", campaign=known[0].id)
    if len(unsealed) > 1:
        raise CampaignAmbiguous("campaign_ambiguous", names=" ".join(sorted(one.id for one in unsealed)))
    return unsealed[0]
