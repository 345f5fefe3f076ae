"""`…/mail`: what was mailed to whom, and what has become of it; `…/mail/{key}`: one mail."""

from chalice.app import Response

from chalicelib.access.domain.roles import Act
from chalicelib.associations.store import units
from chalicelib.mail.domain.outgoing import SECRETARIAT, Delivery, Outgoing
from chalicelib.mail.store import outbox
from chalicelib.mail.usecases.send_mail import send_again
from chalicelib.web.desk.desk_form import act_of
from chalicelib.web.desk.visitor import Visitor, at_desk
from chalicelib.web.rim import caller

_PAGE = 150
_ACTS = {"again": send_again}


@at_desk("secretariat")
def mail_desk(visitor: Visitor) -> Response:
    """`GET …/mail?before=`, newest first; mails that were given up are at the top."""
    campaign = visitor.campaign
    before = caller.query(visitor.request, "before")
    shown = outbox.newest(campaign.id, _PAGE, before)
    return visitor.page(
        "secretariat/mails.html",
        campaign=campaign,
        failed=outbox.failed(campaign.id),
        shown=shown,
        more=shown[-1].key if len(shown) == _PAGE else None,
        name=_names(visitor, campaign.id),
    )


@at_desk("secretariat", Act.MAILS)
def mail_page(visitor: Visitor, key: str) -> Response:
    """`GET …/mail/{key}`, `POST …/mail/{key}` (tries once more what was given up)"""
    campaign = visitor.campaign
    if visitor.request.method != "POST":
        return _mail(visitor, outbox.read(campaign.id, key))
    act_of(visitor, _ACTS)(campaign.id, key, visitor.at_ms, visitor.who)
    return visitor.go(f"mail/{key}")


def _mail(visitor: Visitor, mail: Outgoing) -> Response:
    name = _names(visitor, mail.campaign)[mail.addressee]
    return visitor.page("secretariat/mail.html", mail=mail, name=name, given_up=mail.progress is Delivery.FAILED)


class _Named(dict[str, str]):
    """Names by code; a unit that is gone is called by its code."""

    def __missing__(self, code: str) -> str:
        return code


def _names(visitor: Visitor, campaign: str) -> _Named:
    everybody = {unit.code: unit.name for unit in units.of_campaign(campaign)}
    return _Named(everybody | {SECRETARIAT: visitor.seen.language("d_nav")})
