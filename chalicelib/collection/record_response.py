"""Recording a response: the hot path. One conditional write, and no read but configuration a few seconds old."""

from dataclasses import dataclass
from typing import Any

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign, Phase, State
from chalicelib.collection import members, responses
from chalicelib.collection import ticket as tickets
from chalicelib.collection.issue_ticket import refuse_unless_open
from chalicelib.collection.paradata import pack, seconds
from chalicelib.collection.response import ACKNOWLEDGE_BY_MS, SEND_BY_MS, Response
from chalicelib.collection.ticket import Ticket
from chalicelib.instrument.domain.answers import answer_sheet
from chalicelib.instrument.usecases.find_questionnaire import load
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import new_receipt
from chalicelib.kernel.errors import (
    AnswerConflict,
    AnswersInvalid,
    CollectionClosed,
    LinkRevoked,
    NotFound,
    QuestionnaireUnknown,
    ResponseWithdrawn,
    TicketInvalid,
    TooLate,
)
from chalicelib.kernel.gateways.secrets import ticket_keys
from chalicelib.kernel.rate_limits import admit
from chalicelib.kernel.settings import settings
from chalicelib.kernel.store.dynamodb import LONGEST_CALL_MS
from chalicelib.links.store.revocations import is_revoked
from chalicelib.verdicts.acceptance import judge


@dataclass(frozen=True, slots=True)
class Recorded:
    """A response that is stored for good."""

    receipt: str
    accepted_at: int
    """Arrival of the first try, ms since the epoch."""
    created: bool
    """False: it was stored before, by an earlier try."""


def record_response(
    ticket: str,
    topics: Any,
    answers: Any,
    arrived_ms: int,
    paradata: object = None,
) -> Recorded:
    """Stores the answers under the ticket, once, however often it is tried.

    `topics`, `answers` and `paradata` may be any JSON value; no topics means those that the ticket assigns.

    Raises, in this order: `TicketInvalid`; `CollectionNotOpen`, `CollectionClosed`; `LinkRevoked`; `TooManyRequests`;
    `AnswersInvalid`; `AnswerConflict` where the ticket's response is stored with other answers, `ResponseWithdrawn`
    where it was withdrawn, whatever is sent. `TooLate` means that nothing was acknowledged and trying again is safe.
    """
    permit = _verified(ticket)
    campaign = _campaign(permit)
    if campaign.state_at(arrived_ms) in {State.CLOSED, State.SEALED}:
        return _earlier(permit, topics, answers, arrived_ms) or _closed(campaign, arrived_ms)
    refuse_unless_open(campaign, arrived_ms)
    if is_revoked(campaign, permit.link):
        return _earlier(permit, topics, answers, arrived_ms) or _revoked(permit)
    admit(permit.link)
    try:
        response = _response(permit, topics, answers, arrived_ms, paradata)
    except AnswersInvalid:
        _refuse_withdrawn(responses.find(permit.response_id))
        raise
    return _outcome(response, _put(response, campaign))


def _verified(ticket: str) -> Ticket:
    """The ticket, if it is ours."""
    keys = ticket_keys(ticket.partition(".")[0])
    return tickets.verify(ticket, keys.secrets)


def _campaign(permit: Ticket) -> Campaign:
    try:
        return campaigns.cached(permit.campaign)
    except NotFound:
        raise TicketInvalid("ticket_campaign") from None


def _response(permit: Ticket, topics: Any, answers: Any, arrived_ms: int, paradata: object = None) -> Response:
    """The response that the answers make. Raises `AnswersInvalid`."""
    try:
        questionnaire = load(permit.edition, permit.version)
    except QuestionnaireUnknown:
        raise TicketInvalid("ticket_version") from None
    sheet = answer_sheet(questionnaire)
    packed = sheet.pack(answers, permit.topics if topics is None else topics)
    took_ms = arrived_ms - permit.issued_at
    told = pack(paradata, len(questionnaire.section_ids), took_ms)
    return Response(
        id=permit.response_id,
        campaign=permit.campaign,
        unit=permit.unit,
        link=permit.link,
        edition=permit.edition,
        version=permit.version,
        answers=packed,
        accepted_at=arrived_ms,
        took_ms=took_ms,
        receipt=permit.receipt or new_receipt(),
        reasons=judge(questionnaire, answers, took_ms, seconds(told)),
        residence=sheet.residence(answers),
        paradata=told,
    )


def _put(response: Response, campaign: Campaign) -> Response:
    """Stores it within its deadlines, see `collection.response`. Raises `TooLate`."""
    if now_ms() > response.accepted_at + SEND_BY_MS - LONGEST_CALL_MS:
        raise TooLate("waited")
    stored = responses.put_once(response, campaign)
    # Half the settle time where that is set shorter: what is acknowledged has landed before the recount begins.
    if now_ms() > response.accepted_at + min(ACKNOWLEDGE_BY_MS, settings().settle_s * 500):
        raise TooLate("slow")
    return stored


def _earlier(permit: Ticket, topics: Any, answers: Any, arrived_ms: int) -> Recorded | None:
    """What the ticket's response is known by, where an earlier try stored it in time to be counted."""
    stored = responses.find(permit.response_id)
    _refuse_withdrawn(stored)
    if stored is None or not _counts(stored):
        return None
    try:
        same = _response(permit, topics, answers, arrived_ms)
    except AnswersInvalid:
        raise AnswerConflict("answered_otherwise") from None
    return _outcome(same, stored)


def _counts(stored: Response) -> bool:
    """Whether a response that was just read is, or will be, among those sealed.

    While the campaign is collecting, the recount has not begun and will find it. Once sealed, its members tell. In
    between nobody can know yet: it may have been stored after the scan passed. Raises `TooLate` then.
    """
    campaign = campaigns.read(stored.campaign)
    if campaign.phase is Phase.COLLECTING:
        return True
    if campaign.seal is None:
        raise TooLate("sealing")
    return members.find(campaign.id, campaign.seal, stored.id) is not None


def _refuse_withdrawn(stored: Response | None) -> None:
    if stored is not None and stored.withdrawn:
        raise ResponseWithdrawn("withdrawn")


def _outcome(response: Response, stored: Response) -> Recorded:
    _refuse_withdrawn(stored)
    if not response.says_the_same_as(stored):
        raise AnswerConflict("answered_otherwise")
    return Recorded(stored.receipt, stored.accepted_at, created=stored == response)


def _closed(campaign: Campaign, arrived_ms: int) -> Recorded:
    refuse_unless_open(campaign, arrived_ms)
    raise CollectionClosed("ended")


def _revoked(permit: Ticket) -> Recorded:
    raise LinkRevoked("link_revoked", link=permit.link)
