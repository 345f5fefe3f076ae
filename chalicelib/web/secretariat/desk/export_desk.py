"""`…/exports`: order and find exports. `/exports/{id}`: one export, where mails lead to."""

from chalice.app import Response

from chalicelib.access.domain.roles import Act
from chalicelib.sealing.export import EXPORTS, give_out, request_export
from chalicelib.web.desk import door
from chalicelib.web.desk.desk_form import permitted
from chalicelib.web.desk.visitor import Visitor, at_desk
from chalicelib.web.secretariat.desk.cancel_order import cancel_order


@at_desk("secretariat", Act.LOOK)
def exports_desk(visitor: Visitor) -> Response:
    """`GET …/exports`, `POST …/exports` (`act`: order, cancel)"""
    if visitor.request.method == "POST":
        return permitted(visitor, _ACTS)(visitor)
    campaign = visitor.campaign
    ordered = EXPORTS.of_campaign(campaign.id)
    return visitor.page("secretariat/exports.html", campaign=campaign, ordered=ordered)


def _order(visitor: Visitor) -> Response:
    return door.go(visitor.seen, f"exports/{request_export(visitor.campaign.id, visitor.at_ms, visitor.who)}")


def _cancel(visitor: Visitor) -> Response:
    return cancel_order(visitor, "exports")


_ACTS = {"order": (Act.EXPORTS, _order), "cancel": (Act.CANCEL, _cancel)}


@at_desk("secretariat", of_campaign=False)
def export_page(visitor: Visitor, export_id: str) -> Response:
    """`GET /exports/{id}`. The files' addresses are good for five minutes from each look."""
    found = give_out(export_id, visitor.at_ms, visitor.who, visitor.asker)
    files = [file | {"url": _relative(file["url"])} for file in found.files]
    return visitor.page(
        "secretariat/export.html", export=export_id, status_now=found.status, share=found.share, files=files
    )


def _relative(url: str) -> str:
    """A signed address as a page at `/exports/{id}` links to it: the site may stand behind a prefix, or be reached
    under another name than its own."""
    return "../files/" + url.partition("/files/")[2]
