"""Which campaign a request means that names none."""

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign, Phase
from chalicelib.kernel.errors import NotFound


def current(now_ms: int) -> Campaign:
    """The campaign that a request without one means: the one that is open, else the next to open, else the last.

    Raises `NotFound` where there is none.
    """
    everything = campaigns.all_campaigns()
    if not everything:
        raise NotFound("no_campaign_yet")
    running = [c for c in everything if c.opens_at <= now_ms < c.closes_at and c.phase is Phase.COLLECTING]
    coming = [c for c in everything if now_ms < c.opens_at]
    return (running or coming[-1:] or everything)[0]
