"""The secretariat's routes to links: issuing, revoking and replacing them."""

from chalicelib.access.domain.roles import Act
from chalicelib.associations.usecases.find_code import code_in
from chalicelib.kernel.errors import LinkRevoked, LinkUnknown
from chalicelib.links.usecases import issue_links
from chalicelib.links.usecases.issue_links import replace_link
from chalicelib.web.rim.call import Call
from chalicelib.web.rim.link_body import link_body
from chalicelib.web.rim.operation import operation
from chalicelib.web.rim.replies import LinkReply, Links
from chalicelib.web.rim.schemas import LinksRequest


@operation(
    "POST",
    "/api/v1/units/{unit}/links",
    who=Act.LINKS,
    takes=LinksRequest,
    gives=Links,
    query=("campaign",),
    changes=True,
    status=201,
)
def post_links(call: Call, wanted: LinksRequest, unit: str) -> Links:
    """Issue links."""
    labels = wanted.labels + [""] * (wanted.count - len(wanted.labels))
    campaign, now = call.campaign.id, call.arrived_ms
    code = code_in(campaign, unit)
    issued = issue_links.issue_links(campaign, code, wanted.channel, wanted.edition, labels, now, call.who)
    return {"links": [link_body(link) for link in issued]}


@operation("DELETE", "/api/v1/links/{code}", who=Act.LINKS, refuses=(LinkUnknown,), status=204)
def revoke_link(call: Call, code: str) -> None:
    """Revoke a link."""
    issue_links.revoke_link(code, call.arrived_ms, call.who)


@operation(
    "POST",
    "/api/v1/links/{code}/replacement",
    who=Act.LINKS,
    gives=LinkReply,
    refuses=(LinkUnknown, LinkRevoked),
    status=201,
)
def post_replacement(call: Call, code: str) -> LinkReply:
    """Revoke a link that was lost, and issue another in its place."""
    return link_body(replace_link(code, call.arrived_ms, call.who))
