"""Replacing a link that was lost or put up in the wrong place: the old one is revoked, a new one takes its place."""

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign
from chalicelib.kernel.errors import LinkRevoked
from chalicelib.kernel.store import audit
from chalicelib.links.domain.link import Link, read_code
from chalicelib.links.store import links
from chalicelib.links.usecases.issue_links import new_link


def replace_link(code: str, now_ms: int, who: str) -> Link:
    """A new link with the channel, edition and label of the old one, which stops for good; its responses stay.

    Of two who replace a link at once, one does. Raises `LinkUnknown`, and `LinkRevoked` where it had stopped before.
    """
    old = links.read(read_code(code))

    def without(campaign: Campaign) -> Campaign:
        return campaign.model_copy(update={"revoked": campaign.revoked | {old.code}})

    before, after = campaigns.change(old.campaign, without)
    if after == before:
        raise LinkRevoked(f"link {old.code} was revoked before; issue a new one instead")
    new = new_link(old.campaign, old.unit, old.channel, old.edition, old.label, now_ms)
    audit.note(
        old.campaign,
        now_ms,
        who,
        "link.replace",
        old.code,
        before=old.model_dump(mode="json"),
        after={"code": new.code},
    )
    return new
