"""Taking a response back, by its receipt: it is emptied, stays among those collected, and doesn't count as valid."""

from functools import partial

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Phase
from chalicelib.collection import responses
from chalicelib.kernel.errors import AlreadySealed
from chalicelib.kernel.store.writes import until_not_overtaken
from chalicelib.sealing.roll.find_receipt import Found, find_receipt


def withdraw(typed: str) -> Found:
    """The response whose receipt was typed, withdrawn now or before. Raises `ReceiptUnknown`; `AlreadySealed` once the
    sealing has begun, which reads the responses; and `TooLate`."""
    return until_not_overtaken(partial(_attempt, typed))


def _attempt(typed: str) -> Found:
    """Raises `ConditionFailed` where the response, or the campaign's phase, has changed since it was read."""
    found = find_receipt(typed)
    if found.withdrawn:
        return found
    campaign = found.campaign
    if campaign.phase is not Phase.COLLECTING:
        raise AlreadySealed("sealed", campaign=campaign.id, phase=campaign.phase)
    responses.empty(found.response, campaigns.unchanged(campaign))
    return Found(found.response.emptied(), campaign, None)
