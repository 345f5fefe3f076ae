"""Replacing a link that was lost or put up in the wrong place: the old one is revoked, a new one takes its place."""

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign
from chalicelib.kernel.errors import LinkRevoked
from chalicelib.kernel.store import audit
from chalicelib.kernel.store.writes import Write
from chalicelib.links.domain.link import Link, read_code
from chalicelib.links.store import links
from chalicelib.links.usecases.issue_links import fresh_link, revoking


def replace_link(code: str, now_ms: int, who: str) -> Link:
    """A new link with the channel, edition and label of the old one, which stops permanently; its responses stay.

    Of two who replace a link at once, one does. Raises `LinkUnknown`, and `LinkRevoked` where it had stopped before.
    """
    old, issued = links.read(read_code(code)), list[Link]()

    def beside(_before: Campaign, _after: Campaign) -> list[Write]:
        new = fresh_link(old.campaign, old.unit, old.channel, old.edition, old.label, now_ms)
        issued.append(new)
        seen = {"before": old.model_dump(mode="json"), "after": {"code": new.code}}
        return [links.creating(new), audit.entry(old.campaign, now_ms, who, "link.replace", old.code, **seen)]

    before, after = campaigns.change(old.campaign, revoking(old), beside)
    if after == before:
        raise LinkRevoked("link_revoked_before", link=old.code)
    links.forget(issued[-1])
    return issued[-1]
