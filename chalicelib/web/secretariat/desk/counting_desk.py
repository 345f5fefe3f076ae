"""`…/counting`: whether counting keeps up, what could not be read, how far the closing has come."""

from chalice.app import Response

from chalicelib.access.domain.roles import Act
from chalicelib.campaigns.campaign import State
from chalicelib.sealing.watch_counting import watch_counting
from chalicelib.web.desk.desk_form import act_of
from chalicelib.web.desk.visitor import Visitor, at_desk
from chalicelib.web.secretariat.desk.cancel_order import cancel_order


@at_desk("secretariat", Act.CANCEL)
def counting_desk(visitor: Visitor) -> Response:
    """`GET …/counting`, `POST` (`act`: cancel)"""
    if visitor.request.method == "POST":
        return act_of(visitor, {"cancel": cancel_order})(visitor, "counting")
    campaign = visitor.campaign
    state = campaign.state_at(visitor.at_ms)
    counting = watch_counting(campaign)
    busy = state is State.CLOSED or any(step.now for step in counting.steps)
    return visitor.page(
        "secretariat/campaign/counting.html",
        campaign=campaign,
        state=state,
        counting=counting,
        every=2 if busy else 10,
        now=visitor.at_ms,
    )
