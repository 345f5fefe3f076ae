"""Replacing a link that was lost or put up in the wrong place: the old one is revoked, a new one takes its place."""

from chalicelib.kernel.errors import LinkRevoked
from chalicelib.kernel.store import audit
from chalicelib.kernel.store.writes import until_not_overtaken
from chalicelib.links.domain.link import Link, read_code
from chalicelib.links.store import links, revocations
from chalicelib.links.usecases.issue_links import fresh_link


def replace_link(code: str, now_ms: int, who: str) -> Link:
    """A new link with the channel, edition and label of the old one, which stops permanently; its responses stay.

    Of two who replace a link at once, one does. Raises `LinkUnknown`, and `LinkRevoked` where it had stopped before.
    """
    old = links.read(read_code(code))

    def attempt() -> Link:
        new = fresh_link(old.campaign, old.unit, old.channel, old.edition, old.label, now_ms)
        seen = {"before": old.model_dump(mode="json"), "after": {"code": new.code}}
        told = audit.entry(old.campaign, now_ms, who, "link.replace", old.code, **seen)
        if not revocations.revoke(old.campaign, old.code, links.creating(new), told):
            raise LinkRevoked("link_revoked_before", link=old.code)
        links.forget(new)
        return new

    return until_not_overtaken(attempt)
