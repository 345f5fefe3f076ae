"""The rules that a campaign is judged by: those that the product held at its first judging, to the seal and after.

A release may bring newer ones while a campaign runs; a unit's `valid` must not move for that. So figures that a later
release adds to `Rules` need a default that does nothing: what was frozen lacks them.
"""

from hashlib import sha256

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.store import audit
from chalicelib.kernel.store.writes import Write
from chalicelib.quality.domain.rules import Rules, text_of_newest

_TICK = "tick"


def freeze(campaign_id: str) -> Rules:
    """The campaign's rules. The first call fixes them, and says so in the audit log; of two at once, one does."""
    _, after = campaigns.change(campaign_id, _frozen, _told)
    return rules_of(after)


def rules_of(campaign: Campaign) -> Rules:
    """Likewise, without fixing them."""
    return Rules.model_validate_json(text_of(campaign))


def text_of(campaign: Campaign) -> bytes:
    """The bytes of the rules' file; of the newest where none are fixed yet."""
    return campaign.rules.encode() or text_of_newest()


def sha256_of(campaign: Campaign) -> str:
    """Of these bytes, in hexadecimal."""
    return sha256(text_of(campaign)).hexdigest()


def _frozen(campaign: Campaign) -> Campaign:
    return campaign.model_copy(update={"rules": text_of(campaign).decode()})


def _told(_before: Campaign, after: Campaign) -> list[Write]:
    fixed = {"id": rules_of(after).id, "sha256": sha256_of(after)}
    return [audit.entry(after.id, now_ms(), _TICK, "rules.freeze", after.id, after=fixed)]
