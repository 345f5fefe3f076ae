"""A link as the API shows it, to those whom it concerns."""

from chalicelib.access.store.keys import Holder
from chalicelib.kernel.errors import NotYours
from chalicelib.links.domain.link import Link, read_code
from chalicelib.links.gateways import qr
from chalicelib.links.store import links
from chalicelib.links.usecases import issue_links
from chalicelib.web.rim.replies import LinkReply, reply_of


def link_body(link: Link) -> LinkReply:
    """A link as it is shown to those whom it concerns."""
    return reply_of(LinkReply, link, url=qr.link_url(link.code), revoked=issue_links.is_revoked(link))


def own_link(who: Holder, code: str) -> Link:
    """The link, if it is the caller's. Raises `LinkUnknown` and `NotYours`."""
    link = links.read(read_code(code))
    if who.role == "unit" and who.taking_part.get(link.campaign) != link.unit:
        raise NotYours("link_of_others")
    return link
