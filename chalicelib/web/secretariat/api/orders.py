"""What the secretariat orders for all units at once: links and kits; and a link's replacement."""

from typing import Any

from chalice.app import Request, Response

from chalicelib.access.domain.roles import Act
from chalicelib.access.usecases.authenticate import secretariat
from chalicelib.jobs import orders
from chalicelib.links.usecases import pack_kits
from chalicelib.links.usecases.issue_missing_links import KIND, order_links
from chalicelib.web.rim import caller
from chalicelib.web.rim.asked import asked_campaign
from chalicelib.web.rim.problems import answered
from chalicelib.web.rim.schemas import WantedRequest


@answered
def post_wanted(request: Request) -> Response:
    """`POST /api/v1/links/wanted`"""
    member = secretariat(caller.key(request), Act.LINKS)
    wanted = caller.read_as(WantedRequest, caller.json_object(request))
    campaign, at_ms = asked_campaign(request), caller.arrived_ms(request)
    order_id = order_links(campaign, wanted.channel, wanted.edition, wanted.otherwise, at_ms, member.who)
    return caller.reply(_wanted_body(order_id), 202, Location=f"/api/v1/links/wanted/{order_id}")


@answered
def get_wanted(request: Request, order_id: str) -> Response:
    """`GET /api/v1/links/wanted/{order}`"""
    secretariat(caller.key(request), Act.LOOK)
    return caller.reply(_wanted_body(order_id))


@answered
def post_kits(request: Request) -> Response:
    """`POST /api/v1/kits`"""
    member = secretariat(caller.key(request), Act.EXPORTS)
    order_id = pack_kits.order_kits(asked_campaign(request).id, caller.arrived_ms(request), member.who)
    return caller.reply(_kits_body(request, order_id), 202, Location=f"/api/v1/kits/{order_id}")


@answered
def get_kits(request: Request, order_id: str) -> Response:
    """`GET /api/v1/kits/{order}`"""
    secretariat(caller.key(request), Act.LOOK)
    return caller.reply(_kits_body(request, order_id))


def _wanted_body(order_id: str) -> dict[str, Any]:
    job = orders.find(KIND, order_id)
    figures = {name: job.data[name] for name in ("done", "of", "issued")}
    return {"id": order_id, "status": orders.status(job), **figures}


def _kits_body(request: Request, order_id: str) -> dict[str, Any]:
    kits = pack_kits.read_kits(order_id, caller.arrived_ms(request))
    return {"id": order_id, "status": kits.status, "done": kits.done, "of": kits.of, "files": kits.files}
